"""A comparison as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click

from openapi.compatibility.changes import Change, ChangeLevel
from openapi.compatibility.reports.subject import ComparedContracts, places_of, where_of, witness_of
from openapi.http.foreign_text import printable_line

_COLOURS: Final = {
    ChangeLevel.BREAKING: "red",
    ChangeLevel.RISKY: "yellow",
    ChangeLevel.COMPATIBLE: "green",
    ChangeLevel.UNCHANGED: "bright_black",
}


def text(compared: ComparedContracts, *, verbose: bool = False) -> str:
    """The changes, the worst first, and the verdict in the last line, with colours.

    Breaking and risky changes are shown whole, the others in a line each; `verbose` shows all of them whole.
    """
    return "".join(f"{line}\n" for line in _lines(compared, verbose))


def _lines(compared: ComparedContracts, verbose: bool) -> Iterator[str]:
    for level, changes, left_out in compared.for_people():
        whole = verbose or level >= ChangeLevel.RISKY
        for change in changes:
            yield from _whole(change, compared) if whole else [_short(change)]
        if left_out:
            yield f"and {left_out:,} more changes of words alone; --format json lists them"
        if not whole:
            yield ""
    for change, entry in compared.accepted:
        yield f"accepted until {entry.until}: {_line(change.message)} ({_line(entry.reason)})"
    style = _COLOURS[compared.comparison.level]
    yield f"{_line(compared.old)} -> {_line(compared.new)}: {click.style(_line(compared.title), fg=style, bold=True)}"


def _whole(change: Change, compared: ComparedContracts) -> Iterator[str]:
    yield f"{_label(change)} {_line(change.message)}"
    yield f"  {_line(where_of(change))}"
    for side, place in places_of(change, compared):
        yield f"  {side} {_line(place)}"
    if witness := witness_of(change):
        yield f"  example: {_line(witness)}"
    if change.rule.instead:
        yield f"  instead: {change.rule.instead}"
    yield click.style(f"  {change.rule.id} {change.fingerprint}", dim=True)
    yield ""


def _short(change: Change) -> str:
    return f"{_label(change)} {_line(change.message)} ({_line(where_of(change, 1))})"


def _label(change: Change) -> str:
    return click.style(change.level.label.upper(), fg=_COLOURS[change.level], bold=True)


def _line(value: str) -> str:
    return printable_line(value)
