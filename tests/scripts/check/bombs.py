"""Answers of a hostile server, each of which is far larger or longer than what a client can keep or wait for."""

from __future__ import annotations

import gzip
import itertools
import socket
import sys
import time
import zlib
from collections.abc import Callable, Iterable
from functools import cache
from typing import Final

import brotli

from tests.openapi.gateway.bytewise import Answer

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MIB: Final = 1024 * 1024
OK: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
# Seconds for which an answer drips, and before which a check with a timeout must have given it up.
DRIP: Final = 30


def whole(body: bytes, *headers: bytes) -> Answer:
    """An answer with this body, and its length."""
    head = OK + b"".join(header + b"\r\n" for header in headers) + b"Content-Length: %d\r\n\r\n" % len(body)
    return lambda connection, _: connection.sendall(head + body)


def coded(coding: str, *, times: int = 1) -> Answer:
    """A body that decodes to a gigabyte, coded `times` times."""
    return whole(_coded(coding, times), b"Content-Encoding: " + b", ".join([coding.encode()] * times))


@cache
def _coded(coding: str, times: int) -> bytes:
    body = b"".join(_CODERS[coding](itertools.repeat(b" " * MIB, 1024)))
    for _ in range(times - 1):
        body = b"".join(_CODERS[coding]([body]))
    return body


def _zlib(wbits: int) -> Callable[[Iterable[bytes]], Iterable[bytes]]:
    def code(pieces: Iterable[bytes]) -> Iterable[bytes]:
        coder = zlib.compressobj(9, wbits=wbits)
        yield from map(coder.compress, pieces)
        yield coder.flush()

    return code


def _brotli(pieces: Iterable[bytes]) -> Iterable[bytes]:
    coder = brotli.Compressor(quality=1)
    yield from map(coder.process, pieces)
    yield coder.finish()


def _zstd(pieces: Iterable[bytes]) -> Iterable[bytes]:
    coder = zstd.ZstdCompressor()
    yield from map(coder.compress, pieces)
    yield coder.flush()


_CODERS: Final = {"gzip": _zlib(31), "deflate": _zlib(15), "br": _brotli, "zstd": _zstd}


def compressed(text: bytes) -> Answer:
    """A valid answer whose body is small as long as it is coded."""
    return whole(gzip.compress(text, 1), b"Content-Encoding: gzip")


def endless(start: bytes, piece: bytes) -> Answer:
    """An answer that begins, and then repeats a piece for ever."""

    def answer(connection: socket.socket, head: bytes) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(piece)

    return answer


def dripping(start: bytes, piece: bytes) -> Answer:
    """An answer that sends a piece now and then, for longer than any timeout of the tests."""

    def answer(connection: socket.socket, head: bytes) -> None:
        connection.sendall(start)
        ends = time.monotonic() + DRIP
        while time.monotonic() < ends:
            connection.sendall(piece)
            time.sleep(0.05)

    return answer


BOMBS: Final[dict[str, Callable[[], Answer]]] = {
    "gzip": lambda: coded("gzip"),
    "deflate": lambda: coded("deflate"),
    "br": lambda: coded("br"),
    "zstd": lambda: coded("zstd"),
    "gzip in gzip": lambda: coded("gzip", times=3),
    "br in br": lambda: coded("br", times=2),
    "a large coded body": lambda: compressed(b'"' + b"x" * (60 * MIB) + b'"'),
    "a large array": lambda: compressed(b"[" + b"[]," * (11 * MIB // 3) + b"[]]"),
    "a large object": lambda: compressed(b'{"a":[' + b'{"b":0},' * (11 * MIB // 8) + b"0]}"),
    "a body of some size": lambda: compressed(b'{"a":[' + b'"abcdefgh",' * 100_000 + b"0]}"),
    "a long number": lambda: whole(b"[" + b"9" * (11 * MIB) + b"]"),
    "a long text": lambda: whole(b'{"a":"' + b"x" * (11 * MIB) + b'"}'),
    "deep JSON": lambda: whole(b"[" * 100_000 + b"]" * 100_000),
    "deep objects": lambda: whole(b'{"a":' * 100_000 + b"0" + b"}" * 100_000),
    "endless body": lambda: endless(OK + b"\r\n", b"x" * 65_536),
    "endless chunks": lambda: endless(
        OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    ),
    "endless small chunks": lambda: endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 10_000),
    "endless chunk extension": lambda: endless(OK + b"Transfer-Encoding: chunked\r\n\r\n1;a=", b"x" * 65_536),
    "endless trailers": lambda: endless(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-A: b\r\n" * 10_000),
    "endless headers": lambda: endless(OK, b"X-A: b\r\n" * 10_000),
    "endless header": lambda: endless(OK + b"X-A: ", b"x" * 65_536),
    "endless status line": lambda: endless(b"HTTP/1.1 200 ", b"x" * 65_536),
    "endless interim answers": lambda: endless(b"", b"HTTP/1.1 102 Processing\r\n\r\n" * 1_000),
    "large interim answers": lambda: endless(b"", b"HTTP/1.1 103 E\r\n" + b"X-A: b\r\n" * 10_000 + b"\r\n"),
    "many bytes after the answer": lambda: endless(OK + b"Content-Length: 2\r\n\r\n{}", b"x" * 65_536),
    "dripping body": lambda: dripping(OK + b"Content-Length: 100000\r\n\r\n", b" "),
    "dripping headers": lambda: dripping(OK, b"X-A: b\r\n"),
    "dripping interim answers": lambda: dripping(b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
}
