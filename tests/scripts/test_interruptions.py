"""Ctrl-C before a command is about its work."""

from __future__ import annotations

import os
import signal
import subprocess
from functools import partial
from pathlib import Path

import pytest


@pytest.mark.parametrize("command", [["check", "http://127.0.0.1:9"], ["proxy", "--upstream", "http://127.0.0.1:9"]])
def test_an_early_interruption_is_told_in_a_line_and_is_no_broken_contract(
    installed: str, folder: Path, command: list[str]
) -> None:
    contract = folder / "contract.yaml"
    os.mkfifo(contract)
    started = subprocess.Popen(
        [installed, *command, "--contract", str(contract)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Where this suite runs in the background, Ctrl-C is ignored, and would be by the command too.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    # It is opened once the command reads it, and gives nothing.
    with contract.open("wb"):
        started.send_signal(signal.SIGINT)
        output, errors = started.communicate(timeout=60)

    assert (started.returncode, output, errors) == (2, "", "tether-relay: interrupted\n")
