"""The section of a changelog, for people who call the API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from openapi.compatibility.changes import Change, ChangeLevel, Comparison
from openapi.compatibility.reports.subject import where_of
from openapi.findings.reports.escaping import markdown, markdown_with_code

# Operations of a change that are named.
_MOST_OPERATIONS: Final = 10


def changelog(comparison: Comparison, version: str, day: date) -> str:
    """The section ``## VERSION (DAY)`` in Markdown: what breaks clients, then what was added, changed, deprecated and
    removed. Changes of the documentation are left out."""
    lines = [f"## {markdown(version)} ({day.isoformat()})"]
    for heading, changes in _parts(comparison):
        lines += ["", f"### {heading}", "", *map(_entry, changes)]
    if len(lines) == 1:
        lines += ["", "Nothing changes for clients."]
    return "\n".join([*lines, ""])


def _parts(comparison: Comparison) -> Iterator[tuple[str, list[Change]]]:
    shown = [change for change in comparison.changes if change.level is not ChangeLevel.UNCHANGED]
    parts: dict[str, list[Change]] = {name: [] for name in ("Breaking", "Added", "Changed", "Deprecated", "Removed")}
    for change in shown:
        parts[_heading(change)].append(change)
    yield from ((heading, changes) for heading, changes in parts.items() if changes)


def _heading(change: Change) -> str:
    if change.level is ChangeLevel.BREAKING:
        return "Breaking"
    if "deprecated" in change.rule.id:
        return "Deprecated"
    if change.old is None:
        return "Added"
    return "Removed" if change.new is None else "Changed"


def _entry(change: Change) -> str:
    lines: Iterable[str] = [f"- {markdown_with_code(change.message)} ({markdown(where_of(change, _MOST_OPERATIONS))})"]
    if change.level is ChangeLevel.BREAKING and change.rule.instead:
        lines = [*lines, f"  {markdown_with_code(change.rule.instead)}"]
    return "\n".join(lines)
