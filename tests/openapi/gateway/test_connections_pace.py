"""The slower side sets the pace: the memory of a gateway is limited, and silence has a time limit."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import pytest

from openapi.gateway import pool
from tests.openapi.gateway.bytewise import PATIENCE, ask, behind, connected, gateway, get, read_all, read_until

PIECE = bytes(64 * 1024)
# More than the buffers of the kernel and of both sides together.
LARGE = 64 * 1024 * 1024
# Seconds without progress after which a sender counts as blocked. On a busy machine that can be too early; the sender
# has then sent less.
HELD_UP = 1.0


def send_until_held_up(connection: socket.socket) -> int:
    """Send a body of `LARGE` bytes until the other side stops reading. Returns the number of sent bytes."""
    connection.settimeout(HELD_UP)
    sent = 0
    with suppress(TimeoutError):
        while sent < LARGE:
            sent += connection.send(PIECE)
    connection.settimeout(PATIENCE)
    return sent


def test_a_client_that_reads_late_pauses_the_server_and_gets_the_whole_answer() -> None:
    sent: list[int] = []
    done = threading.Event()

    def server(connection: socket.socket, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % LARGE)
        sent.append(send_until_held_up(connection))
        done.set()
        connection.sendall(bytes(LARGE - sent[0]))

    with behind(server) as upstream, gateway(upstream) as port, connected(port) as client:
        client.sendall(get())
        assert done.wait(60)
        received = read_all(client)

    assert 0 < sent[0] < LARGE / 2
    assert len(received.partition(b"\r\n\r\n")[2]) == LARGE


def test_a_server_that_does_not_read_pauses_the_client() -> None:
    silent = threading.Event()
    with (
        behind(lambda connection, head: silent.wait(60)) as upstream,
        gateway(upstream) as port,
        connected(port) as client,
    ):
        client.sendall(get(b"/", b"Content-Length: %d" % LARGE, method=b"POST"))
        sent = send_until_held_up(client)
        silent.set()

    assert 0 < sent < LARGE / 2


def test_a_server_that_stops_reading_the_body_is_a_504() -> None:
    silent = threading.Event()
    upload = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % LARGE
    with (
        behind(lambda connection, head: silent.wait(60)) as upstream,
        gateway(upstream, timeout=0.3) as port,
        connected(port) as client,
    ):
        client.sendall(upload + bytes(LARGE))
        received = read_until(client, b"}")
        silent.set()

    assert received.startswith(b"HTTP/1.1 504")
    assert b'"code":"UPSTREAM_TIMEOUT"' in received


def test_a_server_that_is_silent_during_its_answer_ends_it() -> None:
    def server(connection: socket.socket, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        read_all(connection)

    with behind(server) as upstream, gateway(upstream, timeout=0.3) as port:
        received = ask(port, get())

    assert received.endswith(b"\r\n\r\nhalf")


@contextmanager
def full() -> Iterator[int]:
    """The port of a listener with a full backlog: a new connection waits."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=0)) as listener:
        waiting: list[socket.socket] = []
        try:
            while True:
                client = socket.socket()
                waiting.append(client)
                client.settimeout(0.5)
                client.connect(listener.getsockname())
        except TimeoutError:
            yield listener.getsockname()[1]
        finally:
            for client in waiting:
                client.close()


def test_a_server_that_accepts_no_connection_is_a_504() -> None:
    with full() as blocked, gateway(f"http://127.0.0.1:{blocked}", connect_timeout=0.2) as port:
        received = ask(port, get())

    assert received.startswith(b"HTTP/1.1 504")
    assert b'"code":"UPSTREAM_TIMEOUT"' in received


def test_a_request_without_a_free_connection_is_a_504(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_MAX_CONNECTIONS", 1)
    arrived = threading.Event()

    def silent(connection: socket.socket, head: bytes) -> None:
        arrived.set()
        read_all(connection)

    with behind(silent) as upstream, gateway(upstream, connect_timeout=0.2) as port, connected(port) as first:
        first.sendall(get())
        assert arrived.wait(10)
        received = ask(port, get())

    assert received.startswith(b"HTTP/1.1 504")
