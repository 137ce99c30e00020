"""Lines go to whatever stderr is, and nothing waits for whoever reads them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts.cli.telemetry.streams import standard_error, writer

# Lines are written for as long as the process lives: nothing closes the socket that does it.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

Ends = tuple[int, int]
LINE = b"x" * 99 + b"\n"


def socket_ends() -> Ends:
    """What systemd gives a service as its stderr."""
    reading, writing = socket.socketpair()
    return reading.detach(), writing.detach()


@pytest.fixture(params=[os.pipe, socket_ends, os.openpty])
def ends(request: pytest.FixtureRequest) -> Iterator[Ends]:
    """The end that is read and the end that is written to: of a pipe, a pair of sockets, a terminal."""
    ends = request.param()
    yield ends
    for end in ends:
        os.close(end)


@pytest.fixture
def unshared(monkeypatch: pytest.MonkeyPatch) -> None:
    """What belongs to another user cannot be opened anew, e.g. the pipe that sudo was started with."""

    def refuse(*arguments: object) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)


def fill(write: Callable[[bytes], int]) -> int:
    """How many bytes are taken while nobody reads."""
    taken = 0
    for _ in range(100_000):
        try:
            taken += write(LINE)
        except BlockingIOError:
            return taken
    raise AssertionError("there is no end to it")


def test_what_is_written_can_be_read(ends: Ends) -> None:
    taken = writer(ends[1])(LINE)

    assert (taken, os.read(ends[0], 4096).replace(b"\r\n", b"\n")) == (len(LINE), LINE)


def test_nothing_waits_for_a_reader(ends: Ends) -> None:
    assert fill(writer(ends[1])) > 1000


def test_what_others_share_stays_as_it_was(ends: Ends) -> None:
    """A program that shares stderr, e.g. the shell, would be surprised by writes that fail."""
    writer(ends[1])

    assert os.get_blocking(ends[1])


@pytest.mark.parametrize("ends", [os.pipe], indirect=True)
@pytest.mark.usefixtures("unshared")
def test_what_cannot_be_opened_anew_is_asked_first(ends: Ends) -> None:
    write = writer(ends[1])

    assert fill(write) > 1000


def test_a_file_goes_on_where_it_is(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb", buffering=0) as file:
        file.write(b"before\n")
        writer(file.fileno())(LINE)
        file.write(b"after\n")

    assert (tmp_path / "log").read_bytes() == b"before\n" + LINE + b"after\n"


def test_what_nobody_reads_any_more_is_an_error() -> None:
    reading, writing = os.pipe()
    write = writer(writing)
    os.close(writing)
    os.close(reading)

    with pytest.raises(BrokenPipeError):
        write(LINE)


def test_stderr_is_the_second_descriptor() -> None:
    assert standard_error() == 2


def test_without_stderr_its_number_is_not_written_to(tmp_path: Path) -> None:
    """It is that of the next file which is opened."""
    code = f"""
import os
os.open({str(tmp_path / "other")!r}, os.O_WRONLY | os.O_CREAT)
from scripts.cli.telemetry.streams import standard_error, writer
writer(standard_error())(b"line")
"""
    subprocess.run(["/bin/sh", "-c", '"$0" -c "$1" 2>&-', sys.executable, code], check=True)

    assert (tmp_path / "other").read_bytes() == b""
