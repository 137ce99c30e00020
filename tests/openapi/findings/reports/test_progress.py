"""The progress of a check on a terminal and in a pipe."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from openapi.findings.reports.progress import INTERVAL, ProgressBar


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_pipe_gets_a_line_only_after_an_interval() -> None:
    stream, clock = io.StringIO(), Clock()
    with ProgressBar(Console(file=stream, width=40), clock) as progress:
        for done in range(3):
            progress("authentication", done, 3)
            progress.asking("GET /things")
        clock.now = INTERVAL
        progress("generated requests", 1234, 0)
        progress("generated requests", 1235, 0)

    assert stream.getvalue() == "tether-relay check: 10 s: generated requests 1,234, asking GET /things\n"


def test_line_in_a_pipe_has_the_step_the_items_and_the_operation() -> None:
    stream, clock = io.StringIO(), Clock()
    with ProgressBar(Console(file=stream, width=40), clock) as progress:
        progress("authentication", 2, 52)
        clock.now = 45
        progress.asking("GET /[bold]/{id}")

    assert stream.getvalue() == "tether-relay check: 45 s: authentication 2 of 52, asking GET /[bold]/{id}\n"


def test_progress_on_a_terminal_is_a_bar_that_disappears() -> None:
    stream = io.StringIO()
    with ProgressBar(Console(file=stream, width=80, force_terminal=True)) as progress:
        progress("authentication", 2, 3)

    assert "2/3" in stream.getvalue()
    assert stream.getvalue().endswith("\x1b[2K")


@pytest.mark.parametrize("operation", ["GET /things/{id}", "GET /[bold]"])
def test_bar_shows_the_operation_that_is_asked(operation: str) -> None:
    stream = io.StringIO()
    with ProgressBar(Console(file=stream, width=100, force_terminal=True, no_color=True)) as progress:
        progress("HTTP", 2, 3)
        progress.asking(operation)

    assert f"HTTP  {operation}" in stream.getvalue()


@pytest.mark.parametrize("terminal", [True, False])
def test_control_characters_in_a_path_do_not_reach_the_terminal(terminal: bool) -> None:
    stream, clock = io.StringIO(), Clock()
    with ProgressBar(Console(file=stream, width=80, force_terminal=terminal), clock) as progress:
        clock.now = INTERVAL
        progress.asking("GET /\x1b]0;owned\x07")

    assert "\x1b]0;owned" not in stream.getvalue()
