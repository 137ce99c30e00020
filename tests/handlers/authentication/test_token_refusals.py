"""Tokens that are refused, each for one fault in an otherwise valid token."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest

from handlers.authentication.auth import TokenExpired, TokenInvalid
from handlers.authentication.claims import TokenRules
from handlers.authentication.keys import public_key, secret_key
from handlers.authentication.tokens import MAX_TOKEN_BYTES

NOW = 1_800_000_000
CLAIMS = {"sub": "user_ada", "exp": NOW + 60}
GOOD = json.dumps(CLAIMS).encode()

Forge = Callable[..., str]
Verify = Callable[..., str]
Verifier = Callable[..., Verify]


@pytest.fixture
def verify(verifier_of: Callable[..., Verify], secret: str) -> Verify:
    """A function that verifies a token with the secret, under rules."""
    return lambda token, **rules: verifier_of(secret_key(secret), TokenRules(**rules), clock=lambda: NOW)(token)


def test_the_token_without_a_fault_is_accepted(verify: Verify, forge: Forge) -> None:
    assert verify(forge(CLAIMS)) == verify(forge(GOOD)) == "user_ada"


FAULTY_TIMES: list[Any] = [
    None, str(NOW + 60), "", True, False, -1, -0.5, 1e15, 253_402_300_800, 2**63, 2**64, 2**70, 1e300, [NOW], {},
]  # fmt: skip


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
@pytest.mark.parametrize("value", FAULTY_TIMES, ids=repr)
def test_a_time_that_is_not_a_number_up_to_the_year_9999_is_refused(
    verify: Verify, forge: Forge, name: str, value: object
) -> None:
    with pytest.raises(TokenInvalid):
        verify(forge({**CLAIMS, name: value}))


@pytest.mark.parametrize(
    "user_id",
    [None, "", " ", "user ada", "a\0b", "\0", "\ud800", "\x7f", "usér", "a" * 129, "a\n", 5, True, ["user_ada"], {}],
    ids=ascii,
)
def test_an_invalid_user_id_is_refused(verify: Verify, forge: Forge, user_id: object) -> None:
    with pytest.raises(TokenInvalid):
        verify(forge({**CLAIMS, "sub": user_id}))


@pytest.mark.parametrize(
    "payload",
    [
        b'{"sub": "user_ada"}',
        b'{"exp": 1800000060}',
        b"{}",
        b"",
        b"[]",
        b"[%s]" % GOOD,
        b"null",
        b"1",
        b'"user_ada"',
        b"not JSON",
        GOOD[:-1],
        GOOD + b"x",
        GOOD + GOOD,
        b"\xef\xbb\xbf" + GOOD,
        GOOD.decode().encode("utf-16"),
        GOOD.decode().encode("utf-32"),
        GOOD.replace(b"ada", b"\xff"),
        GOOD.replace(b"1800000060", b"NaN"),
        GOOD.replace(b"1800000060", b"Infinity"),
        GOOD.replace(b"1800000060", b"-Infinity"),
        GOOD.replace(b"1800000060", b"1e999"),
        GOOD.replace(b"1800000060", b"9" * 5000),
        GOOD[:-1] + b', "x": NaN}',
        b"[" * 5000,
        b"[" * 2500 + b"]" * 2500,
        GOOD[:-1] + b', "x": ' + b"[" * 2500 + b"]" * 2500 + b"}",
        b'{"sub": "user_ada", "sub": "user_ada", "exp": 1800000060}',
        b'{"sub": "user_bea", "exp": 1800000060, "s\\u0075b": "user_ada"}',
        GOOD[:-1] + b', "x": [{"a": 1, "a": 1}]}',
        b'{"a":' * 1000 + b"1" + b"}" * 1000,
    ],
    ids=lambda payload: ascii(payload[:40]) + f" {len(payload)}",
)
def test_a_payload_that_is_not_a_strict_json_object_with_exp_and_sub_is_refused(
    verify: Verify, forge: Forge, payload: bytes
) -> None:
    with pytest.raises(TokenInvalid):
        verify(forge(payload))


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"alg": None},
        {"alg": ["HS256"]},
        {"alg": {"HS256": 1}},
        {"alg": "hs256"},
        {"alg": "HS512"},
        {"alg": "none"},
        {"alg": "HS256", "typ": "logout+jwt"},
        {"alg": "HS256", "typ": "dpop+jwt"},
        {"alg": "HS256", "typ": ""},
        {"alg": "HS256", "typ": None},
        {"alg": "HS256", "typ": 5},
        {"alg": "HS256", "typ": ["JWT"]},
        {"alg": "HS256", "kid": 5},
        {"alg": "HS256", "crit": ["exp"], "exp": 1},
        {"alg": "HS256", "crit": []},
        {"alg": "HS256", "crit": "b64"},
        {"alg": "HS256", "crit": ["b64"]},
        {"alg": "HS256", "b64": False},
        {"alg": "HS256", "b64": False, "crit": ["b64"]},
        ["HS256"],
        "HS256",
        b"null",
        b"",
        b'{"alg": "HS256"',
        b"[" * 5000,
        b'{"alg": "HS256", "x": ' + b"[" * 2500 + b"]" * 2500 + b"}",
    ],
    ids=lambda header: ascii(header)[:60],
)
def test_an_invalid_or_unsupported_header_is_refused(verify: Verify, forge: Forge, header: Any) -> None:
    with pytest.raises(TokenInvalid):
        verify(forge(CLAIMS, header))


def test_an_unencoded_payload_is_refused(verify: Verify, secret: str) -> None:
    token = jwt.PyJWS().encode(GOOD, secret, "HS256", headers={"b64": False}, is_payload_detached=True)

    for text in (token, token.replace("..", f".{GOOD.decode()}.")):
        with pytest.raises(TokenInvalid):
            verify(text)


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", ""])
def test_a_token_without_signature_is_refused(verify: Verify, forge: Forge, algorithm: str) -> None:
    unsigned = forge(CLAIMS, {"alg": algorithm}).rpartition(".")[0]

    for text in (f"{unsigned}.", unsigned, f"{unsigned}.AA"):
        with pytest.raises(TokenInvalid):
            verify(text)


@pytest.mark.parametrize("hash", ["sha384", "sha512"])
def test_another_algorithm_of_the_same_family_is_refused(verify: Verify, forge: Forge, hash: str) -> None:
    with pytest.raises(TokenInvalid):
        verify(forge(CLAIMS, {"alg": f"HS{hash[3:]}"}, hash=hash))


@pytest.mark.parametrize("other", ["another secret of more than 32 bytes", "a secret that only these tests kno", ""])
def test_the_signature_of_another_secret_is_refused(verify: Verify, forge: Forge, other: str) -> None:
    with pytest.raises(TokenInvalid):
        verify(forge(CLAIMS, secret=other))


@pytest.mark.parametrize(
    ("rules", "claims"),
    [
        ({"issuer": "us"}, {}),
        ({"issuer": "us"}, {"iss": None}),
        ({"issuer": "us"}, {"iss": "them"}),
        ({"issuer": "us"}, {"iss": "us/"}),
        ({"issuer": "us"}, {"iss": "US"}),
        ({"issuer": "us"}, {"iss": ["us"]}),
        ({"audience": "relay"}, {}),
        ({"audience": "relay"}, {"aud": None}),
        ({"audience": "relay"}, {"aud": "other"}),
        ({"audience": "relay"}, {"aud": "a relay"}),
        ({"audience": "relay"}, {"aud": []}),
        ({"audience": "relay"}, {"aud": ["other", "relays"]}),
        ({"audience": "relay"}, {"aud": [["relay"]]}),
        ({"audience": "relay"}, {"aud": {"relay": True}}),
        ({"issuer": "us", "audience": "relay"}, {"iss": "relay", "aud": "us"}),
    ],
    ids=str,
)
def test_another_issuer_or_audience_is_refused(
    verify: Verify, forge: Forge, rules: dict[str, str], claims: dict[str, Any]
) -> None:
    with pytest.raises(TokenInvalid):
        verify(forge(CLAIMS | claims), **rules)


@pytest.mark.parametrize(
    ("claims", "rules", "options"),
    [
        ({}, {}, {"secret": "another secret of more than 32 bytes"}),
        ({}, {}, {"header": {"alg": "HS256", "typ": "logout+jwt"}}),
        ({}, {"issuer": "us"}, {}),
        ({"sub": ""}, {}, {}),
        ({"nbf": "now"}, {}, {}),
    ],
    ids=["signature", "type", "issuer", "subject", "time"],
)
def test_an_expired_token_with_another_fault_is_invalid(
    verify: Verify, forge: Forge, claims: dict[str, Any], rules: dict[str, str], options: dict[str, Any]
) -> None:
    expired = CLAIMS | {"exp": NOW - 60}
    with pytest.raises(TokenExpired):
        verify(forge(expired))

    with pytest.raises(TokenInvalid):
        verify(forge(expired | claims, **options), **rules)


TEXTS: dict[str, Callable[[str], str]] = {
    "empty": lambda token: "",
    "one segment": lambda token: token.replace(".", ""),
    "two segments": lambda token: token.rpartition(".")[0],
    "four segments": lambda token: f"{token}.AA",
    "empty fourth segment": lambda token: f"{token}.",
    "five segments": lambda token: f"{token}.AA.AA",
    "empty first segment": lambda token: f".{token}",
    "dots": lambda token: "..",
    "blank before": lambda token: f" {token}",
    "line end after": lambda token: f"{token}\n",
    "padded signature": lambda token: f"{token}=",
    "padded payload": lambda token: token.replace(".", "=.")[::-1].replace(".=", ".", 1)[::-1],
    "padding all over": lambda token: f"{token}====",
    "not ASCII": lambda token: f"{token}é",
    "half of a surrogate pair": lambda token: f"{token}\ud800",
    "NUL": lambda token: f"{token}\0",
    "too long": lambda token: token + "A" * MAX_TOKEN_BYTES,
    "very long": lambda token: "A" * 1_000_000,
}


@pytest.mark.parametrize("change", TEXTS.values(), ids=TEXTS)
def test_a_token_without_exactly_three_base64url_parts_is_refused(
    verify: Verify, forge: Forge, change: Callable[[str], str]
) -> None:
    with pytest.raises(TokenInvalid):
        verify(change(forge(CLAIMS)))


def test_another_encoding_of_the_same_signature_is_refused(verify: Verify, forge: Forge) -> None:
    """The last character of 32 bytes in base64 has two unused bits."""
    token = forge(CLAIMS)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    signature = token.rpartition(".")[2]
    signatures = [signature[:-1] + character for character in alphabet]
    same = [text for text in signatures if decoded(text) == decoded(signature) and text != signature]
    assert len(same) == 3

    for text in same:
        with pytest.raises(TokenInvalid):
            verify(token.replace(signature, text))


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_a_public_key_is_refused_as_an_hmac_secret(
    verifier_of: Verifier, public_pem: Callable[[str], Path], forge: Forge, algorithm: str
) -> None:
    """The public key is known to all, so it must not be accepted as an HMAC secret (RFC 8725 section 2.1)."""
    path = public_pem(algorithm)
    verify = verifier_of(public_key(path), clock=lambda: NOW)

    for name in ("HS256", algorithm):
        for secret in (path.read_bytes(), path.read_bytes().strip()):
            with pytest.raises(TokenInvalid):
                verify(forge(CLAIMS, {"alg": name}, secret=secret))


@pytest.mark.parametrize("signed_with", ["RS256", "ES256", "EdDSA"])
@pytest.mark.parametrize("verified_with", ["RS256", "ES256", "EdDSA"])
def test_a_signature_of_another_key_is_refused(
    verifier_of: Verifier,
    private_keys: dict[str, Any],
    public_pem: Callable[[str], Path],
    signed_with: str,
    verified_with: str,
) -> None:
    token = jwt.encode(CLAIMS, private_keys[signed_with], signed_with)
    if signed_with == verified_with:
        token = token[:-6] + ("AAAAAA" if token[-6:] != "AAAAAA" else "BBBBBB")
    verify = verifier_of(public_key(public_pem(verified_with)), clock=lambda: NOW)

    with pytest.raises(TokenInvalid):
        verify(token)


def test_other_rsa_algorithms_are_refused(
    verifier_of: Verifier, private_keys: dict[str, Any], public_pem: Callable[[str], Path]
) -> None:
    verify = verifier_of(public_key(public_pem("RS256")), clock=lambda: NOW)

    for algorithm in ("RS384", "RS512", "PS256", "PS512"):
        with pytest.raises(TokenInvalid):
            verify(jwt.encode(CLAIMS, private_keys["RS256"], algorithm))
