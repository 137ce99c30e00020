"""`tether-relay serve` does not wait for, or keep, whatever a client sends."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scripts.cli.serve import HEADER_TIMEOUT, make_server
from scripts.cli.settings import Settings

if TYPE_CHECKING:
    from tests.conftest import Server

TWO_MIB = 2 * 1024 * 1024


@pytest.mark.parametrize("size", [TWO_MIB // 2048, TWO_MIB // 16, TWO_MIB])
def test_headers_of_two_megabytes_are_refused_and_the_server_lives(server: Server, size: int) -> None:
    received = b""
    with server.connect() as connection, suppress(ConnectionError):
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n")
        for _ in range(TWO_MIB // size):
            connection.sendall(b"X-Many: %s\r\n" % (b"x" * size))
        connection.sendall(b"\r\n")
        received = connection.recv(12)

    assert received[:10] in (b"", b"HTTP/1.1 4")
    assert server.get().status_code == 200


def test_headers_have_ten_seconds_to_arrive(folder: Path) -> None:
    settings = make_server(Settings(), "127.0.0.1").http1_settings

    assert (HEADER_TIMEOUT, settings and settings.header_read_timeout) == (10_000, 10_000)


@pytest.mark.long
def test_a_connection_whose_headers_drip_is_cut(server: Server) -> None:
    with server.connect() as connection:
        start = time.monotonic()
        connection.sendall(b"GET /livez HTTP/1.1\r\nX-Drip: ")
        stop = threading.Event()
        dripping = threading.Thread(target=drip, args=(connection, stop))
        dripping.start()
        with suppress(ConnectionError):
            while connection.recv(1024):
                pass
        took = time.monotonic() - start
        stop.set()
        dripping.join()

    # granian's clock starts with the connection, a little before ours.
    assert HEADER_TIMEOUT / 1000 - 1 < took < HEADER_TIMEOUT / 1000 + 10


def drip(connection: socket.socket, stop: threading.Event) -> None:
    """Send a byte of a header now and then."""
    with suppress(OSError):
        while not stop.wait(0.2):
            connection.sendall(b"x")
