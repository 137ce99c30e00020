"""What a report of a comparison is about, and the words that the reports share."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from openapi.compatibility.acceptance import AcceptedChange
from openapi.compatibility.changes import Change, ChangeDirection, ChangeLevel, Comparison, DocumentPlace

LEVELS: Final = (ChangeLevel.BREAKING, ChangeLevel.RISKY, ChangeLevel.COMPATIBLE, ChangeLevel.UNCHANGED)
_SIDES: Final = {
    ChangeDirection.REQUEST: "requests of ",
    ChangeDirection.RESPONSE: "responses of ",
    ChangeDirection.BOTH: "",
}
# Changes of words alone that reports for people show.
_MOST_UNCHANGED: Final = 10
# A value of a witness is shown up to this length.
_LONGEST_VALUE: Final = 200


@dataclass(frozen=True)
class ComparedContracts:
    """Two contracts and their comparison. `old` and `new` are their names, `file` is the path of the newer one in its
    repository, for annotations. `accepted` are the changes that do not count. Changes from the level `failing` on fail
    the comparison; None: no change does."""

    comparison: Comparison
    old: str
    new: str
    file: str
    failing: ChangeLevel | None = ChangeLevel.BREAKING
    accepted: tuple[tuple[Change, AcceptedChange], ...] = ()

    def fails(self, change: Change) -> bool:
        """Whether a change fails the comparison."""
        return self.failing is not None and change.level >= self.failing

    @property
    def failed(self) -> bool:
        """Whether any change does."""
        return any(map(self.fails, self.comparison.changes))

    def by_level(self) -> Iterator[tuple[ChangeLevel, list[Change]]]:
        """The levels that have changes, the worst first."""
        for level in LEVELS:
            if changes := [change for change in self.comparison.changes if change.level is level]:
                yield level, changes

    def for_people(self) -> Iterator[tuple[ChangeLevel, list[Change], int]]:
        """As `by_level`, with the number of changes that are left out: a new edition of a large document can have a
        thousand changes of words alone."""
        for level, changes in self.by_level():
            most = _MOST_UNCHANGED if level is ChangeLevel.UNCHANGED else len(changes)
            yield level, changes[:most], max(0, len(changes) - most)

    @property
    def title(self) -> str:
        """The verdict in a line."""
        if not self.comparison.changes:
            return "unchanged: the contracts mean the same"
        counts = ", ".join(f"{len(changes):,} {level.label}" for level, changes in self.by_level())
        return f"{self.comparison.level.label} ({version_needed(self.comparison.version)}): {counts}"


def version_needed(version: str) -> str:
    """What the changes mean for the version number."""
    return "no new version" if version == "none" else f"a {version} version"


def where_of(change: Change, most: int = 3) -> str:
    """Where clients meet a change: ``in requests of GET /a, GET /b and 12 more``."""
    return f"in {_SIDES[change.direction]}{operations_of(change, most)}"


def operations_of(change: Change, most: int = 3) -> str:
    """The first operations of a change, and how many more there are."""
    if not change.operations:
        return "the contract as a whole"
    shown = ", ".join(change.operations[:most])
    more = len(change.operations) - most
    return f"{shown} and {more:,} more" if more > 0 else shown


def place_in(name: str, place: DocumentPlace) -> str:
    """``openapi.yaml:12 #/paths``."""
    return f"{name}:{place.line} #{place.pointer}"


def places_of(change: Change, compared: ComparedContracts) -> list[tuple[str, str]]:
    """The places of a change, each with its side: old, new, or where in the newer document it was."""
    places = []
    if change.old is not None:
        places.append(("old", place_in(compared.old, change.old)))
    if change.new is not None:
        places.append(("new", place_in(compared.new, change.new)))
    return places


def line_in_new(change: Change) -> int:
    """The line of the newer document at which a change is shown, that of the nearest place for what was removed."""
    place = change.new or change.nearest
    return 1 if place is None else place.line


def witness_of(change: Change) -> str:
    """The sentence of the witness and its value, shortened; "" without one, or if the message has it."""
    if change.witness is None or change.witness.text in change.message:
        return ""
    value = json.dumps(change.witness.value, ensure_ascii=False)
    if len(value) > _LONGEST_VALUE:
        value = value[:_LONGEST_VALUE] + "…"
    return change.witness.text if value in change.witness.text else f"{change.witness.text}: {value}"
