"""Refusals of requests that break the contract: the status, and a sentence for the client."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from openapi.validation.violations import Violation

_MOST_REASONS: Final = 10


def refusal_of(violations: Sequence[Violation]) -> tuple[int, str]:
    """The status and the sentence for a request with at least one of `violations`. The sentence has the violations of
    the first wrong part. The status is 415 for an undeclared media type (RFC 9110 section 15.5.16), else 400."""
    first = violations[0]
    same = [violation for violation in violations if violation.rule == first.rule]
    if first.rule == "request-media-type-undeclared":
        return 415, _sentence(first.reason)
    if first.rule == "parameter-missing":
        return 400, f"The {_parameter(first)} is missing."
    if first.rule == "parameter-schema":
        reasons = [violation.reason for violation in same if violation.where == first.where]
        return 400, f"The {_parameter(first)} is wrong: {_listed(reasons)}."
    if first.rule == "request-body-schema":
        reasons = [str(violation).removeprefix("the body: ") for violation in same]
        return 400, f"The body breaks the contract: {_listed(reasons)}."
    return 400, _sentence(first.reason)


def _listed(reasons: Sequence[str]) -> str:
    """The first ten reasons, and the number of the others."""
    more = [f"and {len(reasons) - _MOST_REASONS} more"] if len(reasons) > _MOST_REASONS else []
    return "; ".join([*reasons[:_MOST_REASONS], *more])


def _parameter(violation: Violation) -> str:
    location, _, name = violation.where.partition(" ")
    return f"{location} parameter {name!r}"


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:]}."
