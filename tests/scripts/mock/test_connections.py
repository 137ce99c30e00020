"""The time limits of connections to the mock, and the answers on them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openapi.mock.transport.protocol import BODY_TIMEOUT, HEADER_TIMEOUT
from tests.raw_http import answers_in, answers_to, received_from

if TYPE_CHECKING:
    from tests.conftest import Eventually, Running, Server

PATH = b"/api/calls/providers"
GET = b"GET " + PATH + b" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer mock\r\n\r\n"
POST = b"POST /own/notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
CLOSE = b"GET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
NOTES = """\
openapi: 3.0.3
info: {title: Notes, version: '1'}
paths:
  /notes:
    post:
      operationId: add_note
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {'201': {description: Added., content: {application/json: {example: {id: 7}}}}}
"""
# A mock with shorter limits, in seconds.
SHORT = 0.5
IMPATIENT = f"""
import sys
from openapi.mock.transport import protocol
from scripts.cli import main
from scripts.cli.mock import server as mock_server

protocol.HEADER_TIMEOUT = protocol.BODY_TIMEOUT = mock_server._KEEP_ALIVE = {SHORT}
protocol._LINGER = 0.1
sys.argv[1:1] = ["mock"]
main()
"""


@pytest.fixture(scope="module")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Our contract, and one whose operation takes a body."""
    notes = tmp_path_factory.mktemp("notes") / "notes.yaml"
    notes.write_text(NOTES)
    return str(Path(__file__).parents[3] / "openapi" / "openapi.yaml"), f"/own={notes}"


@pytest.fixture(scope="module")
def mock(running_server: Running, contracts: tuple[str, str]) -> Iterator[Server]:
    with running_server(*contracts, command=("tether-relay", "mock"), measured=True) as running:
        yield running


@pytest.fixture(scope="module")
def impatient(running_server: Running, contracts: tuple[str, str]) -> Iterator[Server]:
    """A mock with the time limits of `SHORT`."""
    with running_server(*contracts, command=("python", "-c", IMPATIENT)) as running:
        yield running


@pytest.fixture
def fresh(mock: Server) -> Iterator[Server]:
    """The mock, as it was at start again after the test."""
    yield mock
    mock.client.post("/__mock/reset")


def statuses(server: Server, sent: bytes) -> list[int]:
    return [answer.status for answer in answers_to(server, sent)]


def until_cut(connection: socket.socket, drip: bytes = b"") -> tuple[bytes, float]:
    """What comes until the server ends a connection on which a part of `drip` is sent now and then, and the seconds
    that this takes."""
    stop = threading.Event()

    def send() -> None:
        with suppress(OSError):
            while drip and not stop.wait(SHORT / 10):
                connection.sendall(drip)

    start = time.monotonic()
    sending = threading.Thread(target=send)
    sending.start()
    received = received_from(connection)
    took = time.monotonic() - start
    stop.set()
    sending.join()
    return received, took


def test_requests_in_one_segment_are_answered_in_their_order(mock: Server) -> None:
    note = POST + b"Content-Length: 2\r\n\r\n{}"
    missing = b"GET /none HTTP/1.1\r\nHost: x\r\n\r\n"

    assert statuses(mock, (GET + note + missing) * 50 + CLOSE) == [200, 201, 404] * 50 + [404]


