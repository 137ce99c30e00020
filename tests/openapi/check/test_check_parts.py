"""Parts of the check that need no server: credentials, forged tokens, challenges."""

from __future__ import annotations

import jwt
import pytest

from openapi.check.credentials import Carried, carry, is_known
from openapi.check.probes.forged_tokens import KeyUnfit, signed, unsigned, wrongly_signed
from openapi.contract.security import scheme_of
from openapi.http.challenges import challenged
from openapi.http.jose import header_of
from openapi.http.messages import Response

SECRET = "a-secret-of-at-least-thirty-two-bytes"
TOKEN = jwt.encode({"sub": "ada", "exp": 4_000_000_000}, SECRET, "HS256")


@pytest.mark.parametrize(
    ("definition", "carried"),
    [
        ({"type": "http", "scheme": "Bearer"}, Carried((("Authorization", "Bearer a:b"),))),
        ({"type": "oauth2"}, Carried((("Authorization", "Bearer a:b"),))),
        ({"type": "http", "scheme": "basic"}, Carried((("Authorization", "Basic YTpi"),))),
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, Carried((("X-Key", "a:b"),))),
        ({"type": "apiKey", "in": "query", "name": "k"}, Carried(query="k=a%3Ab")),
        ({"type": "apiKey", "in": "cookie", "name": "k"}, Carried((("Cookie", "k=a:b"),))),
    ],
)
def test_credentials_are_sent_in_the_place_of_their_scheme(definition: dict[str, str], carried: Carried) -> None:
    scheme = scheme_of("name", definition)

    assert is_known(scheme)
    assert carry(scheme, "a:b") == carried


def test_forged_tokens_have_no_valid_signature() -> None:
    forged = [*wrongly_signed(TOKEN), *unsigned(TOKEN), *unsigned(None)]
    for token in forged:
        with pytest.raises(jwt.PyJWTError):
            jwt.decode(token, SECRET, ["HS256"])

    assert len(set(forged)) == 9
    assert [(header_of(token) or {})["alg"] for token in unsigned(TOKEN)] == ["none", "None", "NONE"]


def test_signed_token_keeps_unchanged_claims() -> None:
    claims = jwt.decode(signed(TOKEN, SECRET.encode(), exp=4_000_000_001, sub=None), SECRET, ["HS256"])

    assert claims == {"exp": 4_000_000_001}


@pytest.mark.parametrize(
    ("token", "key"), [("opaque", b"x"), (TOKEN, b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----")]
)
def test_key_that_does_not_fit_the_token_is_refused(token: str, key: bytes) -> None:
    with pytest.raises(KeyUnfit):
        signed(token, key)


@pytest.mark.parametrize(
    ("value", "schemes"),
    [
        ("Bearer", {"bearer"}),
        ('Bearer realm="a, b", error="invalid_token"', {"bearer"}),
        ('Basic realm="Bearer, \\" Digest", bearer charset="UTF-8"', {"basic", "bearer"}),
        ("", set()),
    ],
)
def test_schemes_of_challenges_are_parsed(value: str, schemes: set[str]) -> None:
    assert challenged(Response(401, (("WWW-Authenticate", value),))) == schemes
