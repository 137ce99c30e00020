"""Reads an answer from a connection, with llhttp."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import httptools

from openapi.gateway.errors import Broken

_MAX_HEAD: Final = 256 * 1024
_BODILESS: Final = (204, 304)


class UpstreamAnswer:
    """The answer to a request with `method`: its head, once `has_head` is true, and the received parts of its body.

    `keeps` says whether the answer allows another request on the connection.
    """

    def __init__(self, method: bytes) -> None:
        self._method = method
        # The parser does not know the method of the request: after an answer to HEAD it waits for content.
        self._parser = httptools.HttpResponseParser(self)
        self._fault = ""
        self._parts: list[bytes] = []
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.has_head = self.complete = self.keeps = self.until_end = False
        # Received bytes of the head, and bytes of the body that nothing has taken yet.
        self.received = self.waiting = 0

    def feed(self, data: bytes) -> None:
        """Read received bytes. Raises Broken if they are not a valid answer."""
        if not self.has_head:
            self.received += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            raise Broken(f"the answer is not valid HTTP: {error}") from None
        if self._fault:
            raise Broken(self._fault)
        # Bytes received together with the end of the head can belong to the body.
        if self.received > _MAX_HEAD and (not self.has_head or _size(self.headers) > _MAX_HEAD):
            self.has_head = False
            raise Broken(f"the head of the answer has more than {_MAX_HEAD} bytes")

    def end(self) -> bool:
        """Note that the connection has ended. Returns whether the answer is complete."""
        if self.has_head and self.until_end:
            self.complete = True
        return self.complete

    def take(self) -> bytes:
        """Take the received bytes of the body."""
        part = b"".join(self._parts)
        self._parts.clear()
        self.waiting = 0
        return part

    def on_message_begin(self) -> None:
        """Start a head: that of the answer, or of an interim response before it (RFC 9110 section 15.2)."""
        if not self.has_head:
            self.headers = []

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header field; trailers, which follow the body, are ignored."""
        if not self.has_head:
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """End a head."""
        if self.has_head:
            # A second answer, for which there was no request.
            self.keeps = False
            return
        self.status = self._parser.get_status_code()
        if self.status < 200:
            return
        codings = _values(self.headers, b"transfer-encoding")
        if codings and [coding.lower() for coding in codings] != [b"chunked"]:
            self._fault = "the answer has a transfer coding other than chunked"
            return
        self.has_head = True
        self.keeps = self._parser.should_keep_alive()
        self.until_end = not codings and not _values(self.headers, b"content-length")
        self.complete = self._method == b"HEAD" or self.status in _BODILESS

    def on_body(self, body: bytes) -> None:
        """Add a part of the content."""
        if self.complete:
            self.keeps = False
            return
        self._parts.append(body)
        self.waiting += len(body)

    def on_message_complete(self) -> None:
        """End the answer, unless it was interim."""
        self.complete = self.has_head


def _size(headers: Sequence[tuple[bytes, bytes]]) -> int:
    return sum(len(name) + len(value) for name, value in headers)


def _values(headers: Sequence[tuple[bytes, bytes]], wanted: bytes) -> list[bytes]:
    return [value.strip() for name, value in headers if name == wanted]
