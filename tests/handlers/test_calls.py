"""`get_calls_providers` returns the provider and the number of each kind of caller."""

import asyncio

import pytest

from handlers.authentication.auth import Caller
from handlers.calls import get_calls_providers
from store import SQLiteReader, UserNotFound


@pytest.mark.parametrize(
    ("caller", "expected"),
    [
        (Caller("user_ada", "org_acme"), {"provider": "sinch", "phoneNumber": "+14165550100"}),
        (Caller("user_bea", "org_acme"), {"provider": "sinch", "phoneNumber": None}),
        (Caller("user_eli", "org_initech"), {"provider": None, "phoneNumber": None}),
        (Caller("user_lone", None), {"provider": None, "phoneNumber": None}),
    ],
    ids=["provider and number", "provider, no number", "number, but no active provider", "no organization"],
)
def test_the_answer_always_has_both_keys(store: SQLiteReader, caller: Caller, expected: dict[str, str | None]) -> None:
    answer = asyncio.run(get_calls_providers(caller, store))

    assert answer == expected


def test_a_user_removed_after_authentication_is_not_found(store: SQLiteReader) -> None:
    with pytest.raises(UserNotFound):
        asyncio.run(get_calls_providers(Caller("user_gone", "org_acme"), store))
