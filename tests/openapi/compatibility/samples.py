"""Changes that tests of reports share."""

from __future__ import annotations

from openapi.compatibility.changes import (
    Change,
    ChangeDirection,
    ChangeLevel,
    ChangeRule,
    Comparison,
    DocumentPlace,
    Witness,
)
from openapi.compatibility.reports.subject import ComparedContracts

GREW = ChangeRule(
    "response-enum-grew",
    ChangeLevel.BREAKING,
    ChangeDirection.RESPONSE,
    "A response has new values",
    "A client knows the values of the old contract alone.",
    "Mark the enum with `x-extensible-enum` first.",
)
ADDED = ChangeRule(
    "operation-added", ChangeLevel.COMPATIBLE, ChangeDirection.BOTH, "An operation was added", "No client calls it."
)


def grown(*operations: str, fingerprint: str = "00000000000000aa") -> Change:
    """A breaking change with a witness."""
    return Change(
        GREW,
        ChangeLevel.BREAKING,
        ChangeDirection.RESPONSE,
        operations or ("GET /api/calls/providers",),
        'provider can be "vonage"',
        fingerprint,
        old=DocumentPlace("/components/schemas/Provider/enum", 10),
        new=DocumentPlace("/components/schemas/Provider/enum", 12),
        witness=Witness({"provider": "vonage"}, "the old contract does not allow this answer"),
    )


def removed() -> Change:
    """A breaking change of what the newer document does not have."""
    rule = ChangeRule(
        "operation-removed", ChangeLevel.BREAKING, ChangeDirection.BOTH, "An operation was removed", "Calls fail."
    )
    return Change(
        rule,
        ChangeLevel.BREAKING,
        ChangeDirection.BOTH,
        ("DELETE /things",),
        "DELETE /things is gone",
        "00000000000000bb",
        old=DocumentPlace("/paths/~1things/delete", 20),
        nearest=DocumentPlace("/paths/~1things", 15),
    )


def added(message: str = "POST /things was added") -> Change:
    """A compatible change."""
    place = DocumentPlace("/paths/~1things/post", 30)
    return Change(
        ADDED, ChangeLevel.COMPATIBLE, ChangeDirection.BOTH, ("POST /things",), message, "00000000000000cc", new=place
    )


def compared(*changes: Change, failing: ChangeLevel | None = ChangeLevel.BREAKING) -> ComparedContracts:
    """The comparison with these changes."""
    return ComparedContracts(Comparison(changes), "main:openapi.yaml", "openapi.yaml", "openapi.yaml", failing)


def reworded(number: int) -> Change:
    """A change of words alone."""
    rule = ChangeRule("wording-changed", ChangeLevel.UNCHANGED, ChangeDirection.BOTH, "Other words", "No effect.")
    place = DocumentPlace(f"/paths/~1{number}", number)
    message, fingerprint = f"/{number} is worded otherwise", f"{number:016x}"
    return Change(rule, ChangeLevel.UNCHANGED, ChangeDirection.BOTH, (), message, fingerprint, place, place)
