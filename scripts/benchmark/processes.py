"""Servers as separate processes, each bound to one core."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from scripts.benchmark.errors import ServerNotStarted

START_TIMEOUT: Final = 30.0
_STOP_TIMEOUT: Final = 10.0
_POLL: Final = 0.05


def cores() -> list[int]:
    """The cores that this process may use; none if the system cannot bind a process to a core."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


@contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """Bind this thread, and the processes that it starts in the block, to `core`; None changes nothing."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    log: Path,
    core: int | None,
    ready: Callable[[], object],
    timeout: float = START_TIMEOUT,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server during the block, with its output in `log`; it is ready when `ready` raises no OSError.

    ServerNotStarted if it ends first, or is not ready after `timeout` seconds.
    """
    # In its own session, so that Ctrl-C does not reach it directly, and all its processes can be stopped together.
    with log.open("wb") as output, pinned(core):
        process = subprocess.Popen(  # noqa: S603  # commands of this package
            command, env=environment, stdout=output, stderr=output, stdin=subprocess.DEVNULL, start_new_session=True
        )
    try:
        if (problem := _wait(process, ready, timeout)) is not None:
            printed = log.read_text(errors="replace").strip()
            raise ServerNotStarted(f"{' '.join(command)} {problem}:\n{printed[-2000:]}")
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process that `running` started, and then the other processes of its session."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_STOP_TIMEOUT)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def cpu_seconds(process: subprocess.Popen[bytes]) -> float | None:
    """The processor time so far of a process of `running` and its children, in seconds; None without /proc."""
    ticks = 0
    # proc_pid_stat(5): of the fields after the name in brackets, 2 is the process group, 11 and 12 are ticks.
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # a process may end at any time
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[2]) == process.pid:
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK") if ticks else None


def _wait(process: subprocess.Popen[bytes], ready: Callable[[], object], timeout: float) -> str | None:
    """None when `ready` raises no OSError; otherwise the reason why the server is not ready."""
    deadline = time.monotonic() + timeout
    while process.poll() is None and time.monotonic() < deadline:
        try:
            ready()
        except OSError:
            time.sleep(_POLL)
        else:
            return None
    return f"is not ready after {timeout:g} s" if process.returncode is None else f"ended with {process.returncode}"
