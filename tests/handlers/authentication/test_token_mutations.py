"""Changed tokens and random claims: the verifier returns a user id or raises one of two errors, and never fails."""

import string
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import jwt
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from handlers.authentication.auth import TokenExpired, TokenInvalid
from handlers.authentication.keys import VerificationKey, secret_key

Verify = Callable[[str], str]

NOW = 1_800_000_000
CLAIMS = {"sub": "user_ada", "exp": NOW + 60}
ALPHABET = string.ascii_letters + string.digits + "-_.=+/ \n\0é"

bounded = settings(
    max_examples=200,
    derandomize=True,
    database=None,
    deadline=None,
    # The fixtures are made once and do not change.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

# A place in a token, as a fraction of its length; how many characters are removed, and their replacement.
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 3), st.text(ALPHABET, max_size=3)),
    min_size=1,
    max_size=3,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(params=["HS256", "RS256", "ES256", "EdDSA"])
def signed(
    request: pytest.FixtureRequest, verifier: Callable[..., Verify], secret: str, private_keys: dict[str, Any]
) -> tuple[str, Verify]:
    """A valid token, and its verifier."""
    algorithm = request.param
    if algorithm == "HS256":
        return jwt.encode(CLAIMS, secret, algorithm), verifier(secret_key(secret))
    private = private_keys[algorithm]
    return jwt.encode(CLAIMS, private, algorithm), verifier(VerificationKey(private.public_key(), algorithm))


@pytest.fixture(scope="session")
def verifier(verifier_of: Callable[..., Verify]) -> Callable[..., Verify]:
    return lambda key: verifier_of(key, memory=5, clock=lambda: NOW)


@bounded
@given(edits=EDITS)
def test_a_changed_token_never_verifies(signed: tuple[str, Verify], edits: list[tuple[float, int, str]]) -> None:
    token, verify = signed
    assert verify(token) == "user_ada"
    changed = token
    for where, removed, added in edits:
        place = int(where * len(changed))
        changed = changed[:place] + added + changed[place + removed :]
    assume(changed != token)

    with pytest.raises((TokenInvalid, TokenExpired)):
        verify(changed)


@bounded
@given(
    claims=st.fixed_dictionaries({"sub": JSON, "exp": JSON}, optional={"nbf": JSON, "iat": JSON, "aud": JSON}) | JSON,
    header=st.fixed_dictionaries(
        {"alg": st.just("HS256") | JSON},
        optional={"typ": JSON, "crit": JSON, "b64": JSON, "kid": JSON, "cty": JSON},
    )
    | JSON,
)
def test_random_signed_content_is_accepted_or_refused(
    verifier: Callable[..., Verify], secret: str, forge: Callable[..., str], claims: Any, header: Any
) -> None:
    verify = verifier(secret_key(secret))

    with suppress(TokenInvalid, TokenExpired):
        assert isinstance(verify(forge(claims, header)), str)


@bounded
@given(text=st.text() | st.text(ALPHABET, max_size=60).map(lambda text: f"eyJhbGciOiJIUzI1NiJ9.{text}.{text}"))
def test_random_text_is_refused(verifier: Callable[..., Verify], secret: str, text: str) -> None:
    with pytest.raises(TokenInvalid):
        verifier(secret_key(secret))(text)
