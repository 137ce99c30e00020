"""The rules for claims that an operator can set."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.authentication.auth import Subject, TokenInvalid
from handlers.authentication.claims import TokenRules, accept_claims

NOW = 1_800_000_000
CLAIMS = {"sub": "user_ada", "exp": NOW + 60}


def subject(rules: dict[str, Any], claims: dict[str, Any]) -> Subject:
    return accept_claims(CLAIMS | claims, TokenRules(**rules), NOW).subject


def test_user_claim_selects_the_claim_with_the_user_id() -> None:
    assert subject({"user_claim": "https://tether.example/id"}, {"https://tether.example/id": "user_bea"}) == (
        "user_bea",
        None,
    )


def test_user_claim_replaces_sub() -> None:
    with pytest.raises(TokenInvalid):
        subject({"user_claim": "uid"}, {})


@pytest.mark.parametrize(
    ("claims", "organization_id"), [({"org": "org_acme"}, "org_acme"), ({}, None), ({"org": None}, None)]
)
def test_organization_claim_selects_the_claim_with_the_organization_id(
    claims: dict[str, Any], organization_id: str | None
) -> None:
    assert subject({"organization_claim": "org"}, claims).organization_id == organization_id


@pytest.mark.parametrize("value", [5, True, ["org_acme"], {"id": "org_acme"}])
def test_an_organization_id_that_is_not_a_string_is_refused(value: object) -> None:
    with pytest.raises(TokenInvalid):
        subject({"organization_claim": "org"}, {"org": value})


@pytest.mark.parametrize("claims", [{"iat": NOW}, {"iat": NOW - 60, "exp": NOW}, {"iat": NOW + 1, "exp": NOW + 61}])
def test_a_lifetime_up_to_the_maximum_is_accepted(claims: dict[str, int]) -> None:
    assert subject({"max_lifetime": 60}, claims).user_id == "user_ada"


@pytest.mark.parametrize("claims", [{}, {"iat": NOW - 1}, {"iat": 0}, {"iat": NOW, "exp": NOW + 60.5}])
def test_a_longer_or_unknown_lifetime_is_refused(claims: dict[str, float]) -> None:
    with pytest.raises(TokenInvalid):
        subject({"max_lifetime": 60}, claims)
