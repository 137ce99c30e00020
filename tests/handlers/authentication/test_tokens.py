"""Tokens that are accepted; `test_token_refusals.py` has the tokens that are refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest

from handlers.authentication.auth import TokenExpired, TokenInvalid
from handlers.authentication.claims import TokenRules
from handlers.authentication.keys import VerificationKey, public_key, secret_key
from handlers.authentication.tokens import MAX_TOKEN_BYTES, sign_token

NOW = 1_800_000_000
CLAIMS = {"sub": "user_ada", "exp": NOW + 60}

Forge = Callable[..., str]
Verify = Callable[[str], str]
Verifier = Callable[..., Verify]


@pytest.fixture
def key(secret: str) -> VerificationKey:
    return secret_key(secret)


@pytest.fixture
def verifier(verifier_of: Callable[..., Verify]) -> Callable[..., Verify]:
    """A function that makes a verifier from a key and rules."""
    return lambda key, **rules: verifier_of(key, TokenRules(**rules), clock=lambda: NOW)


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_a_token_signed_with_the_private_key_is_accepted(
    verifier: Verifier, private_keys: dict[str, Any], public_pem: Callable[[str], Path], algorithm: str
) -> None:
    token = jwt.encode(CLAIMS, private_keys[algorithm], algorithm)

    assert verifier(public_key(public_pem(algorithm)))(token) == "user_ada"


def test_a_token_signed_with_the_shared_secret_is_accepted(
    verifier: Verifier, key: VerificationKey, secret: str
) -> None:
    assert verifier(key)(jwt.encode(CLAIMS, secret, "HS256")) == "user_ada"


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "HS256"},
        {"alg": "HS256", "typ": "JWT"},
        {"alg": "HS256", "typ": "jwt"},
        {"alg": "HS256", "typ": "at+jwt"},
        {"alg": "HS256", "typ": "application/at+jwt"},
        {"alg": "HS256", "kid": "any", "jku": "https://example.com/keys", "cty": "x"},
        {"alg": "HS256", "b64": True},
        b' {"alg":\n"HS256"} ',
    ],
    ids=str,
)
def test_harmless_header_parameters_are_accepted(
    verifier: Verifier, key: VerificationKey, forge: Forge, header: Any
) -> None:
    assert verifier(key)(forge(CLAIMS, header)) == "user_ada"


@pytest.mark.parametrize("user_id", ["u", "a" * 128, "auth0|5f7c8ec7", "ada@example.com", '!"#~'])
def test_a_user_id_is_any_visible_ascii(verifier: Verifier, key: VerificationKey, forge: Forge, user_id: str) -> None:
    assert verifier(key)(forge({**CLAIMS, "sub": user_id})) == user_id


@pytest.mark.parametrize(
    "claims",
    [
        CLAIMS | {"exp": NOW + 60.5},
        CLAIMS | {"exp": 253_402_300_799},
        CLAIMS | {"nbf": NOW, "iat": NOW - 0.5},
        CLAIMS | {"nbf": 0, "iat": 0},
        CLAIMS | {"iss": "anyone", "aud": ["anything"], "jti": 5, "scope": {"any": None}},
    ],
    ids=str,
)
def test_claims_that_no_rule_forbids_are_accepted(
    verifier: Verifier, key: VerificationKey, forge: Forge, claims: Any
) -> None:
    assert verifier(key)(forge(claims)) == "user_ada"


@pytest.mark.parametrize(
    ("rules", "claims"),
    [
        ({"issuer": "us"}, {"iss": "us"}),
        ({"audience": "relay"}, {"aud": "relay"}),
        ({"audience": "relay"}, {"aud": ["other", "relay"]}),
        ({"issuer": "us", "audience": "relay"}, {"iss": "us", "aud": ["relay"]}),
    ],
    ids=str,
)
def test_a_token_with_the_configured_issuer_and_audience_is_accepted(
    verifier: Verifier, key: VerificationKey, forge: Forge, rules: dict[str, str], claims: dict[str, Any]
) -> None:
    assert verifier(key, **rules)(forge(CLAIMS | claims)) == "user_ada"


@pytest.mark.parametrize(
    ("claims", "leeway", "outcome"),
    [
        ({"exp": NOW + 0.001}, 0, "user_ada"),
        ({"exp": NOW}, 0, TokenExpired),
        ({"exp": NOW - 9.999}, 10, "user_ada"),
        ({"exp": NOW - 10}, 10, TokenExpired),
        ({"exp": 0}, 10, TokenExpired),
        ({"nbf": NOW}, 0, "user_ada"),
        ({"nbf": NOW + 0.001}, 0, TokenInvalid),
        ({"nbf": NOW + 10}, 10, "user_ada"),
        ({"nbf": NOW + 10.001}, 10, TokenInvalid),
        ({"iat": NOW + 10}, 10, "user_ada"),
        ({"iat": NOW + 10.001}, 10, TokenInvalid),
        ({"nbf": NOW + 11, "exp": NOW - 11}, 10, TokenInvalid),
    ],
    ids=str,
)
def test_time_claims_are_exact_with_leeway(
    verifier: Verifier,
    key: VerificationKey,
    forge: Forge,
    claims: dict[str, float],
    leeway: float,
    outcome: str | type[Exception],
) -> None:
    verify, token = verifier(key, leeway=leeway), forge(CLAIMS | claims)

    if isinstance(outcome, str):
        assert verify(token) == outcome
    else:
        with pytest.raises(outcome):
            verify(token)


def test_the_longest_token_is_8_kib(verifier: Verifier, key: VerificationKey, forge: Forge) -> None:
    def token_of(length: int) -> str:
        """Both header and claims are padded, because no base64 text has a length of 4n + 1."""
        pads = ((claim, header) for claim in range(6100) for header in range(3))
        tokens = (
            forge({**CLAIMS, "pad": "a" * claim}, {"alg": "HS256", "kid": "a" * header})
            for claim, header in pads
            if claim > 6000
        )
        return next(token for token in tokens if len(token) == length)

    assert verifier(key)(token_of(MAX_TOKEN_BYTES)) == "user_ada"
    with pytest.raises(TokenInvalid):
        verifier(key)(token_of(MAX_TOKEN_BYTES + 1))


@pytest.mark.parametrize("rules", [TokenRules(), TokenRules(issuer="us"), TokenRules(issuer="us", audience="relay")])
def test_a_signed_token_is_valid_for_its_ttl(verifier_of: Verifier, key: VerificationKey, rules: TokenRules) -> None:
    token = sign_token("user_ada", key, rules, ttl=60, now=NOW)

    assert verifier_of(key, rules, clock=lambda: NOW)(token) == "user_ada"
    with pytest.raises(TokenExpired):
        verifier_of(key, rules, clock=lambda: NOW + 60 + rules.leeway)(token)


@pytest.mark.parametrize("user_id", ["", "a b", "a\0b", "ü", "\ud800", "a" * 129], ids=ascii)
def test_signing_for_an_invalid_user_id_is_an_error(key: VerificationKey, user_id: str) -> None:
    with pytest.raises(ValueError, match="a user id is 1 to 128 printable ASCII characters"):
        sign_token(user_id, key, TokenRules(), ttl=60, now=NOW)


def test_signing_with_a_public_key_is_an_error(public_pem: Callable[[str], Path]) -> None:
    with pytest.raises(ValueError, match="a public key cannot sign"):
        sign_token("user_ada", public_key(public_pem("ES256")), TokenRules(), ttl=60, now=NOW)
