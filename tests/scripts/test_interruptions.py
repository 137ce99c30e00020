"""Ctrl-C before a command handles it."""

from __future__ import annotations

import os
import signal
import subprocess
from functools import partial
from pathlib import Path

import pytest


@pytest.mark.parametrize("command", [["check", "http://127.0.0.1:9"], ["proxy", "--upstream", "http://127.0.0.1:9"]])
def test_an_early_interruption_is_one_line_and_exit_code_2(installed: str, folder: Path, command: list[str]) -> None:
    contract = folder / "contract.yaml"
    os.mkfifo(contract)
    started = subprocess.Popen(
        [installed, *command, "--contract", str(contract)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # If this suite runs in the background, it ignores Ctrl-C, and the command would inherit that.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    # A pipe without data: opening it waits until the command reads it.
    with contract.open("wb"):
        started.send_signal(signal.SIGINT)
        output, errors = started.communicate(timeout=60)

    assert (started.returncode, output, errors) == (2, "", "tether-relay: interrupted\n")
