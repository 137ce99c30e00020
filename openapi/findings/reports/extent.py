"""How much of a verdict a summary shows: everything of a small one, and of a large one what fits two screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from openapi.findings.causes import causes_of
from openapi.findings.findings import OperationCoverage, Verdict

# A verdict on more operations or with more causes is large.
_MOST_OPERATIONS: Final = 25
_MOST_CAUSES: Final = 10
# Two screens.
_LINES: Final = 96
_UNLIMITED: Final = 1_000_000
# Causes in one line each. More than a screen of them leaves no room for the table of the coverage.
_MOST_OTHERS: Final = 50
_MOST_BESIDE_TABLE: Final = 24
# Operations of a large verdict in the table: those with the most findings, and the slowest.
_NOTABLE: Final = 2


@dataclass(frozen=True)
class Extent:
    """The limits of a summary: its `lines`, the findings in one line each (`others`), the `entries` of a list, the
    `names` in one entry, the `characters` of a text, and the rows of a `curl` line. `notable` are the operations in the
    table of the coverage."""

    large: bool
    lines: int
    others: int
    entries: int
    names: int
    characters: int
    rows_of_curl: int
    notable: tuple[OperationCoverage, ...]

    def cut(self, text: str) -> str:
        """A text of a finding, with at most as many characters as one of a large verdict may have."""
        return self.short(text, self.characters)

    def short(self, text: str, longest: int) -> str:
        """A text on one line of at most `longest` characters if the verdict is large."""
        if not self.large:
            return text
        flat = " ".join(text.split())
        return flat if len(flat) <= longest else f"{flat[: longest - 1]}…"


def extent_of(verdict: Verdict) -> Extent:
    """The extent of the summary of a verdict."""
    causes = len(causes_of(verdict.findings))
    if len(verdict.coverage) <= _MOST_OPERATIONS and causes <= _MOST_CAUSES:
        return Extent(False, _UNLIMITED, _UNLIMITED, _UNLIMITED, 25, 240, _UNLIMITED, verdict.coverage)
    notable = _notable(verdict) if causes <= _MOST_BESIDE_TABLE else ()
    return Extent(True, _LINES, _MOST_OTHERS, 3, 1, 140, 3, notable)


def _notable(verdict: Verdict) -> tuple[OperationCoverage, ...]:
    """The operations with the most findings, then the slowest, without duplicates."""
    found: dict[str, int] = {}
    for finding in verdict.findings:
        found[finding.operation] = found.get(finding.operation, 0) + 1
    failing = sorted((item for item in verdict.coverage if item.operation in found), key=lambda i: -found[i.operation])
    slowest = sorted((item for item in verdict.coverage if item.seconds), key=lambda item: -_middle(item))
    return tuple({item.operation: item for item in (*failing[:_NOTABLE], *slowest[:_NOTABLE])}.values())


def _middle(item: OperationCoverage) -> float:
    return sorted(item.seconds)[len(item.seconds) // 2]
