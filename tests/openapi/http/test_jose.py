"""The parts of a JWT are read; a text that is not a JWT has none."""

from __future__ import annotations

import jwt
import pytest

from openapi.http.jose import claims_of, decode_base64url, encode_base64url, encode_part, expires_at, header_of

CLAIMS = {"sub": "zoë", "exp": 4_000_000_000}
TOKEN = jwt.encode(CLAIMS, "a-secret-of-at-least-thirty-two-bytes", "HS256")


def test_the_header_and_the_claims_of_a_jwt_are_read_without_a_key() -> None:
    assert (header_of(TOKEN), claims_of(TOKEN)) == ({"alg": "HS256", "typ": "JWT"}, CLAIMS)


@pytest.mark.parametrize("token", ["", "opaque", "a.b", "a.b.c", "é.é.é", "W10.W10.", "e30.e30", "bnVsbA.bnVsbA.c"])
def test_a_text_that_is_not_a_jwt_has_neither_header_nor_claims(token: str) -> None:
    assert (header_of(token), claims_of(token)) == (None, None)


@pytest.mark.parametrize(("exp", "seconds"), [(1, 1.0), (1.5, 1.5), ("1", None), (True, None), (None, None)])
def test_exp_is_a_number_of_seconds(exp: object, seconds: float | None) -> None:
    assert expires_at(f"{encode_part({})}.{encode_part({'exp': exp})}.") == seconds


def test_an_opaque_token_has_no_exp() -> None:
    assert expires_at("opaque") is None


@pytest.mark.parametrize("data", [b"", b"a", b"ab", b"abc", bytes(range(256))])
def test_base64url_without_padding_is_decoded(data: bytes) -> None:
    assert decode_base64url(encode_base64url(data)) == data