def test_answers_keep_their_order_behind_a_slow_one(fresh: Server) -> None:
    """A refusal waits for the answers to earlier requests too."""
    slow = {"fault": {"delay": 200}, "operation": "get_calls_providers"}
    fresh.client.put("/__mock/fault", json=slow)

    assert statuses(fresh, GET + POST + b"Content-Length: 2\r\n\r\n{}" + b"nonsense\r\n\r\n") == [200, 201, 400]
    assert statuses(fresh, GET + POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n") == [200, 400]


def test_a_body_that_breaks_after_the_request_was_answered_ends_the_connection(mock: Server) -> None:
    with mock.connect() as connection:
        connection.sendall(GET[:-2] + b"Transfer-Encoding: chunked\r\n\r\n")
        first = b""
        while not first.endswith(b"}"):
            first += connection.recv(65536)
        connection.sendall(b"zz\r\n" + GET)

        assert ([answer.status for answer in answers_in(first)], received_from(connection)) == ([200], b"")


@pytest.mark.parametrize("delay", [0, 200], ids=["at once", "slow"])
def test_a_client_that_half_closes_gets_all_answers(fresh: Server, delay: int) -> None:
    fresh.client.put("/__mock/fault", json={"fault": {"delay": delay}})
    with fresh.connect() as connection:
        connection.sendall(GET + GET)
        connection.shutdown(socket.SHUT_WR)
        answers = answers_in(received_from(connection))

    assert [answer.status for answer in answers] == [200, 200]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (b"GET / HTTP/1.1\r\nHos", "The connection ended before the headers of the request did."),
        (POST + b"Content-Length: 9\r\n\r\n{", "The connection ended before the body of the request did."),
    ],
    ids=["headers", "body"],
)
def test_a_client_that_half_closes_within_a_request_gets_an_error(mock: Server, sent: bytes, sentence: str) -> None:
    with mock.connect() as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        (answer,) = answers_in(received_from(connection))

    assert (answer.status, answer.json) == (
        400,
        {
            "type": "about:blank",
            "title": "Bad Request",
            "status": 400,
            "detail": sentence,
            "code": "REQUEST_INCOMPLETE",
        },
    )


def test_a_client_that_half_closes_without_a_request_gets_no_answer(mock: Server) -> None:
    with mock.connect() as connection:
        connection.shutdown(socket.SHUT_WR)

        assert received_from(connection) == b""


def test_a_client_that_half_closes_during_a_hanging_answer_counts_as_gone(fresh: Server) -> None:
    """It cannot be distinguished from a client that has disconnected."""
    fresh.client.put("/__mock/fault", json={"fault": {"kind": "hang"}})
    with fresh.connect() as connection:
        connection.sendall(GET)
        connection.shutdown(socket.SHUT_WR)

        assert received_from(connection) == b""


@pytest.mark.parametrize(
    ("sent", "drip", "part"),
    [
        (GET[:-2] + b"X-Drip: ", b"x", "headers"),
        (POST + b"Content-Length: 1000\r\n\r\n", b" ", "body"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", "body"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc", b"", "body"),
    ],
    ids=["headers", "body", "chunks", "endless chunk"],
)
def test_slow_or_missing_parts_of_a_request_time_out(impatient: Server, sent: bytes, drip: bytes, part: str) -> None:
    with impatient.connect() as connection:
        connection.sendall(sent)
        received, took = until_cut(connection, drip)
    (answer,) = answers_in(received)

    assert (answer.status, answer.json["detail"]) == (408, f"The {part} of the request did not arrive in time.")
    assert SHORT / 2 < took < SHORT + 10


@pytest.mark.parametrize("drip", [b"", b"\r\n"], ids=["silent", "empty lines"])
def test_a_connection_without_a_request_is_closed(impatient: Server, drip: bytes) -> None:
    with impatient.connect() as connection:
        received, took = until_cut(connection, drip)

    assert received == b""
    assert took < SHORT + 10


def test_an_idle_kept_connection_is_closed(impatient: Server) -> None:
    with impatient.connect() as connection:
        connection.sendall(GET)
        received, took = until_cut(connection)

    assert [answer.status for answer in answers_in(received)] == [200]
    assert took < SHORT + 10


def test_many_slow_clients_do_not_delay_others_and_leak_nothing(impatient: Server, eventually: Eventually) -> None:
    files = Path(f"/proc/{impatient.process.pid}/fd")
    before = len(list(files.iterdir()))
    with ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(impatient.connect()).sendall(b"GET / HTTP/1.1\r\nX-Drip: ")
        assert statuses(impatient, GET + CLOSE) == [200, 404]
        assert eventually(lambda: len(list(files.iterdir())) <= before)


def test_the_default_limits_are_some_seconds() -> None:
    """The tests above use shorter limits."""
    assert (HEADER_TIMEOUT, BODY_TIMEOUT) == (10, 30)
