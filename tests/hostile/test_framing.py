"""The end of a request is never ambiguous: the body of a request is never answered as another request.

RFC 9112 sections 6.1 to 6.3 and 7.1. Every case contains a request that must not be answered, or is followed by one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Server
    from tests.hostile.conftest import Received

# Its answer is unique, so that a test can see whether it was answered.
HIDDEN = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
ANSWERED = b'{"status":"alive"}'
LAST = b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"

# Header lines of a request of ambiguous length: 400, and the connection ends.
REFUSED = [
    b"Content-Length: 5\r\nContent-Length: 6",
    b"Content-Length: 5, 5",
    b"Content-Length: 5, 6",
    b"Content-Length: -5",
    b"Content-Length: +5",
    b"Content-Length: 0x5",
    b"Content-Length: 5a",
    b"Content-Length: 5.0",
    b"Content-Length: 5 5",
    b"Content-Length: 5;q=1",
    b'Content-Length: "5"',
    b"Content-Length:",
    b"Content-Length: \xd9\xa5",
    b"Content-Length: 18446744073709551616",
    b"Content-Length : 5",
    b"Content-Length\x00: 5",
    b"X: y\r\n Content-Length: 5",
    b"X: y\rContent-Length: 5",
    b"Transfer-Encoding:",
    b"Transfer-Encoding: xchunked",
    b"Transfer-Encoding: identity",
    b"Transfer-Encoding: gzip",
    b"Transfer-Encoding: chunked, identity",
    b"Transfer-Encoding: chunked;q=1",
    b'Transfer-Encoding: "chunked"',
    b"Transfer-Encoding: \x0bchunked",
    b"Transfer-Encoding: chunked\x0b",
    b"Transfer-Encoding:\r\n chunked",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    b"Transfer-Encoding : chunked",
]
# Invalid chunked bodies: the request is answered, because no handler reads the body, and the connection ends.
BROKEN_CHUNKS = [
    b"0x3\r\nabc\r\n0\r\n\r\n",
    b"+3\r\nabc\r\n0\r\n\r\n",
    b"-3\r\nabc\r\n0\r\n\r\n",
    b" 3\r\nabc\r\n0\r\n\r\n",
    b"3_0\r\nabc\r\n0\r\n\r\n",
    b"3;extension=\n\r\nabc\r\n0\r\n\r\n",
    b"3\nabc\n0\n\n",
    b"3\r\nabc\r\n0\n\n",
    b"3\r\nabcX0\r\n\r\n",
    b"3\r\nabcde\r\n0\r\n\r\n",
    b"\r\n0\r\n\r\n",
    b"0\r\n\r\r\n\r\n",
    b"ffffffffffffffff\r\nabc\r\n0\r\n\r\n",
    b"10000000000000003\r\nabc\r\n0\r\n\r\n",
]
# Unusual but unambiguous header lines and bodies, with the hidden request inside the body.
SIZE = b"%d" % len(HIDDEN)
CHUNK = b"%x\r\n%b\r\n0\r\n\r\n" % (len(HIDDEN), HIDDEN)
CLEAR = [
    b"Content-Length: " + SIZE + b"\r\n\r\n" + HIDDEN,
    b"Content-Length: 000000" + SIZE + b"\r\n\r\n" + HIDDEN,
    b"Content-Length: " + SIZE + b"\r\nContent-Length: " + SIZE + b"\r\n\r\n" + HIDDEN,
    b"X: y\nContent-Length: " + SIZE + b"\n\n" + HIDDEN,
    CHUNKED + CHUNK,
    CHUNKED + b"000000" + CHUNK,
    CHUNKED + CHUNK.replace(b"\r\n", b";name=value\r\n", 1),
    CHUNKED + CHUNK.replace(b"\r\n", b" \r\n", 1),
    CHUNKED + CHUNK.removesuffix(b"\r\n") + b"Content-Length: 99\r\n\r\n",
    b"Transfer-Encoding: CHUNKED\r\n\r\n" + CHUNK,
    b"Transfer-Encoding: gzip, chunked\r\n\r\n" + CHUNK,
    b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNK,
]
BOTH = [
    b"Content-Length: %d\r\n" % (5 + len(HIDDEN)) + CHUNKED + b"0\r\n\r\n",
    b"Transfer-Encoding: chunked\r\nContent-Length: %d\r\n\r\n0\r\n\r\n" % (5 + len(HIDDEN)),
    b"Content-Length: 4\r\n" + CHUNKED + CHUNK,
    b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n" + CHUNK,
]


@pytest.fixture(params=[("GET", 200), ("POST", 405)], ids=["GET", "POST"])
def head(request: pytest.FixtureRequest, server: Server) -> tuple[bytes, int]:
    """The first lines of a request, and the status of its answer."""
    method, status = request.param
    line = f"{method} /api/calls/providers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.token()}\r\n"
    return line.encode(), status


def statuses(answers: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answers)]


@pytest.mark.parametrize("lines", REFUSED)
def test_an_ambiguous_length_is_refused(received: Received, head: tuple[bytes, int], lines: bytes) -> None:
    answers = received(head[0] + lines + b"\r\n\r\nabcde" + HIDDEN)

    assert statuses(answers) == [400]


@pytest.mark.parametrize("body", BROKEN_CHUNKS)
def test_nothing_is_answered_after_broken_chunks(received: Received, head: tuple[bytes, int], body: bytes) -> None:
    answers = received(head[0] + CHUNKED + body + HIDDEN)

    assert statuses(answers) == [head[1]]


@pytest.mark.parametrize("request_", BOTH)
def test_a_request_with_both_kinds_of_length_ends_the_connection(
    received: Received, head: tuple[bytes, int], request_: bytes
) -> None:
    answers = received(head[0] + request_ + HIDDEN)

    assert statuses(answers) == [head[1]]


@pytest.mark.parametrize("request_", CLEAR)
def test_a_request_in_a_body_is_not_answered(received: Received, head: tuple[bytes, int], request_: bytes) -> None:
    answers = received(head[0] + request_ + LAST)

    assert (statuses(answers), ANSWERED in answers) == ([head[1], 404], False)


def test_a_request_outside_a_body_is_answered(received: Received) -> None:
    """Outside a body the hidden request is answered; without this the tests above would prove nothing."""
    answers = received(HIDDEN + LAST)

    assert (statuses(answers), ANSWERED in answers) == ([200, 404], True)


def test_a_chunked_body_is_refused_in_http_1_0(received: Received) -> None:
    answers = received(b"GET /livez HTTP/1.0\r\n" + CHUNKED + b"0\r\n\r\n" + HIDDEN)

    assert statuses(answers) == [400]
