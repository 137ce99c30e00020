"""The limits of connections: their duration, the bytes that they send, and their number."""

from __future__ import annotations

import re
import socket
import sys
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scripts.cli.serve.command import HEADER_TIMEOUT, MAX_CONNECTIONS, OTHER_FILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Eventually, Running, Server
    from tests.hostile.conftest import Attack, Honest, Received, State

MIB = 1024 * 1024
PATH = "/api/calls/providers"
# The bytes that the system buffers between a client and a server that does not read.
UNDERWAY = 16 * MIB


@pytest.fixture
def request_head(server: Server) -> bytes:
    """A request without its last line."""
    return f"GET {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.token()}\r\n".encode()


@pytest.fixture(scope="module")
def few_files(running_server: Running) -> Iterator[Server]:
    """A server with a low limit of open files: twice the number that it needs in addition to connections."""
    limit = f'ulimit -S -n {OTHER_FILES}; ulimit -H -n {2 * OTHER_FILES}; exec "$@"'
    program = str(Path(sys.executable).with_name("tether-relay"))
    with running_server(command=("/bin/sh", "-c", limit, "sh", program, "serve")) as running:
        running.get()
        yield running


def undated(answers: bytes) -> bytes:
    return re.sub(rb"\r\ndate: [^\r]+", b"", answers)


def test_pipelined_requests_are_answered_in_order(server: Server, received: Received) -> None:
    """Each answer equals the one on a separate connection, for different users, methods, refusals and bodies."""
    users = ["user_ada", "user_bea", "user_cem", "user_eli", "unknown"]
    lines = [f"{method} {PATH}" for method in ("GET", "HEAD", "POST", "OPTIONS")] + ["GET /livez", "GET /nowhere"]
    requests = [
        f"{line} HTTP/1.1\r\nHost: x\r\nX-Request-ID: {user}-{index}\r\n"
        f"Authorization: Bearer {server.token(user)}\r\n".encode()
        for user in users
        for index, line in enumerate(lines)
    ]
    alone = [received(request + b"Connection: close\r\n\r\n") for request in requests]
    together = received(b"\r\n".join([*requests, b""])[:-2] + b"Connection: close\r\n\r\n")

    assert undated(together) == undated(b"".join(alone)).replace(b"connection: close\r\n", b"", len(alone) - 1)


def test_five_thousand_requests_sent_at_once_are_all_answered(server: Server, request_head: bytes) -> None:
    with server.connect() as connection:
        requests = (request_head + b"\r\n") * 5_000 + request_head + b"Connection: close\r\n\r\n"
        sending = threading.Thread(target=connection.sendall, args=(requests,))
        sending.start()
        answers = b"".join(iter(lambda: connection.recv(MIB), b""))
        sending.join()

    assert (answers.count(b"HTTP/1.1 200 OK"), answers.count(b'"phoneNumber":"+14165550100"')) == (5_001, 5_001)


@pytest.mark.parametrize(
    "length", [b"Content-Length: %d\r\n\r\n" % (1024 * MIB), b"Transfer-Encoding: chunked\r\n\r\n"]
)
def test_a_gibibyte_after_a_get_is_not_read(server: Server, request_head: bytes, length: bytes) -> None:
    """The server answers the request, does not read the body, and closes the connection."""
    sent, answer = 0, b""
    with server.connect() as connection, suppress(ConnectionError):
        connection.sendall(request_head + length)
        while sent < 1024 * MIB:
            connection.sendall(b"%x\r\n%b\r\n" % (MIB, b"x" * MIB))
            sent += MIB
    assert sent < UNDERWAY
    with server.connect() as connection, suppress(ConnectionError):
        connection.sendall(request_head + length)
        while chunk := connection.recv(MIB):
            answer += chunk

    assert (answer[:12], answer[-49:]) == (b"HTTP/1.1 200", b'{"provider":"sinch","phoneNumber":"+14165550100"}')


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTTP/1.1\r\nHos", b"GET /livez HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc"]
)
def test_a_connection_with_a_closed_sending_side_ends(server: Server, sent: bytes) -> None:
    with server.connect() as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        answers = b"".join(iter(lambda: connection.recv(65536), b""))

    assert answers.count(b"HTTP/1.1 ") <= 1


def test_a_client_that_closes_its_sending_side_gets_a_whole_answer_or_none(server: Server, request_head: bytes) -> None:
    """granian treats such a client as gone; deploy/README.md names the proxy settings that prevent it."""
    answers = set()
    for _ in range(50):
        with server.connect() as connection:
            connection.sendall(request_head + b"\r\n")
            connection.shutdown(socket.SHUT_WR)
            answers.add(undated(b"".join(iter(lambda: connection.recv(65536), b"")))[:12])

    assert answers <= {b"", b"HTTP/1.1 200"}


def test_a_client_that_closes_its_sending_side_keeps_earlier_answers(server: Server, request_head: bytes) -> None:
    with server.connect() as connection:
        connection.sendall(request_head + b"\r\n")
        first = connection.recv(65536)
        connection.shutdown(socket.SHUT_WR)

        assert (first[:12], connection.recv(65536)) == (b"HTTP/1.1 200", b"")


@pytest.mark.long
@pytest.mark.parametrize("name", ["idleness", "hoarding"])
def test_connections_that_send_no_complete_request_are_closed(
    server: Server, attack: Attack, state: type[State], eventually: Eventually, name: str
) -> None:
    before = state.of(server).files
    with attack(name):
        start = time.monotonic()

        assert eventually(lambda: state.of(server).files <= before)
        assert time.monotonic() - start < HEADER_TIMEOUT / 1000 + 5


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

    # granian's clock starts with the connection, a little before the clock of this test.
    assert HEADER_TIMEOUT / 1000 - 1 < took < HEADER_TIMEOUT / 1000 + 10


def drip(connection: socket.socket, stop: threading.Event) -> None:
    """Send a byte of a header every 0.2 seconds."""
    with suppress(OSError):
        while not stop.wait(0.2):
            connection.sendall(b"x")


def test_the_soft_limit_of_open_files_is_raised_to_the_hard_limit(few_files: Server) -> None:
    limits = "".join(Path(f"/proc/{worker}/limits").read_text() for worker in few_files.workers)

    assert re.findall(r"Max open files +(\d+) +(\d+)", limits) == [(str(2 * OTHER_FILES), str(2 * OTHER_FILES))]


def test_connections_never_use_up_the_open_files(
    few_files: Server, honest: type[Honest], state: type[State], eventually: Eventually
) -> None:
    """Connections beyond the limit wait to be accepted; a worker without free files would retry in a busy loop."""
    client = honest(few_files)
    with ExitStack() as stack:
        kept = stack.enter_context(few_files.connect())
        client.ask_on(kept, time.perf_counter())
        for _ in range(2 * OTHER_FILES):
            stack.enter_context(few_files.connect())
        assert eventually(lambda: state.of(few_files).files >= OTHER_FILES)
        for _ in range(100):
            client.ask_on(kept, time.perf_counter())

        assert (client.wrong, state.of(few_files).files < 2 * OTHER_FILES) == ([], True)


def test_a_worker_accepts_thousands_of_connections() -> None:
    assert MAX_CONNECTIONS > 5_000
