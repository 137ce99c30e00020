"""The changes between two contracts, and their verdict: the values that every report is made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import Any, Final


class ChangeLevel(IntEnum):
    """What a change does to the clients of the older contract, the worst last.

    Unchanged: documentation or wording alone. Risky: the relation of two sets of values cannot be decided, or teams
    differ in their policy. Breaking: a client that keeps the older contract can fail.
    """

    UNCHANGED = 0
    COMPATIBLE = 1
    RISKY = 2
    BREAKING = 3

    @property
    def label(self) -> str:
        """Its name in reports and files."""
        return self.name.lower()


class ChangeDirection(StrEnum):
    """Who sends what has changed. For webhooks and callbacks, the server sends the request and the client answers."""

    REQUEST = "request"
    RESPONSE = "response"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """A kind of change. `id` is stable. `title` names the change, `why` gives the reason for its level, `instead` says
    how to reach the same aim without the change, "" if the change does no harm."""

    id: str
    level: ChangeLevel
    direction: ChangeDirection
    title: str
    why: str
    instead: str = ""


@dataclass(frozen=True, slots=True)
class DocumentPlace:
    """A place in a document as written: a JSON pointer, and the line, counted from 1."""

    pointer: str
    line: int


@dataclass(frozen=True, slots=True)
class Witness:
    """A value that shows the change: one of the two contracts accepts `value`, the other one does not. `text` is the
    sentence about it."""

    value: Any
    text: str


@dataclass(frozen=True)
class Change:
    """One change with one cause, and all operations that it concerns.

    `operations` have the form ``GET /api/calls/providers``; an empty tuple means the contract as a whole. `level` is
    that of the rule unless settings or the details of the change give it another one. `message` is one sentence on the
    consequence. `fingerprint` are 16 hexadecimal digits that stay the same across runs. `old` is None for what was
    added, `new` for what was removed; `nearest` is then the place in the newer document where it was.
    """

    rule: ChangeRule
    level: ChangeLevel
    direction: ChangeDirection
    operations: tuple[str, ...]
    message: str
    fingerprint: str
    old: DocumentPlace | None = None
    new: DocumentPlace | None = None
    nearest: DocumentPlace | None = None
    witness: Witness | None = None


# Semantic Versioning 2.0.0, sections 6 to 8.
_VERSIONS: Final[Mapping[ChangeLevel, str]] = {
    ChangeLevel.BREAKING: "major",
    ChangeLevel.RISKY: "minor",
    ChangeLevel.COMPATIBLE: "minor",
    ChangeLevel.UNCHANGED: "none",
}


@dataclass(frozen=True)
class Comparison:
    """All changes between two contracts, the worst first."""

    changes: tuple[Change, ...]

    @cached_property
    def level(self) -> ChangeLevel:
        """The worst level of all changes."""
        return worst(change.level for change in self.changes)

    @property
    def version(self) -> str:
        """The part of a semantic version that the changes require to be raised: major, minor, patch or none. Changed
        documentation is a patch."""
        if self.level is ChangeLevel.UNCHANGED and self.changes:
            return "patch"
        return _VERSIONS[self.level]


def worst(levels: Iterable[ChangeLevel]) -> ChangeLevel:
    """The worst of some levels."""
    return max(levels, default=ChangeLevel.UNCHANGED)
