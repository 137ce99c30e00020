"""`tether-relay serve` stops on a signal without losing a request, and replaces workers that die."""

from __future__ import annotations

import os
import signal
import socket
import time
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import httpx
import pytest

from store.sqlite.library import sqlite3

if TYPE_CHECKING:
    from tests.conftest import Eventually, Running, Server

# Seconds for an idle server to end; requests in flight have 20.
PROMPTLY = 5


def answers(server: Server) -> bool:
    try:
        return server.get().status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_promptly_with_code_0(own_server: Server, with_signal: signal.Signals) -> None:
    with own_server.connect() as idle:
        idle.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(12) == b"HTTP/1.1 200"
        start = time.monotonic()
        code = own_server.stop(with_signal)

    assert (code, time.monotonic() - start < PROMPTLY) == (0, True)
    assert "Traceback" not in own_server.output


def test_ctrl_c_to_all_processes_ends_the_server_with_code_0(own_server: Server) -> None:
    os.killpg(own_server.process.pid, signal.SIGINT)

    assert own_server.process.wait(PROMPTLY) == 0
    assert '"level":"error"' not in own_server.output


def test_a_worker_that_is_still_starting_ends_promptly(running_server: Running, eventually: Eventually) -> None:
    """The signal arrives as soon as the worker exists, before it has its own handlers."""
    with running_server(wait=False) as server:
        assert eventually(lambda: "Spawning worker-1" in server.output)
        start = time.monotonic()
        server.stop()

    assert time.monotonic() - start < PROMPTLY


def test_requests_in_flight_are_answered_before_the_server_ends(own_server: Server) -> None:
    """They wait for the database, which is locked until the server has the signal."""
    request = f"GET /api/calls/providers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {own_server.token()}\r\n\r\n"
    with ExitStack() as stack:
        lock = stack.enter_context(closing(sqlite3.connect(own_server.database, isolation_level=None)))
        lock.execute("PRAGMA locking_mode = EXCLUSIVE")
        lock.execute("BEGIN IMMEDIATE")
        connections = [stack.enter_context(own_server.connect()) for _ in range(20)]
        for connection in connections:
            connection.sendall(request.encode())
        # When this is answered, all earlier requests have been read.
        assert own_server.client.get("/livez").status_code == 200
        own_server.process.send_signal(signal.SIGTERM)
        lock.close()
        statuses = [connection.recv(12, socket.MSG_WAITALL) for connection in connections]

    assert (statuses, own_server.process.wait(PROMPTLY)) == ([b"HTTP/1.1 200"] * 20, 0)


def test_the_only_worker_is_replaced_within_two_seconds_when_it_is_killed(
    own_server: Server, eventually: Eventually
) -> None:
    assert eventually(lambda: len(own_server.workers) == 1)
    killed = own_server.workers
    os.kill(min(killed), signal.SIGKILL)
    start = time.monotonic()
    assert eventually(lambda: not killed & own_server.workers and len(own_server.workers) == 1)
    assert eventually(lambda: answers(own_server))

    assert time.monotonic() - start < 2


def test_workers_end_with_a_parent_that_was_killed(own_server: Server, eventually: Eventually) -> None:
    workers = own_server.workers
    os.kill(own_server.process.pid, signal.SIGKILL)
    own_server.process.wait()

    assert workers
    assert eventually(lambda: not any(is_running(worker) for worker in workers))


def is_running(process: int) -> bool:
    """Whether a process runs; a zombie has ended."""
    try:
        with open(f"/proc/{process}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
