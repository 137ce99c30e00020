"""One server for all hostile clients, and an honest client beside them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING, TypeAlias

import httpx
import pytest

if TYPE_CHECKING:
    from tests.conftest import Running, Server

ATTACKS = Path(__file__).with_name("attacks.py")
EXPECTED = b'{"provider":"sinch","phoneNumber":"+14165550100"}'
# Of this many requests of the honest client, one opens a new connection, and so waits to be accepted.
NEW = 10
KEPT = 4


@dataclass
class Honest:
    """A client that behaves correctly, and records the seconds of each answer."""

    server: Server
    times: list[float] = field(default_factory=list)
    wrong: list[bytes] = field(default_factory=list)

    def ask(self, count: int) -> None:
        """Send `count` requests in sequence, most of them on kept connections."""
        kept = [self.server.connect() for _ in range(KEPT)]
        for number in range(count):
            start = time.perf_counter()
            if number % NEW == 0:
                kept[0].close()
                kept[0] = self.server.connect()
            self.ask_on(kept[number // NEW % KEPT if number % NEW else 0], start)
        for connection in kept:
            connection.close()

    def ask_on(self, connection: socket, start: float) -> None:
        """Send one request on an open connection; its time counts from `start` (time.perf_counter)."""
        answer = answered(connection, self._request)
        self.times.append(time.perf_counter() - start)
        if not (answer.startswith(b"HTTP/1.1 200 ") and answer.endswith(b"\r\n\r\n" + EXPECTED)):
            self.wrong.append(answer)

    @cached_property
    def _request(self) -> bytes:
        token = self.server.token()
        return f"GET /api/calls/providers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()

    @property
    def p99(self) -> float:
        """The 99th percentile of the answer times, in seconds."""
        return sorted(self.times)[len(self.times) * 99 // 100]


@dataclass(frozen=True)
class State:
    """The workers of a server, their resident memory in bytes, the number of their open files, and the log."""

    workers: set[int]
    memory: int
    files: int
    log: str

    @classmethod
    def of(cls, server: Server) -> State:
        """The state of a server now."""
        workers = server.workers
        status = "".join(Path(f"/proc/{worker}/status").read_text() for worker in workers)
        memory = sum(1024 * int(size) for size in re.findall(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE))
        files = sum(len(os.listdir(f"/proc/{worker}/fd")) for worker in workers)
        return cls(workers, memory, files, server.output)


Received: TypeAlias = Callable[[bytes], bytes]
Attack: TypeAlias = Callable[[str], AbstractContextManager[None]]


@pytest.fixture(scope="session")
def server(running_server: Running) -> Iterator[Server]:
    """One server for all attacks, with one worker, which the honest client shares with the attacker."""
    with running_server("--log-level", "warning") as running:
        # The first request opens the database.
        running.get()
        yield running


@pytest.fixture(scope="session")
def attack(server: Server) -> Attack:
    """``with attack(name)``: an attack of `attacks.py` is in force until the block ends."""

    @contextmanager
    def under(name: str) -> Iterator[None]:
        command = [sys.executable, str(ATTACKS), name, str(httpx.URL(server.url).port), server.token()]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            try:
                assert process.stdout.readline() == b"in force\n"
                yield
                assert process.poll() is None
            finally:
                process.kill()

    return under


@pytest.fixture(scope="session")
def honest() -> type[Honest]:
    """``honest(server)``: a client that behaves correctly."""
    return Honest


@pytest.fixture(scope="session")
def state() -> type[State]:
    """``state.of(server)``: the state of the server now."""
    return State


@pytest.fixture
def received(server: Server) -> Received:
    """A function that sends bytes and returns all that the server sends until it ends the connection."""

    def receive(sent: bytes) -> bytes:
        answer = b""
        with server.connect() as connection:
            with suppress(ConnectionError):
                connection.sendall(sent)
            with suppress(ConnectionError):
                while chunk := connection.recv(65536):
                    answer += chunk
        return answer

    return receive


def answered(connection: socket, request: bytes) -> bytes:
    """The answer to a request: its headers, and a body of `content-length` bytes."""
    connection.sendall(request)
    answer = b""
    while not complete(answer):
        chunk = connection.recv(65536)
        if not chunk:
            return answer
        answer += chunk
    return answer


def complete(answer: bytes) -> bool:
    head, found, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: (\d+)", head)
    return bool(found and length and len(body) >= int(length[1]))
