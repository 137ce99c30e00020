"""The cache of verified tokens.

The tests set the clock back before the `nbf` of a token: only a cached token is accepted then.
"""

from collections.abc import Callable
from typing import Any

import pytest

from handlers.authentication.auth import TokenExpired, TokenInvalid
from handlers.authentication.claims import TokenRules
from handlers.authentication.keys import secret_key

NOW = 1_800_000_000

Forge = Callable[..., str]
Verify = Callable[[str], str]


class Clock:
    """A clock that shows the time that the test sets."""

    def __init__(self) -> None:
        self.now: float = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(verifier_of: Callable[..., Verify], secret: str, clock: Clock) -> Callable[..., Verify]:
    return lambda **options: verifier_of(
        secret_key(secret), TokenRules(leeway=options.pop("leeway", 0)), clock=clock, **options
    )


@pytest.fixture
def token_of(forge: Forge) -> Callable[..., str]:
    """A function that makes tokens that are valid for a minute from now, one for each user."""
    return lambda user_id="user_ada", **claims: forge({"sub": user_id, "nbf": NOW, "exp": NOW + 60, **claims})


def is_cached(verify: Verify, clock: Clock, token: str) -> bool:
    """Whether the verifier has the token in its cache."""
    before, clock.now = clock.now, NOW - 1
    try:
        verify(token)
    except TokenInvalid:
        return False
    finally:
        clock.now = before
    return True


def test_a_verified_token_is_cached(make: Any, clock: Clock, token_of: Forge) -> None:
    verify = make(memory=1)
    verify(token_of())

    assert is_cached(verify, clock, token_of())
    assert verify(token_of()) == "user_ada"


@pytest.mark.parametrize("options", [{}, {"memory": 0}])
def test_without_memory_no_token_is_cached(make: Any, clock: Clock, token_of: Forge, options: dict[str, int]) -> None:
    verify = make(**options)
    verify(token_of())

    assert not is_cached(verify, clock, token_of())


def test_each_token_has_its_own_user(make: Any, token_of: Forge) -> None:
    verify = make(memory=10)
    users = [f"user_{number}" for number in range(5)]

    assert [[verify(token_of(user)) for user in users] for _ in range(2)] == [users, users]


def test_a_cached_token_expires(make: Any, clock: Clock, token_of: Forge) -> None:
    verify = make(memory=1)
    verify(token_of())
    clock.now = NOW + 59.999
    assert verify(token_of()) == "user_ada"
    clock.now = NOW + 60

    with pytest.raises(TokenExpired):
        verify(token_of())


def test_leeway_does_not_extend_caching(make: Any, clock: Clock, token_of: Forge) -> None:
    """Past its `exp`, a token within the leeway is valid, but is verified each time."""
    verify = make(memory=1, leeway=10)
    verify(token_of())
    clock.now = NOW + 69.999
    assert verify(token_of()) == "user_ada"
    clock.now = NOW + 70

    with pytest.raises(TokenExpired):
        verify(token_of())


def test_a_token_past_its_exp_is_not_cached(make: Any, clock: Clock, token_of: Forge) -> None:
    """The token is valid only by the leeway; its `exp` has passed also at the earlier time of `is_cached`."""
    verify, token = make(memory=1, leeway=10), token_of(nbf=NOW + 10, exp=NOW - 5)
    assert verify(token) == "user_ada"

    assert not is_cached(verify, clock, token)


def test_a_token_with_one_changed_character_is_refused(make: Any, token_of: Forge) -> None:
    verify, token = make(memory=10), token_of()
    verify(token)

    for place, character in enumerate(token):
        changed = token[:place] + ("A" if character != "A" else "B") + token[place + 1 :]
        with pytest.raises(TokenInvalid):
            verify(changed)


def test_a_refused_token_is_not_cached(make: Any, clock: Clock, token_of: Forge) -> None:
    verify, token = make(memory=1), token_of(nbf=NOW + 5)
    with pytest.raises(TokenInvalid):
        verify(token)
    clock.now = NOW + 5

    assert verify(token) == "user_ada"


def test_a_full_cache_drops_the_oldest_token(make: Any, clock: Clock, token_of: Forge) -> None:
    verify = make(memory=3)
    tokens = [token_of(f"user_{number}") for number in range(8)]
    for token in tokens:
        verify(token)

    assert [is_cached(verify, clock, token) for token in tokens] == [False] * 5 + [True] * 3


def test_a_token_dropped_from_the_cache_is_still_valid(make: Any, token_of: Forge) -> None:
    verify = make(memory=1)
    verify(token_of("user_ada"))
    verify(token_of("user_bea"))

    assert verify(token_of("user_ada")) == "user_ada"
