"""The output of a check, and the baseline of known findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from openapi.contract import Contract
from scripts.cli.check.files import ReportFiles, with_report_files, write
from scripts.cli.check.interruption import Interruption, interruptible
from scripts.cli.failures import Refused

if TYPE_CHECKING:
    from rich.console import Console

    from openapi.check import Verdict
    from openapi.findings.baseline import Baseline
    from openapi.http.masking import Secrets
    from scripts.cli.check.watching import Watch

F = TypeVar("F", bound=Callable[..., Any])

_FILE: Final = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True)
class Reports:
    """The reports of a check: the terminal, the baseline and the files. `interruption` turns signals into
    KeyboardInterrupt until the reports are written."""

    quiet: bool
    no_color: bool
    baseline_file: Path | None
    update_baseline: bool
    files: ReportFiles
    interruption: Interruption

    def baseline(self) -> Baseline:
        """The known findings; none without a file. Refused if the file is not a baseline or cannot be read."""
        from openapi.findings.baseline import BaselineError, read_baseline

        if self.baseline_file is None:
            return ()
        try:
            return read_baseline(self.baseline_file.read_bytes(), str(self.baseline_file))
        except FileNotFoundError:
            if self.update_baseline:
                return ()
            raise Refused(f"{self.baseline_file} does not exist; --update-baseline creates it") from None
        except OSError as error:
            raise Refused(f"{self.baseline_file} cannot be read: {error.strerror}") from None
        except BaselineError as error:
            if self.update_baseline:
                return ()
            raise Refused(str(error)) from None

    @contextmanager
    def watching(self, draft: Verdict, known: Baseline, secrets: Callable[[], Secrets]) -> Iterator[Watch]:
        """Yield the receiver of the check's news: progress on stderr unless `--quiet`, and the file of `--jsonl`.
        `draft` is the verdict before the first request. A signal raises KeyboardInterrupt."""
        from openapi.findings.reports.progress import ProgressBar
        from scripts.cli.check.watching import GrowingLines, Watch

        # What is known is decided at the end if the baseline is updated.
        fingerprints = None if self.update_baseline else frozenset(entry.fingerprint for entry in known)
        file = self.files.jsonl
        lines = GrowingLines(file, draft, fingerprints, secrets) if file is not None else None
        if self.quiet:
            yield Watch(None, lines, self.interruption.check)
            return
        with ProgressBar(self._console(stderr=True)) as bar:
            yield Watch(bar, lines, self.interruption.check)

    def finish(self, contract: Contract, verdict: Verdict, known: Baseline, hidden: Secrets, watch: Watch) -> int:
        """Print and write all reports, and return the exit code; signals are ignored from now on."""
        from openapi.findings import baseline
        from openapi.findings.masking import masked
        from openapi.findings.reports.terminal import TerminalReport
        from openapi.findings.reports.wording import title
        from openapi.http.foreign_text import printable_line
        from scripts.cli.check.rerun import rerun_command

        self.interruption.ignore()
        verdict = masked(verdict, hidden)
        if self.update_baseline and self.baseline_file is not None and not verdict.obstacles:
            known = baseline.updated(known, verdict)
            write(self.baseline_file, baseline.write_baseline(known))
        verdict = baseline.apply(known, verdict)
        verdict = replace(verdict, command=rerun_command(click.get_current_context(), verdict.seed, hidden))
        try:
            self.files.write(contract, verdict, hidden, watch.lines)
        finally:
            if self.quiet:
                click.echo(printable_line(title(verdict)), err=self.files.on_stdout)
            else:
                TerminalReport(self._console(stderr=self.files.on_stdout), hidden).print(verdict)
        return verdict.exit_code

    def _console(self, stderr: bool = False) -> Console:
        from openapi.findings.reports.console import ReportConsole

        return ReportConsole(stderr=stderr, no_color=True if self.no_color else None)


def with_reports(command: F) -> F:
    """Add the options of `Reports` to a command, as the parameter `reports`."""

    @click.option(
        "--baseline", "baseline_file", type=_FILE, help="A file of known findings, which do not fail the check."
    )
    @click.option("--update-baseline", is_flag=True, help="Write the findings to the file of --baseline.")
    @click.option("--no-color", is_flag=True, help="Print without colours.")
    @click.option("--quiet", is_flag=True, help="Print only the verdict, in one line.")
    @with_report_files
    @wraps(command)
    def wrapped(
        *args: Any,
        baseline_file: Path | None,
        update_baseline: bool,
        no_color: bool,
        quiet: bool,
        files: ReportFiles,
        **options: Any,
    ) -> Any:
        if update_baseline and baseline_file is None:
            raise click.UsageError("--update-baseline: name the file with --baseline")
        with interruptible() as interruption:
            reports = Reports(quiet, no_color, baseline_file, update_baseline, files, interruption)
            return command(*args, reports=reports, **options)

    return wrapped  # type: ignore[return-value]  # the wrapper adds options
