"""`tether-relay data import` shows its progress in a terminal only."""

import json
import os
import pty
import subprocess
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from store.importing.elements import CHUNK

Relay = Callable[..., CompletedProcess[str]]


@pytest.fixture
def many(folder: Path) -> Path:
    """A file of several MiB, so that there is progress to show."""
    with (folder / "many.jsonl").open("w") as file:
        for number in range(200):
            users = [{"id": f"user_{number:06d}{place:0110d}"} for place in range(100)]
            file.write(json.dumps({"id": f"org_{number}", "name": "N", "users": users}) + "\n")
    return folder / "many.jsonl"


@pytest.mark.parametrize("source", ["many.jsonl", "-"])
def test_a_terminal_shows_the_progress_of_an_import(installed: str, many: Path, source: str) -> None:
    primary, secondary = pty.openpty()
    with many.open("rb") as file, os.fdopen(primary, "rb", buffering=0) as terminal:
        command = [installed, "data", "import", source, "--database", "new.db"]
        with subprocess.Popen(command, stdin=file, stdout=subprocess.PIPE, stderr=secondary, text=True) as process:
            os.close(secondary)
            shown = read_to_end(terminal.fileno())
            printed = process.communicate()[0]
    percentages = [int(part.rpartition(" ")[2]) for part in shown.split("%")[:-1]]

    assert shown.count("Importing") > 2
    assert percentages == sorted(percentages)
    assert set(percentages) == {100 * read // many.stat().st_size for read in range(0, many.stat().st_size, CHUNK)} | {
        100
    }
    assert printed.startswith("imported 200 organization(s)")


def read_to_end(terminal: int) -> str:
    """The output to a terminal, until all its writers have closed it."""
    shown = b""
    while True:
        try:
            chunk = os.read(terminal, 4096)
        except OSError:
            chunk = b""
        if not chunk:
            return shown.decode()
        shown += chunk


def test_without_a_terminal_an_import_shows_no_progress(program: Relay, many: Path) -> None:
    done = program("data", "import", many, "--database", "new.db")

    assert (done.returncode, done.stderr) == (0, "")
