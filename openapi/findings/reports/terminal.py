"""A verdict as text for a terminal: readable in 80 columns, without colours, and in a pipe.

The text has every finding while it is short. That of a large contract fits two screens: the gravest findings, the
notable operations, the first lines of each list. The other reports have the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from openapi.findings.causes import Cause, causes_of
from openapi.findings.findings import Certainty, OperationCoverage, Verdict
from openapi.findings.reports import wording
from openapi.findings.reports.extent import Extent, extent_of
from openapi.findings.reproduction import reproduction
from openapi.http.foreign_text import printable
from openapi.http.masking import Secrets
from openapi.http.token_variables import variables

# Rows for the variables of the curl lines.
_VARIABLES: Final = 6


@dataclass(frozen=True)
class _Card:
    """A finding as text: its rows, and its `curl` line, which is printed as it is."""

    parts: tuple[RenderableType, ...]
    curl: str


class TerminalReport:
    """Prints verdicts to `console`, with secrets masked."""

    def __init__(self, console: Console, secrets: Secrets | None = None) -> None:
        self._console = console
        self._secrets = secrets or Secrets()

    def print(self, verdict: Verdict) -> None:
        """Print the whole report; the verdict is its last line."""
        causes, extent = causes_of(verdict.findings), extent_of(verdict)
        head: list[RenderableType] = [
            self._text(f"{verdict.contract} at {verdict.base_url}", "bold"),
            self._text(f"{wording.run(verdict)}{', interrupted' if verdict.interrupted else ''}", "dim"),
        ]
        tail: list[RenderableType] = [
            *self._coverage(verdict, extent),
            *self._rest(verdict, extent),
            *self._end(verdict, extent),
        ]
        for part in head:
            self._print(part)
        used = sum(map(self._height, (*head, *tail)))
        self._findings(causes, verdict, extent, extent.lines - used)
        for part in tail:
            self._print(part)

    def _findings(self, causes: Sequence[Cause], verdict: Verdict, extent: Extent, room: int) -> None:
        """Print findings in full as long as there is room for them, at least the first, and the others in a line."""
        needed: dict[str, str] = {}
        shown = 0
        for cause in causes:
            card = self._card(cause, verdict, extent)
            height = 1 + sum(map(self._height, card.parts)) + self._rows(card.curl)
            # The lines for the variables of the curl lines, and for the findings after this one.
            if shown and height > room - _VARIABLES - min(extent.others, len(causes) - shown - 1):
                break
            room -= height
            shown += 1
            self._print_card(card)
            needed |= variables(card.curl)
        if needed:
            self._print(Text())
            self._print(self._text("To run the curl lines", "bold"))
            for name, meaning in needed.items():
                self._print(self._text(f"  export {name}=...  # {meaning}"))
        others = [_in_a_line(cause) for cause in causes[shown:]]
        for part in self._list("More findings", others, extent, extent.others):
            self._print(part)

    def _card(self, cause: Cause, verdict: Verdict, extent: Extent) -> _Card:
        style = "bold red" if cause.certainty is Certainty.CERTAIN else "bold yellow"
        heading, table = _columns(), _columns()
        heading.add_row(Text(cause.rule.id, style), self._text(cause.heading))
        for name, value in self._fields(cause, extent):
            table.add_row(name, self._text(value))
        line = reproduction(cause.example, verdict.base_url, self._secrets, verdict.curl_options)
        if self._rows(line) > extent.rows_of_curl:
            table.add_row("curl", self._text("the line is long; the reports in files have it"))
            line = ""
        parts = Padding(heading, (0, 0, 0, 2), expand=False), Padding(table, (0, 0, 0, 4), expand=False)
        return _Card(parts, line)

    def _fields(self, cause: Cause, extent: Extent) -> Iterator[tuple[str, str]]:
        finding = cause.example
        yield "at", wording.listed(cause.operations)
        yield "found", extent.cut(finding.message)
        if finding.response is not None and not extent.large:
            yield "answer", wording.answer(finding.response, self._secrets, extent.characters)
        yield "expected", extent.cut(finding.expected)
        if finding.declaration:
            yield "contract", f"#{finding.declaration}"
        if not extent.large:
            yield "why", cause.rule.why
        if not extent.large or cause.certainty is not Certainty.CERTAIN:
            yield "certainty", wording.certainty(cause)

    def _coverage(self, verdict: Verdict, extent: Extent) -> Iterator[RenderableType]:
        if not verdict.coverage:
            return
        yield Text()
        if extent.large:
            yield self._text(wording.coverage_in_words(verdict))
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        table.add_column("operation", overflow="fold", ratio=3)
        table.add_column("seen", overflow="fold", ratio=2)
        table.add_column("not seen", overflow="fold", ratio=1)
        table.add_column("median", justify="right", no_wrap=True)
        for item in extent.notable:
            table.add_row(*map(self._text, _row(item)))
        if extent.notable:
            yield table

    def _rest(self, verdict: Verdict, extent: Extent) -> Iterator[RenderableType]:
        yield from self._list("Notes", list(map(wording.note, verdict.notes)), extent)
        yield from self._list("Left out", wording.left_out_in_words(verdict, extent.names), extent)
        reasons = wording.not_judged(verdict)
        lines = [f"{', '.join(rules)}: {reason}" for reason, rules in reasons.items()]
        yield from self._list("Not judged", lines, extent)
        known = [f"{wording.listed(c.operations)}: {c.rule.id}: {c.example.message}" for c in causes_of(verdict.known)]
        yield from self._list("Known", known, extent)
        yield from self._list("Gone from the baseline", list(map(wording.gone, verdict.gone)), extent)
        yield from self._list("Obstacles", list(verdict.obstacles), extent)

    def _end(self, verdict: Verdict, extent: Extent) -> Iterator[RenderableType]:
        yield Text()
        if extent.large:
            yield self._text("The reports in files have the rest: --html FILE, --jsonl FILE.", "dim")
        if refused := wording.never_succeeded(verdict):
            yield self._text(refused, "bold yellow")
        yield self._text(wording.title(verdict), _style(verdict))

    def _list(
        self, heading: str, lines: Sequence[str], extent: Extent, most: int | None = None
    ) -> Iterator[RenderableType]:
        if not lines:
            return
        # Other findings take a row each, entries of the other lists up to two.
        longest = 2 * self._console.width - 8 if most is None else self._console.width - 2
        most = extent.entries if most is None else most
        first = [extent.short(line, longest) for line in lines[:most]]
        more = [f"and {len(lines) - most:,} more"] if len(lines) > most else []
        yield Text()
        yield self._text(heading, "bold")
        for line in (*first, *more):
            yield Padding(self._text(line), (0, 0, 0, 2), expand=False)

    def _print_card(self, card: _Card) -> None:
        self._print(Text())
        for part in card.parts:
            self._print(part)
        if card.curl:
            # Not wrapped and not indented, so that it can be copied.
            self._console.print(card.curl, style="cyan", markup=False, highlight=False, emoji=False, soft_wrap=True)

    def _height(self, part: RenderableType) -> int:
        return len(self._console.render_lines(part, pad=False))

    def _rows(self, line: str) -> int:
        """The rows of a text that the terminal wraps."""
        return sum(max(1, -(-len(row) // self._console.width)) for row in line.splitlines())

    def _print(self, what: RenderableType) -> None:
        """Print something with columns; in a file, without the blanks that fill them."""
        if self._console.is_terminal:
            self._console.print(what, highlight=False)
            return
        with self._console.capture() as captured:
            self._console.print(what, highlight=False)
        self._console.file.write(re.sub(" +$", "", captured.get(), flags=re.MULTILINE))

    def _text(self, text: str, style: str = "") -> Text:
        """Text without markup and control characters, in the encoding of the console."""
        encoding = self._console.encoding
        return Text(printable(text).encode(encoding, "replace").decode(encoding), style)


def _columns() -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _in_a_line(cause: Cause) -> str:
    unsure = "" if cause.certainty is Certainty.CERTAIN else " (probable)"
    count = len(cause.operations)
    where = wording.place(cause.operations[0]) if count == 1 else wording.plural(count, "operation")
    # The subject first: the end of a long line is cut off.
    return f"{cause.rule.id}{unsure}, {cause.subject or cause.rule.fault}: {where}"


def _row(item: OperationCoverage) -> tuple[str, str, str, str]:
    seen = ", ".join(f"{status} x{count}" for status, count in sorted(item.seen.items()))
    middle = wording.median(item.seconds)
    return (
        item.operation,
        seen or "-",
        ", ".join(item.unseen) or "-",
        "-" if middle is None else wording.milliseconds(middle),
    )


def _style(verdict: Verdict) -> str:
    if verdict.known and verdict.exit_code == 0:
        return "bold yellow"
    return {0: "bold green", 1: "bold red"}.get(verdict.exit_code, "bold yellow")
