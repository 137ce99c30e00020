"""What is seen of a check while it runs: its progress on stderr, and the lines of `--jsonl` as they become known."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from openapi.findings.findings import Certainty, Finding, Verdict
from openapi.findings.masking import masked_finding
from openapi.findings.reports.jsonl import finding_line, progress_line, rest_of_lines, run_line
from openapi.http.masking import Secrets
from scripts.cli.failures import Refused
from scripts.cli.files import STDOUT

if TYPE_CHECKING:
    from openapi.findings.reports.progress import ProgressBar

# Seconds between two lines of the progress.
_INTERVAL: Final = 1.0


class GrowingLines:
    """The file of `--jsonl`, which is created with the first news of a check. Thread-safe.

    `draft` is the verdict before the first request. `known` are the fingerprints of known findings; None if they are
    decided at the end, so that no finding is written before. `secrets` are called for each line, because a check gets
    new tokens while it runs. An error of the file is raised by `finish`, not in the middle of the check.
    """

    def __init__(
        self, path: Path, draft: Verdict, known: frozenset[str] | None, secrets: Callable[[], Secrets]
    ) -> None:
        self._path = path
        self._draft = draft
        self._known = known
        self._secrets = secrets
        self._lock = threading.Lock()
        self._stream: BinaryIO | None = None
        self._error: OSError | None = None
        self._written: dict[str, None] = {}
        self._started = time.monotonic()
        self._next = 0.0
        self._step: tuple[str, int, int] = ("", 0, 0)

    def progress(self, what: str, done: int, total: int) -> None:
        """Write the progress, at most once a second."""
        self._step = (what, done, total)
        self.asking("")

    def asking(self, operation: str) -> None:
        """Write the operation that is asked next, at most once a second."""
        seconds = time.monotonic() - self._started
        with self._lock:
            if seconds >= self._next:
                self._next = seconds + _INTERVAL
                self._write(progress_line(*self._step, operation, seconds))

    def found(self, finding: Finding) -> None:
        """Write a finding that is certain; one that is probable may still become certain."""
        if self._known is None or finding.certainty is not Certainty.CERTAIN:
            return
        state = "known" if finding.fingerprint in self._known else "new"
        with self._lock:
            if finding.fingerprint not in self._written:
                secrets = self._secrets()
                self._write(finding_line(masked_finding(finding, secrets), state, self._draft, secrets))
                # Afterwards: a signal in between must not lose the finding.
                self._written[finding.fingerprint] = None

    def finish(self, verdict: Verdict, secrets: Secrets) -> None:
        """Write the remaining lines. Refused if the file could not be written."""
        with self._lock:
            self._write(rest_of_lines(verdict, secrets, self._written))
            if self._stream is not None and self._path != STDOUT:
                self._stream.close()
        if self._error is not None:
            raise Refused(f"{self._path} cannot be written: {self._error.strerror}")

    def _write(self, lines: bytes) -> None:
        if self._error is not None:
            return
        try:
            if self._stream is None:
                self._stream = sys.stdout.buffer if self._path == STDOUT else self._path.open("wb")
                self._stream.write(run_line(self._draft))
            self._stream.write(lines)
            self._stream.flush()
        except OSError as error:
            self._error = error


class Watch:
    """Passes the news of a check to the progress on stderr and to the file of `--jsonl`, if there are any; `tick` is
    called with each progress, in the main thread."""

    def __init__(self, bar: ProgressBar | None, lines: GrowingLines | None, tick: Callable[[], None]) -> None:
        self._bar = bar
        self.lines = lines
        self._tick = tick

    def progress(self, what: str, done: int, total: int) -> None:
        """Show that `done` of `total` items of a step are done."""
        self._tick()
        if self._bar is not None:
            self._bar(what, done, total)
        if self.lines is not None:
            self.lines.progress(what, done, total)

    def asking(self, operation: str) -> None:
        """Show the operation that is asked next."""
        if self._bar is not None:
            self._bar.asking(operation)
        if self.lines is not None:
            self.lines.asking(operation)

    def found(self, finding: Finding) -> None:
        """Write a new finding."""
        if self.lines is not None:
            self.lines.found(finding)
