"""Connections to a server: when they are reused, and which answers are accepted."""

from __future__ import annotations

import socket
import threading

import pytest

from tests.openapi.gateway.bytewise import Answer, ask, behind, connected, gateway, get, read_all, read_until, sending

KEPT = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
LAST = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
TWO_MIB = 2 * 1024 * 1024


class Forgetful:
    """Answers one request on its first connection, and closes it at the second request, after half of an answer
    (`with_half`) or without one. `answers` is the number of further connections that it answers."""

    def __init__(self, half: bytes = b"", answers: bool = True) -> None:
        self.requests: list[bytes] = []
        self._half = half
        self._answers = answers

    def __call__(self, connection: socket.socket, head: bytes) -> None:
        first = not self.requests
        self.requests.append(head)
        if first:
            connection.sendall(KEPT)
            self.requests.append(read_until(connection, b"\r\n\r\n"))
            connection.sendall(self._half)
        elif self._answers:
            connection.sendall(LAST)


def statuses(server: Answer, *requests: bytes) -> list[bytes]:
    with behind(server) as upstream, gateway(upstream) as port:
        return [ask(port, request).split(b" ")[1] for request in requests]


@pytest.mark.parametrize("method", [b"GET", b"HEAD", b"OPTIONS"])
def test_a_safe_request_on_a_closed_connection_is_sent_again(method: bytes) -> None:
    server = Forgetful()

    assert statuses(server, get(), get(method=method)) == [b"200", b"200"]
    assert [request.split(b" ")[0] for request in server.requests] == [b"GET", method, method]


@pytest.mark.parametrize(
    "request_",
    [
        get(method=b"DELETE"),
        get(b"/", b"Content-Length: 0", method=b"POST"),
        get(b"/", b"Content-Length: 3", method=b"POST") + b"abc",
        get(b"/", b"Content-Length: 3") + b"abc",
    ],
    ids=["DELETE", "POST", "POST with a body", "GET with a body"],
)
def test_an_unsafe_request_is_not_sent_again(request_: bytes) -> None:
    server = Forgetful()

    assert statuses(server, get(), request_) == [b"200", b"502"]
    assert len(server.requests) == 2


def test_a_request_is_sent_again_only_once() -> None:
    server = Forgetful(answers=False)

    assert statuses(server, get(), get()) == [b"200", b"502"]
    assert len(server.requests) == 3


def test_a_request_with_a_partial_answer_is_not_sent_again() -> None:
    server = Forgetful(half=b"HTTP/1.1 200")

    assert statuses(server, get(), get()) == [b"200", b"502"]
    assert len(server.requests) == 2


class Counting:
    """Answers every request with `answer`; `connections` has the requests of each connection."""

    def __init__(self, answer: bytes) -> None:
        self.connections: list[list[bytes]] = []
        self._answer = answer

    def __call__(self, connection: socket.socket, head: bytes) -> None:
        requests = [head]
        self.connections.append(requests)
        while requests[-1]:
            connection.sendall(self._answer)
            requests.append(read_until(connection, b"\r\n\r\n"))
        requests.pop()


def requests_of_connections(answer: bytes, *requests: bytes) -> list[int]:
    server = Counting(answer)
    statuses(server, *requests)
    return [len(requests) for requests in server.connections]


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        KEPT,
        CHUNKED,
        CHUNKED.replace(b"0\r\n\r\n", b"0\r\nX-Trailer: 1\r\n\r\n"),
        b"HTTP/1.1 100 Continue\r\n\r\n" + KEPT,
        b"HTTP/1.1 102 Processing\r\n\r\n" + KEPT,
        b"HTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload\r\nContent-Length: 9\r\n\r\n" * 3 + KEPT,
    ],
    ids=["length", "chunks", "trailers", "after 100", "after 102", "after 103 three times"],
)
def test_a_connection_is_reused_after_an_answer_with_a_clear_end(answer: bytes) -> None:
    assert requests_of_connections(answer, get(), get()) == [2]


@pytest.mark.parametrize("answer", [LAST, KEPT + KEPT, KEPT + b"x"], ids=["closed", "two answers", "surplus"])
def test_a_connection_is_not_reused_after_an_answer_without_a_clear_end(answer: bytes) -> None:
    assert requests_of_connections(answer, get(), get()) == [1, 1]


def test_an_answer_can_end_with_its_connection() -> None:
    with (
        behind(sending(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(TWO_MIB))) as upstream,
        gateway(upstream) as port,
    ):
        received = ask(port, get())

    assert received.startswith(b"HTTP/1.1 200")
    assert received.count(b"\0") == TWO_MIB


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 300_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-Many: xxxxxx\r\n" * 30_000 + b"\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000,
        b"HTTP/1.1 200 OK\r\nX-Endless: " + b"x" * 300_000,
    ],
    ids=["long", "many", "interim", "endless"],
)
def test_a_head_beyond_the_limit_is_a_502(answer: bytes) -> None:
    def server(connection: socket.socket, head: bytes) -> None:
        connection.sendall(answer)
        read_all(connection)

    assert statuses(server, get()) == [b"502"]


def test_a_long_head_within_the_limit_passes() -> None:
    answer = b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 200_000 + b"\r\nContent-Length: 0\r\n\r\n"

    assert statuses(sending(answer), get()) == [b"200"]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=["transfer coding", "another protocol", "two lengths", "line end in a field"],
)
def test_an_ambiguous_answer_is_a_502(answer: bytes) -> None:
    assert statuses(sending(answer), get()) == [b"502"]


EARLY = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig"
UPLOAD = get(b"/", b"Content-Length: 100", method=b"POST")


def test_an_answer_before_the_end_of_the_request_is_forwarded_at_once() -> None:
    with behind(sending(EARLY)) as upstream, gateway(upstream) as port, connected(port) as client:
        client.sendall(UPLOAD)
        received = read_until(client, b"big")

    assert received.startswith(b"HTTP/1.1 413")


def test_a_connection_with_an_incomplete_request_is_not_reused() -> None:
    """The server would read the next request as the rest of the body."""
    arrived: list[bytes] = []
    ended = threading.Event()

    def server(connection: socket.socket, head: bytes) -> None:
        connection.sendall(EARLY if head.startswith(b"POST") else LAST)
        arrived.append(head + read_all(connection))
        if head.startswith(b"POST"):
            ended.set()

    with behind(server) as upstream, gateway(upstream) as port:
        with connected(port) as client:
            client.sendall(UPLOAD + b"half")
            read_until(client, b"big")
        status = ask(port, get()).split(b" ")[1]
        assert ended.wait(10)

    assert status == b"200"
    assert sorted(request.count(b"HTTP/1.1") for request in arrived) == [1, 1]


def test_a_client_that_leaves_during_its_body_ends_the_upstream_request() -> None:
    arrived, ended = threading.Event(), threading.Event()

    def server(connection: socket.socket, head: bytes) -> None:
        if head.endswith(b"half") or read_until(connection, b"half"):
            arrived.set()
        if not read_all(connection):
            ended.set()

    with behind(server) as upstream, gateway(upstream) as port, connected(port) as client:
        client.sendall(UPLOAD + b"half")
        assert arrived.wait(10)
        client.close()
        left = ended.wait(10)

    assert left
