"""The progress of a check while it runs: a bar on a terminal, and an occasional line elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from openapi.http.foreign_text import printable_line

# Seconds between two lines in a pipe: a log shows that the check goes on, and at what, and is not filled by it.
INTERVAL: Final = 10.0


class ProgressBar:
    """Shows the progress of a check on `console`: call it with the name of a step, the number of items done, and their
    total, and `asking` with the operation that is asked next. Thread-safe."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._lock = threading.Lock()
        self._step, self._done, self._total, self._operation = "", 0, 0, ""
        self._started = self._printed = clock()
        self._task: TaskID | None = None
        columns = (TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn())
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
        with self._lock:
            self._step, self._done, self._total = what, done, total
            self._show()

    def asking(self, operation: str) -> None:
        """Show that a request to this operation is sent next."""
        with self._lock:
            self._operation = operation
            self._show()

    def _show(self) -> None:
        if self._console.is_terminal:
            self._draw()
        elif self._clock() - self._printed >= INTERVAL:
            self._printed = self._clock()
            self._console.print(self._line(), soft_wrap=True, markup=False, highlight=False)

    def _draw(self) -> None:
        if self._task is None:
            self._task = self._bar.add_task("")
        text = self._encoded(f"{self._step}  {self._operation}".strip())
        # A name must not push the bar out of the line.
        shown = text if len(text) <= self._console.width // 2 else f"{text[: self._console.width // 2]}…"
        # In brackets there is markup, which a path must not be taken for.
        self._bar.update(
            self._task, description=shown.replace("[", "\\["), completed=self._done, total=self._total or None
        )

    def _line(self) -> str:
        done = f" {self._done:,} of {self._total:,}" if self._total else f" {self._done:,}" if self._done else ""
        asked = f", asking {self._operation}" if self._operation else ""
        seconds = self._clock() - self._started
        return self._encoded(f"tether-relay check: {seconds:.0f} s: {self._step}{done}{asked}")

    def _encoded(self, text: str) -> str:
        return printable_line(text).encode(self._console.encoding, "replace").decode(self._console.encoding)
