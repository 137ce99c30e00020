"""Runs the command line as its own process and measures the peak of its memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import MEASURING, ROOT

# On Linux a child inherits the peak of ru_maxrss from its parent; VmHWM is the peak of this program alone.
COMMAND = """
import atexit, pathlib, sys
from scripts.cli import main

def report():
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    pathlib.Path(place).write_text(next(line.split()[1] for line in lines if line.startswith("VmHWM:")))

place = sys.argv.pop(1)
atexit.register(report)
main()
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """What a process left behind when it ended."""

    status: int
    stdout: str
    stderr: str
    # MiB of the resident set, at its largest.
    peak: int


def measured(*arguments: str, timeout: float | None = None) -> Ended:
    """Run `tether-relay` with these arguments to its end; `timeout` is in seconds."""
    # Measuring coverage would need memory too.
    env = {name: value for name, value in os.environ.items() if not name.startswith(MEASURING)}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "peak")
        command = [sys.executable, "-c", COMMAND, str(place), *arguments]
        process = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=timeout, check=False
        )
        return Ended(process.returncode, process.stdout, process.stderr, int(place.read_text()) // 1024)
