"""A verdict as text for a terminal: readable in 80 columns, without colours, and in a pipe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import TracebackType
from typing import Final

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from openapi.findings.findings import Certainty, Finding, OperationCoverage, Verdict
from openapi.findings.reports import wording
from openapi.findings.reproduction import reproduction
from openapi.http.masking import Secrets
from openapi.http.token_variables import variables

_SHOWN: Final = 240  # characters of a body


class ProgressBar:
    """Shows the progress of a check: a bar on a terminal, elsewhere a line for each step. Call it with the name of the
    step, the number of items done, and their total."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._what: str | None = None
        self._task: TaskID | None = None
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)

    def __enter__(self) -> ProgressBar:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show that `done` of `total` items of the step `what` are done; 0 is an unknown total."""
        if what != self._what and not self._console.is_terminal:
            self._console.print(_plain(self._console, f"{what} …"), soft_wrap=True)
        self._what = what
        if self._task is None:
            self._task = self._bar.add_task("")
        self._bar.update(self._task, description=_plain(self._console, what).plain, completed=done, total=total or None)


class TerminalReport:
    """Prints verdicts to `console`, with secrets masked."""

    def __init__(self, console: Console, secrets: Secrets | None = None) -> None:
        self._console = console
        self._secrets = secrets or Secrets()

    def print(self, verdict: Verdict) -> None:
        """Print the whole report; the verdict is its last line."""
        self._line(f"{verdict.contract} at {verdict.base_url}", style="bold")
        self._line(f"{wording.run(verdict)}{', interrupted' if verdict.interrupted else ''}", style="dim")
        needed: dict[str, str] = {}
        for operation, findings in wording.by_operation(verdict.findings).items():
            self._heading(wording.place(operation))
            for finding in findings:
                needed |= self._finding(finding, verdict)
        if needed:
            self._heading("To run the curl lines")
            for name, meaning in needed.items():
                self._line(f"  export {name}=...  # {meaning}")
        self._coverage(verdict)
        self._rest(verdict)
        self._console.print()
        self._line(wording.title(verdict), style=_style(verdict))

    def _finding(self, finding: Finding, verdict: Verdict) -> dict[str, str]:
        self._console.print()
        style = "bold red" if finding.certainty is Certainty.CERTAIN else "bold yellow"
        self._line(Text.assemble(("  " + finding.rule.id, style), f"  {finding.rule.title}"))
        table = Table.grid(padding=(0, 2))
        table.add_column(style="dim", no_wrap=True)
        table.add_column(overflow="fold")
        for name, value in self._fields(finding):
            table.add_row(name, self._plain(value))
        self._print(Padding(table, (0, 0, 0, 4), expand=False))
        line = reproduction(finding, verdict.base_url, self._secrets, verdict.curl_options)
        if line:
            # Not wrapped and not indented, so that it can be copied.
            self._console.print(line, style="cyan", markup=False, highlight=False, emoji=False, soft_wrap=True)
        return variables(line)

    def _fields(self, finding: Finding) -> Iterator[tuple[str, str]]:
        yield "found", finding.message
        if finding.response is not None:
            yield "answer", wording.answer(finding.response, self._secrets, _SHOWN)
        yield "expected", finding.expected
        if finding.pointer:
            yield "contract", f"#{finding.pointer}"
        yield "why", finding.rule.why
        yield "certainty", wording.certainty(finding)

    def _coverage(self, verdict: Verdict) -> None:
        if not verdict.coverage:
            return
        self._console.print()
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        table.add_column("operation", overflow="fold", ratio=3)
        table.add_column("seen", overflow="fold", ratio=2)
        table.add_column("not seen", overflow="fold", ratio=1)
        table.add_column("median", justify="right", no_wrap=True)
        for item in verdict.coverage:
            table.add_row(*map(self._plain, _row(item)))
        self._print(table)

    def _rest(self, verdict: Verdict) -> None:
        self._list("Notes", list(map(wording.note, verdict.notes)))
        self._list("Left out", list(map(wording.left_out, verdict.left_out)))
        reasons = wording.not_judged(verdict)
        self._list("Not judged", [f"{', '.join(rules)}: {reason}" for reason, rules in reasons.items()])
        self._list("Known", [f"{wording.place(f.operation)}: {f.rule.id}: {f.message}" for f in verdict.known])
        self._list("Gone from the baseline", list(map(wording.gone, verdict.gone)))
        self._list("Obstacles", list(verdict.obstacles))

    def _list(self, heading: str, lines: list[str]) -> None:
        if not lines:
            return
        self._heading(heading)
        for line in lines:
            self._print(Padding(self._plain(line), (0, 0, 0, 2), expand=False))

    def _print(self, what: RenderableType) -> None:
        """Print something with columns; in a file, without the blanks that fill them."""
        if self._console.is_terminal:
            self._console.print(what)
            return
        with self._console.capture() as captured:
            self._console.print(what)
        self._console.file.write(re.sub(" +$", "", captured.get(), flags=re.MULTILINE))

    def _heading(self, text: str) -> None:
        self._console.print()
        self._line(text, style="bold")

    def _line(self, text: str | Text, style: str = "") -> None:
        self._console.print(self._plain(text) if isinstance(text, str) else text, style=style, highlight=False)

    def _plain(self, text: str) -> Text:
        return _plain(self._console, text)


def _row(item: OperationCoverage) -> tuple[str, str, str, str]:
    seen = ", ".join(f"{status} x{count}" for status, count in sorted(item.seen.items()))
    middle = wording.median(item.seconds)
    return (
        item.operation,
        seen or "-",
        ", ".join(item.unseen) or "-",
        "-" if middle is None else wording.milliseconds(middle),
    )


def _plain(console: Console, text: str) -> Text:
    """Text without markup and control characters, in the encoding of the console."""
    return Text(wording.printable(text).encode(console.encoding, "replace").decode(console.encoding))


def _style(verdict: Verdict) -> str:
    return {0: "bold green", 1: "bold red"}.get(verdict.exit_code, "bold yellow")
