"""A comparison as Markdown, for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi.compatibility.changes import Change, ChangeLevel
from openapi.compatibility.reports.subject import ComparedContracts, places_of, where_of, witness_of
from openapi.findings.reports.escaping import code, markdown, markdown_with_code

# GitHub accepts comments of 65,536 characters, GitLab of a million.
_LONGEST: Final = 60_000
_HEADINGS: Final = {
    ChangeLevel.BREAKING: "Breaking: clients of the old contract can fail",
    ChangeLevel.RISKY: "Risky: decide whether clients are affected",
    ChangeLevel.COMPATIBLE: "Compatible",
    ChangeLevel.UNCHANGED: "Documentation alone",
}
# Operations of a change that are named.
_MOST_OPERATIONS: Final = 10


def as_markdown(compared: ComparedContracts) -> str:
    """The verdict, then the changes by level; compatible ones are folded. A long report ends with how many changes are
    left out."""
    lines = [f"## Contract: {markdown(compared.title)}", "", f"{code(compared.old)} → {code(compared.new)}"]
    length = sum(map(len, lines))
    left_out = 0
    for level, changes, more in compared.for_people():
        folded = level < ChangeLevel.RISKY
        lines += ["", *_opening(level, len(changes) + more, folded)]
        for change in changes:
            block = "\n".join(_change(change, compared, folded))
            length += len(block) + 1
            if length > _LONGEST:
                left_out += 1
            else:
                lines.append(block)
        lines += [f"- and {more:,} more"] if more else []
        if folded:
            lines += ["", "</details>"]
    lines += _accepted(compared)
    if left_out:
        lines += ["", f"{left_out:,} more changes are left out, because a comment has a limited length."]
    return "\n".join([*lines, ""])


def _opening(level: ChangeLevel, count: int, folded: bool) -> list[str]:
    heading = f"{_HEADINGS[level]} ({count:,})"
    return [f"<details><summary>{heading}</summary>", ""] if folded else [f"### {heading}", ""]


def _change(change: Change, compared: ComparedContracts, short: bool) -> Iterator[str]:
    yield f"- {markdown_with_code(change.message)}"
    yield f"  - {markdown(where_of(change, _MOST_OPERATIONS))}"
    if short:
        return
    if witness := witness_of(change):
        yield f"  - example: {markdown_with_code(witness)}"
    for side, place in places_of(change, compared):
        yield f"  - {side}: {code(place)}"
    yield f"  - why: {markdown_with_code(change.rule.why)}"
    if change.rule.instead:
        yield f"  - instead: {markdown_with_code(change.rule.instead)}"
    yield f"  - rule {code(change.rule.id)}, fingerprint {code(change.fingerprint)}"


def _accepted(compared: ComparedContracts) -> Iterator[str]:
    if not compared.accepted:
        return
    yield f"\n<details><summary>Accepted ({len(compared.accepted):,})</summary>\n"
    for change, entry in compared.accepted:
        yield f"- {markdown_with_code(change.message)} (until {entry.until}: {markdown(entry.reason)})"
    yield "\n</details>"
