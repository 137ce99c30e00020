"""uvicorn's protocol with the rules for the head of a request, for the servers of a gateway and of the mock."""

from __future__ import annotations

from typing import Final

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from openapi.gateway.raw_target import RAW_TARGET
from openapi.http.heads import (
    HEADERS_TOO_LARGE,
    MAX_HEADERS,
    MAX_TARGET,
    TARGET_TOO_LONG,
    HeadFault,
    authority_of,
    headers_fault,
    malformed,
    request_line_fault,
)

# Seconds that a refused client has to read the answer.
_LINGER: Final = 2.0
_PHRASES: Final = {400: b"Bad Request", 414: b"URI Too Long", 431: b"Request Header Fields Too Large"}
_NOT_HTTP: Final = malformed("This is not a valid HTTP/1.1 request.")


class BoundedProtocol(HttpToolsProtocol):
    """Calls `refuse` for a head that is too large or that RFC 9112 section 3 does not allow, and stops parsing.

    The authority of a target in absolute form takes the place of the Host header (RFC 9112 section 3.2.2).
    """

    # The bytes of the current headers.
    _parsed = 0

    def refuse(self, fault: HeadFault) -> None:
        """Answer the current request with `fault`, and end the connection after the answer."""
        raise NotImplementedError

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._parsed = 0

    def on_url(self, url: bytes) -> None:
        """A part of the target has arrived."""
        super().on_url(url)
        if len(self.url) > MAX_TARGET:
            self._stop(TARGET_TOO_LONG)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header has arrived."""
        self._parsed += len(name) + len(value)
        if self._parsed > MAX_HEADERS:
            self._stop(HEADERS_TOO_LARGE)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """All headers have arrived: call the application."""
        version = self.parser.get_http_version()
        fault = request_line_fault(version, self.url) or headers_fault(version, self.headers)
        if fault is not None:
            self._stop(fault)
        if authority := authority_of(self.url):
            self.headers[:] = [(b"host", authority), *(field for field in self.headers if field[0] != b"host")]
        super().on_headers_complete()

    def _stop(self, fault: HeadFault) -> None:
        self.refuse(fault)
        # The parser stops at an exception of a callback.
        raise ValueError(fault.sentence)


class GatewayProtocol(BoundedProtocol):
    """The protocol of a gateway: passes the target of a request to the application as it was received, and refuses in
    the envelope."""

    _fault: HeadFault | None = None
    _in_body = False
    # The number of requests that are not answered yet.
    _open = 0

    def refuse(self, fault: HeadFault) -> None:
        """Keep the reason; uvicorn calls `send_400_response` when the parser has stopped."""
        self._fault = fault

    def on_headers_complete(self) -> None:
        """Add the target to the scope, which is complete with the headers."""
        self.scope["extensions"] = {RAW_TARGET: self.url}  # type: ignore[dict-item]  # not an extension that ASGI lists
        super().on_headers_complete()
        self._in_body = True
        self._open += 1

    def on_message_complete(self) -> None:
        """The whole request has arrived."""
        self._in_body = False
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Parse received data, unless the connection is about to end."""
        if self._fault is None:
            super().data_received(data)

    def send_400_response(self, msg: str) -> None:
        """Refuse the current request after the answers to earlier ones."""
        if self._fault is None:
            self._fault = _NOT_HTTP
        if self._in_body or not self._open:
            self._end(self._fault)

    def on_response_complete(self) -> None:
        """An answer is sent: continue with the next request, or end with the pending refusal."""
        self._open -= 1
        super().on_response_complete()
        if self._fault is not None and not self._open:
            self._end(self._fault)

    def _end(self, fault: HeadFault) -> None:
        if self.transport.is_closing():
            return
        # An answer in progress is cut: another one would be read as a part of it, or as the answer to another request.
        if not self._in_body or (self._open == 1 and not self.cycle.response_started):
            self.transport.write(_answer(fault))
        # Closing a connection with unread data may destroy the answer before the client reads it (RFC 9112 section
        # 9.6).
        self.transport.write_eof()
        self.flow.resume_reading()
        self.loop.call_later(_LINGER, self.transport.close)


def _answer(fault: HeadFault) -> bytes:
    body = orjson.dumps({"success": False, "error": fault.sentence, "code": fault.code})
    head = b"HTTP/1.1 %d %b\r\ncontent-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
    return head % (fault.status, _PHRASES[fault.status], len(body)) + body
