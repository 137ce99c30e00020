"""The console that a report is printed to."""

from __future__ import annotations

from rich.console import Console


class ReportConsole(Console):
    """As that of rich, which would end the program with 1 when its reader is gone: that is a broken contract here."""

    def on_broken_pipe(self) -> None:
        """Raise BrokenPipeError, which the commands end with 2 for."""
        raise BrokenPipeError
