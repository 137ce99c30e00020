"""Malformed bytes get an answer or end the connection; the next request on the connection gets its own answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Server
    from tests.hostile.conftest import Received

PATH = b"/api/calls/providers"
LAST = b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
# 400 ends the connection; after any other status the next request is answered.
TARGETS = {
    b"/api/\xff\xfe": [400],
    b"/api/calls/\x00": [400],
    b"/%00": [404, 200],
    b"/api/calls/%FF": [404, 200],
    PATH + b"%ff": [404, 200],
    b"/api/\xc3\xa9": [404, 200],
    b"/%": [404, 200],
    b"/%zz": [404, 200],
    b"/" + b"x" * 60_000: [404, 200],
    b"/" + b"x" * 66_000: [414],
    PATH + b"?name=%FF%00": [200, 200],
    PATH + b"?name=\xff": [400],
    PATH + b"#fragment": [200, 200],
    b"http://x" + PATH: [200, 200],
    b"https://user:password@elsewhere.example" + PATH: [200, 200],
    b"file:///etc/passwd": [400],
    b"/" + PATH: [404, 200],
    b"/../../etc/passwd": [404, 200],
    b"*": [404, 200],
    b"x:80": [404, 200],
    b"livez": [404, 200],
    b"": [400],
}
METHODS = {
    b"OPTIONS * HTTP/1.1": [404, 200],
    b"CONNECT x:80 HTTP/1.1": [404, 200],
    b"get /livez HTTP/1.1": [405, 200],
    b"M\xc3\xa9 /livez HTTP/1.1": [400],
    b"GET /livez HTTP/1.2": [400],
    b"GET /livez HTTP/2.0": [400],
    b"GET /livez HTTP/1.1 HTTP/1.1": [400],
    b"GET /livez": [400],
    b"GET\t/livez\tHTTP/1.1": [400],
}
HEADERS = {
    **{name + b": \xff\xfe\x80": [200, 200] for name in (b"Accept", b"Cookie", b"User-Agent", b"Origin", b"Expect")},
    **{name + b": \xff\xfe\x80": [200, 200] for name in (b"X-Request-ID", b"Connection", b"Upgrade", b"Content-Type")},
    b"X: \x00": [400],
    b"X: a\rb": [400],
    b"X\xff: a": [400],
    b"X y: a": [400],
    b": a": [400],
    b"X": [400],
    # A line feed alone may end a line (RFC 9112 section 2.2).
    b"X: a\nY: b": [200, 200],
    b"X: " + b"x" * 60_000: [200, 200],
    b"X: " + b"x" * 140_000: [431],
    b"\r\n".join(b"X-%d: y" % number for number in range(200)): [431],
    b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk": [200, 200],
    b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==": [200, 200],
}
CREDENTIALS = {
    b"Bearer \xff\xfe": [401, 200],
    b"\xff": [401, 200],
    b"Bearer \xc3\xa9": [401, 200],
    b"Bearer a\x00b": [400],
    b"Bearer a\rb": [400],
}
# Bytes that are not HTTP/1: the server sends at most a 400 and ends the connection.
OTHER_PROTOCOLS = {
    "http-0.9": b"GET /livez\r\n",
    "http-2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    "tls": bytes.fromhex("160301020001000103") + b"\x03" * 512,
    "zeros": bytes(5000),
    "every-byte": bytes(range(256)),
    "carriage-returns": b"GET /livez HTTP/1.1\rHost: x\r\r",
}


def statuses(answers: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answers)]


@pytest.fixture
def credentials(server: Server) -> bytes:
    """The header lines with a valid token."""
    return f"Host: x\r\nAuthorization: Bearer {server.token()}\r\n".encode()


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: repr(target[:30]))
def test_a_malformed_target_is_answered(received: Received, credentials: bytes, target: bytes) -> None:
    answers = received(b"GET " + target + b" HTTP/1.1\r\n" + credentials + b"\r\n" + LAST)

    assert statuses(answers) == TARGETS[target]


@pytest.mark.parametrize("line", METHODS, ids=repr)
def test_a_malformed_request_line_is_answered(received: Received, credentials: bytes, line: bytes) -> None:
    answers = received(line + b"\r\n" + credentials + b"\r\n" + LAST)

    assert statuses(answers) == METHODS[line]


@pytest.mark.parametrize("lines", HEADERS, ids=lambda lines: repr(lines[:30]))
def test_a_malformed_header_is_answered(received: Received, credentials: bytes, lines: bytes) -> None:
    answers = received(b"GET " + PATH + b" HTTP/1.1\r\n" + credentials + lines + b"\r\n\r\n" + LAST)

    assert statuses(answers) == HEADERS[lines]


@pytest.mark.parametrize("value", CREDENTIALS, ids=repr)
def test_malformed_credentials_are_answered(received: Received, value: bytes) -> None:
    answers = received(b"GET " + PATH + b" HTTP/1.1\r\nHost: x\r\nAuthorization: " + value + b"\r\n\r\n" + LAST)

    assert statuses(answers) == CREDENTIALS[value]


@pytest.mark.parametrize("name", OTHER_PROTOCOLS)
def test_bytes_that_are_not_http_end_the_connection(received: Received, name: str) -> None:
    answers = received(OTHER_PROTOCOLS[name] + b"\r\n\r\n")

    assert statuses(answers) in ([], [400])


def test_empty_lines_before_a_request_are_ignored(received: Received) -> None:
    """RFC 9112 section 2.2."""
    answers = received(b"\r\n" * 1000 + LAST)

    assert statuses(answers) == [200]
