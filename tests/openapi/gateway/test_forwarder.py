"""A gateway forwards requests and answers unchanged, between a real client and a real server."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import threading
from typing import Any

import pytest
from starlette.types import Message

from openapi.gateway.forwarder import Forwarder, Upstream
from openapi.gateway.raw_target import RAW_TARGET
from tests.loopback import reserved_port
from tests.openapi.gateway.bytewise import (
    PATIENCE,
    Answer,
    ask,
    behind,
    connected,
    gateway,
    get,
    heads,
    read_all,
    read_until,
    sending,
)


@pytest.mark.parametrize("target", [b"/a%2Fb/../c?", b"/?x=%41&x=a+b&&", b"//two", b"/a;b,c'(d)"])
def test_the_target_is_forwarded_byte_for_byte(target: bytes) -> None:
    seen: list[bytes] = []
    with behind(heads(seen)) as upstream, gateway(upstream) as port:
        ask(port, get(target))

    assert seen[0].startswith(b"GET " + target + b" HTTP/1.1\r\n")


def test_the_path_of_the_upstream_is_a_prefix_of_the_target() -> None:
    seen: list[bytes] = []
    with behind(heads(seen)) as upstream, gateway(f"{upstream}/base/") as port:
        ask(port, get(b"/a?b"))

    assert seen[0].startswith(b"GET /base/a?b HTTP/1.1\r\n")


def test_headers_of_a_request_keep_their_order_except_those_of_the_connection() -> None:
    seen: list[bytes] = []
    own = (b"X-B: 2", b"X-A: 1", b"X-B: 3", b"Connection: x-drop, Content-Length", b"X-Drop: 1", b"TE: trailers")
    with behind(heads(seen)) as upstream, gateway(upstream) as port:
        ask(port, get(b"/", *own, b"X-Forwarded-For: 10.0.0.1"))
        lines = seen[0].decode().split("\r\n")[1:-2]

    host = upstream.removeprefix("http://")
    assert lines[:-1] == [f"host: {host}", "x-b: 2", "x-a: 1", "x-b: 3", "x-forwarded-for: 10.0.0.1"]
    assert lines[-1].startswith("via: 1.1 tether-relay-")


def test_the_host_of_the_client_can_be_kept() -> None:
    seen: list[bytes] = []
    with behind(heads(seen)) as upstream, gateway(upstream, keep_host=True) as port:
        ask(port, get())

    assert b"\r\nhost: client.example\r\n" in seen[0]


def test_the_host_of_an_absolute_target_is_the_one_that_is_kept() -> None:
    """RFC 9112 section 3.2.2."""
    seen: list[bytes] = []
    with behind(heads(seen)) as upstream, gateway(upstream, keep_host=True) as port:
        ask(port, get(b"http://other.example:8080/a?b"))

    assert seen[0].startswith(b"GET /a?b HTTP/1.1\r\nhost: other.example:8080\r\n")
    assert b"client.example" not in seen[0]


def test_an_answer_keeps_its_coding_and_the_order_of_its_headers() -> None:
    body = gzip.compress(b"text")
    head = b"HTTP/1.1 200 OK\r\nX-B: 2\r\nSet-Cookie: a=1\r\nX-A: 1\r\nSet-Cookie: b=2\r\nContent-Encoding: gzip\r\n"
    rest = b"Keep-Alive: timeout=5\r\nContent-Length: %d\r\n\r\n" % len(body)
    with behind(sending(head + rest + body)) as upstream, gateway(upstream) as port:
        received, _, content = ask(port, get()).partition(b"\r\n\r\n")

    names = [line.lower() for line in received.split(b"\r\n")[1:]]
    expected = [b"x-b: 2", b"set-cookie: a=1", b"x-a: 1", b"set-cookie: b=2", b"content-encoding: gzip"]
    assert names == [*expected, b"content-length: %d" % len(body), b"connection: close"]
    assert content == body


@pytest.mark.parametrize(
    ("method", "answer", "status", "length"),
    [
        (b"HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"200", True),
        (b"GET", b'HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\nETag: "a"\r\n\r\n', b"304", False),
        (b"GET", b"HTTP/1.1 204 No Content\r\n\r\n", b"204", False),
    ],
)
def test_answers_without_content_are_complete(method: bytes, answer: bytes, status: bytes, length: bool) -> None:
    with behind(sending(answer)) as upstream, gateway(upstream) as port:
        received = ask(port, get(method=method))

    assert received.startswith(b"HTTP/1.1 " + status)
    assert received.endswith(b"\r\n\r\n")
    assert (b"content-length: 1000" in received) is length


def test_an_answer_is_forwarded_as_it_arrives() -> None:
    read = threading.Event()

    def answer(connection: socket.socket, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        # The second part is not sent before the client has the first.
        if read.wait(PATIENCE):
            connection.sendall(b"6\r\nsecond\r\n0\r\n\r\n")

    with behind(answer) as upstream, gateway(upstream) as port, connected(port) as client:
        client.sendall(get())
        first = read_until(client, b"first")
        read.set()
        rest = read_all(client)

    assert b"first" in first
    assert b"second" in rest
    assert rest.endswith(b"0\r\n\r\n")


def test_the_body_of_a_request_is_forwarded_as_it_arrives() -> None:
    arrived = threading.Event()
    bodies: list[bytes] = []

    def answer(connection: socket.socket, head: bytes) -> None:
        part = head if b"first" in head else head + read_until(connection, b"first")
        arrived.set()
        bodies.append(part + read_until(connection, b"0\r\n\r\n"))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with behind(answer) as upstream, gateway(upstream) as port, connected(port) as client:
        client.sendall(get(b"/", b"Transfer-Encoding: chunked", method=b"POST") + b"5\r\nfirst\r\n")
        assert arrived.wait(PATIENCE)
        client.sendall(b"6\r\nsecond\r\n0\r\n\r\n")
        received = read_all(client)

    assert received.startswith(b"HTTP/1.1 200")
    assert b"transfer-encoding: chunked" in bodies[0]
    assert b"second" in bodies[0]


def test_an_answer_that_ends_too_early_closes_the_connection() -> None:
    """A partial answer must not look complete."""
    cut = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n"
    with behind(sending(cut)) as upstream, gateway(upstream) as port:
        received = ask(port, get())

    assert b"first" in received
    assert not received.endswith(b"0\r\n\r\n")


def test_a_client_that_leaves_ends_the_upstream_request() -> None:
    left = threading.Event()

    def answer(connection: socket.socket, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        if read_all(connection) == b"":
            left.set()

    with behind(answer) as upstream, gateway(upstream) as port, connected(port) as client:
        client.sendall(get())
        read_until(client, b"first")
        client.close()
        ended = left.wait(PATIENCE)

    assert ended


def test_an_unreachable_server_is_a_502() -> None:
    with reserved_port() as unused, gateway(f"http://127.0.0.1:{unused}") as port:
        received = ask(port, get())

    assert received.startswith(b"HTTP/1.1 502")
    assert b'"code":"UPSTREAM_UNREACHABLE"' in received


def test_a_server_that_does_not_speak_http_is_a_502() -> None:
    with behind(sending(b"220 mail.example ESMTP\r\n")) as upstream, gateway(upstream) as port:
        received = ask(port, get())

    assert received.startswith(b"HTTP/1.1 502")
    assert b'"code":"UPSTREAM_BROKEN"' in received


def test_a_silent_server_is_a_504() -> None:
    silent: Answer = lambda connection, head: read_all(connection)  # noqa: E731
    with behind(silent) as upstream, gateway(upstream, timeout=0.2) as port:
        received = ask(port, get())

    assert received.startswith(b"HTTP/1.1 504")
    assert b'"code":"UPSTREAM_TIMEOUT"' in received


def test_a_forwarding_loop_is_a_508() -> None:
    seen: list[bytes] = []
    with behind(heads(seen)) as upstream, gateway(upstream) as port:
        ask(port, get())
        via = next(line for line in seen[0].split(b"\r\n") if line.startswith(b"via:"))
        received = ask(port, get(b"/", via))

    assert received.startswith(b"HTTP/1.1 508")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://a", "must begin with http:// or https://"),
        ("http://", "must begin with http:// or https://"),
        ("http://a:b", "is not a URL"),
        ("http://user:secret@a", "more than a host, a port and a path"),
        ("http://a/?b", "more than a host, a port and a path"),
    ],
)
def test_an_invalid_upstream_url_is_refused(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as raised:
        Forwarder(Upstream(url))

    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "change",
    [
        {"headers": [(b"x-a", b"1\r\nx-b: 2")]},
        {"headers": [(b"x-a", b"1\nx-b: 2")]},
        {"headers": [(b"x-a\r\nx-b", b"1")]},
        {"extensions": {RAW_TARGET: b"/a HTTP/1.1\r\nx-b: 2\r\n\r\n"}},
        {"method": "GET / HTTP/1.1\r\nx-b: 2\r\n\r\n"},
    ],
    ids=["value", "line feed", "name", "target", "method"],
)
def test_a_request_with_a_line_break_is_not_forwarded(change: dict[str, Any]) -> None:
    """A server never receives such requests from a client, but a caller in the same process could pass them."""
    seen: list[bytes] = []
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    with behind(heads(seen)) as upstream:
        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [], **change}
        asyncio.run(Forwarder(Upstream(upstream))(scope, receive, send))

    assert seen == []
    assert sent[0]["status"] == 400
    assert json.loads(sent[1]["body"])["code"] == "BAD_REQUEST"
