"""Lines go to any kind of stderr, and writing does not wait for the reader."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts.cli.telemetry.streams import standard_error, writer

# The writer keeps its socket open until the process ends.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

Ends = tuple[int, int]
LINE = b"x" * 99 + b"\n"


def socket_ends() -> Ends:
    """A socket, as systemd gives a service as its stderr."""
    reading, writing = socket.socketpair()
    return reading.detach(), writing.detach()


@pytest.fixture(params=[os.pipe, socket_ends, os.openpty])
def ends(request: pytest.FixtureRequest) -> Iterator[Ends]:
    """The reading and the writing end of a pipe, a pair of sockets or a terminal."""
    ends = request.param()
    yield ends
    for end in ends:
        os.close(end)


@pytest.fixture
def unshared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe of another user cannot be reopened, for example that of a process with sudo."""

    def refuse(*arguments: object) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)


def fill(write: Callable[[bytes], int]) -> int:
    """The number of bytes that can be written without a reader."""
    taken = 0
    for _ in range(100_000):
        try:
            taken += write(LINE)
        except BlockingIOError:
            return taken
    raise AssertionError("writing never stopped")


def test_written_bytes_arrive(ends: Ends) -> None:
    taken = writer(ends[1])(LINE)

    assert (taken, os.read(ends[0], 4096).replace(b"\r\n", b"\n")) == (len(LINE), LINE)


def test_writing_does_not_wait_for_a_reader(ends: Ends) -> None:
    assert fill(writer(ends[1])) > 1000


def test_a_shared_descriptor_stays_blocking(ends: Ends) -> None:
    """Other programs with the same stderr, such as the shell, do not expect writes to fail."""
    writer(ends[1])

    assert os.get_blocking(ends[1])


@pytest.mark.parametrize("ends", [os.pipe], indirect=True)
@pytest.mark.usefixtures("unshared")
def test_a_descriptor_that_cannot_be_reopened_is_polled(ends: Ends) -> None:
    write = writer(ends[1])

    assert fill(write) > 1000


def test_writing_continues_at_the_position_of_a_file(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb", buffering=0) as file:
        file.write(b"before\n")
        writer(file.fileno())(LINE)
        file.write(b"after\n")

    assert (tmp_path / "log").read_bytes() == b"before\n" + LINE + b"after\n"


def test_a_closed_pipe_is_an_error() -> None:
    reading, writing = os.pipe()
    write = writer(writing)
    os.close(writing)
    os.close(reading)

    with pytest.raises(BrokenPipeError):
        write(LINE)


def test_stderr_is_descriptor_2() -> None:
    assert standard_error() == 2


def test_without_stderr_descriptor_2_is_not_used(tmp_path: Path) -> None:
    """The next file that is opened gets this number."""
    code = f"""
import os
os.open({str(tmp_path / "other")!r}, os.O_WRONLY | os.O_CREAT)
from scripts.cli.telemetry.streams import standard_error, writer
writer(standard_error())(b"line")
"""
    subprocess.run(["/bin/sh", "-c", '"$0" -c "$1" 2>&-', sys.executable, code], check=True)

    assert (tmp_path / "other").read_bytes() == b""
