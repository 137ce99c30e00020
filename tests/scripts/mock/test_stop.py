"""The mock, as a process, ends on a signal, regardless of its clients."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from scripts.cli.mock.server import _GRACE
from tests.raw_http import answers_in, received_from

if TYPE_CHECKING:
    from tests.conftest import Eventually, Running, Server

PATH = "/api/calls/providers"
TOKEN = {"Authorization": "Bearer mock"}
GET = f"GET {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer mock\r\n\r\n".encode()
SLOW: dict[str, object] = {"fault": {"delay": 60_000}}
# Seconds for a process to end on a busy machine, in addition to its own waits.
ENDING = 5


@pytest.fixture
def mock(running_server: Running) -> Iterator[Server]:
    with running_server(command=("tether-relay", "mock")) as running:
        yield running


def idle(mock: Server) -> socket.socket:
    """A client that has sent a request, and keeps the connection."""
    connection = mock.connect()
    connection.sendall(GET)
    assert connection.recv(1024).startswith(b"HTTP/1.1 200 ")
    return connection


def streaming(mock: Server) -> socket.socket:
    """A client that reads the events."""
    connection = mock.connect()
    connection.sendall(b"GET /__mock/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert connection.recv(1024).startswith(b"HTTP/1.1 200 ")
    return connection


def hanging(mock: Server) -> socket.socket:
    """A client whose answer hangs."""
    return waiting(mock, {"fault": {"kind": "hang"}})


def delayed(mock: Server) -> socket.socket:
    """A client whose answer takes a minute."""
    return waiting(mock, SLOW)


def dripping(mock: Server) -> socket.socket:
    """A client that has sent a part of a request."""
    connection = mock.connect()
    connection.sendall(GET[:-2])
    return connection


def waiting(mock: Server, fault: dict[str, object]) -> socket.socket:
    mock.client.put("/__mock/fault", json=fault)
    connection = mock.connect()
    connection.sendall(GET)
    # When this later request is answered, the earlier one waits already.
    assert mock.client.get("/__mock/state").status_code == 200
    return connection


@pytest.mark.parametrize(
    ("client", "number"),
    [(client, signal.SIGTERM) for client in (idle, streaming, hanging, delayed, dripping)] + [(hanging, signal.SIGINT)],
)
def test_a_signal_ends_the_mock_at_once_with_code_0(
    mock: Server, client: Callable[[Server], socket.socket], number: signal.Signals
) -> None:
    with client(mock) as connection:
        start = time.monotonic()
        code = mock.stop(number)
        took = time.monotonic() - start
        received_from(connection)

    assert code == 0
    assert "Traceback" not in mock.output
    assert took < _GRACE + ENDING


@pytest.mark.long
def test_idle_clients_do_not_delay_the_end(running_server: Running) -> None:
    """The end takes no longer than without clients; the faster of two runs counts."""

    def seconds(client: Callable[[Server], socket.socket]) -> float:
        with running_server(command=("tether-relay", "mock")) as mock, client(mock):
            start = time.monotonic()
            mock.stop()
            return time.monotonic() - start

    usual, streams, hangs = (min(seconds(client), seconds(client)) for client in (idle, streaming, hanging))

    assert max(streams, hangs) < 2 * usual + _GRACE / 2


def test_an_answer_in_flight_is_finished(mock: Server) -> None:
    mock.client.put("/__mock/fault", json={"fault": {"delay": int(1000 * _GRACE / 3)}})
    with mock.connect() as connection:
        connection.sendall(GET)
        mock.client.get("/__mock/state")
        code = mock.stop()
        answers = answers_in(received_from(connection))

    assert (code, [answer.status for answer in answers]) == (0, [200])


def test_a_request_that_the_end_cuts_is_printed(mock: Server, eventually: Eventually) -> None:
    with hanging(mock):
        mock.stop()

    assert eventually(lambda: f"GET {PATH} ---" in mock.output)


def test_new_connections_are_refused_after_the_signal(mock: Server) -> None:
    mock.client.get(PATH, headers=TOKEN)
    mock.stop()

    with pytest.raises(httpx.ConnectError):
        mock.client.get(PATH, headers=TOKEN)
