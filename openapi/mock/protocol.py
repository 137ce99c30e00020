"""HTTP for the mock: uvicorn's protocol, which answers also what is no HTTP, and lets a connection be cut."""

from __future__ import annotations

import os
import socket
import struct
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final, cast

import httptools
import orjson
from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

# Bytes that the first line and the headers of a request may take, and the target by itself.
MAX_HEADERS: Final = 64 * 1024
MAX_TARGET: Final = 32 * 1024
# Seconds for all headers of a request to arrive, and then for its body.
HEADER_TIMEOUT: Final = 10.0
BODY_TIMEOUT: Final = 30.0

# A reading may have the end of one request and the beginning of the next; uvloop reads up to 256 KiB at once.
_MOST_RECEIVED: Final = 512 * 1024
# Seconds that a client who was refused has to read why.
_LINGER: Final = 2.0
_HEADERS_TOO_LARGE: Final = (
    431,
    "HEADERS_TOO_LARGE",
    f"The headers must not take more than {MAX_HEADERS // 1024} KiB.",
)
_CONNECTION: Final = "tether_relay.connection"


class Connection:
    """What of a client's connection an application may touch, to fail as networks do."""

    def __init__(self, protocol: MockProtocol) -> None:
        self._protocol = protocol

    def reset(self) -> None:
        """End it with a RST, as when the other side is not there any more (RFC 9293 section 3.10.7)."""
        transport = self._protocol.transport
        with suppress(OSError), socket.socket(fileno=_duplicate(transport.get_extra_info("socket"))) as shared:
            # Closed with a linger of zero, what is not sent is thrown away, and the other side told so (socket(7)).
            shared.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()

    def close(self) -> None:
        """End it when what was sent is out, be the answer whole or not."""
        self._protocol.transport.close()


def connection_of(scope: Scope) -> Connection | None:
    """The connection that a request came by; None where the application is not served by `MockProtocol`."""
    found: Connection | None = scope.get("extensions", {}).get(_CONNECTION)
    return found


class MockProtocol(HttpToolsProtocol):
    """uvicorn's protocol with limits, and with an answer for whatever cannot be read.

    Each refusal ends the connection (RFC 9112 section 9.6): where the next request begins is not known any more.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._in_headers = True
        # Of the headers at hand: bytes that were parsed, and at least so many as came.
        self._parsed = 0
        self._received = 0
        self._timer: Any = None
        self._refusal: bytes | None = None

    def connection_made(self, transport: Any) -> None:
        """A client is there: its headers are waited for."""
        super().connection_made(transport)
        self._wait(HEADER_TIMEOUT)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._wait(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; what cannot be read is refused."""
        if self._refusal is not None:
            return
        self._unset_keepalive_if_required()
        if self._in_headers and self._timer is None:
            self._wait(HEADER_TIMEOUT)
        try:
            self._feed(data)
        except httptools.HttpParserError as error:
            self._refuse(400, "HTTP_MALFORMED", f"This is no HTTP request: {_reason(error)}.")
            return
        if self._in_headers:
            self._received += len(data)
            if self._received > _MOST_RECEIVED:
                self._refuse(*_HEADERS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._parsed = self._received = 0
        cast(Any, self.scope)["extensions"] = {_CONNECTION: Connection(self)}

    def on_url(self, url: bytes) -> None:
        """A part of the target."""
        super().on_url(url)
        if len(self.url) > MAX_TARGET:
            self._refuse(414, "TARGET_TOO_LONG", f"The target must not be longer than {MAX_TARGET // 1024} KiB.")
            raise ValueError

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""
        self._parsed += len(name) + len(value)
        if self._parsed > MAX_HEADERS:
            self._refuse(*_HEADERS_TOO_LARGE)
            raise ValueError
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """All headers are there: the application is called."""
        super().on_headers_complete()
        self._in_headers = False
        self._wait(BODY_TIMEOUT)

    def on_message_complete(self) -> None:
        """The whole request is there."""
        self._in_headers = True
        self._received = 0
        self._wait(None)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """An answer is out: a refusal that had to wait for it follows."""
        super().on_response_complete()
        if self._refusal is not None and not self._answering():
            self._send_refusal(self._refusal)

    def _feed(self, data: bytes) -> None:
        """Parse; a wish to speak another protocol is passed over (RFC 9110 section 7.8), the next request read."""
        while True:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                data = data[upgrade.args[0] :]
                self.parser = httptools.HttpRequestParser(self)
                if data:
                    continue
            return

    def _wait(self, seconds: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if seconds is None else self.loop.call_later(seconds, self._out_of_time)

    def _out_of_time(self) -> None:
        self._timer = None
        sentence = f"The {'headers' if self._in_headers else 'body'} of the request did not arrive in time."
        if self._in_headers and self._received:
            self._refuse(408, "REQUEST_TIMEOUT", sentence)
        elif self._in_headers or self.cycle.response_started:
            # Nothing was asked, or it is answered already.
            self.transport.close()
        else:
            # The request whose body does not come is the one that is being answered.
            self.cycle.disconnected = self.cycle.response_complete = True
            self.cycle.message_event.set()
            self._refuse(408, "REQUEST_TIMEOUT", sentence)

    def _refuse(self, status: int, code: str, sentence: str) -> None:
        """Refuse once what is being answered is answered; only the first refusal counts."""
        if self._refusal is not None:
            return
        body = orjson.dumps({"success": False, "error": sentence, "code": code})
        self._refusal = (
            b"HTTP/1.1 %d %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n"
            b"access-control-allow-origin: *\r\nx-mock-reason: %s\r\n\r\n%s"
        ) % (status, HTTPStatus(status).phrase.encode(), len(body), sentence.encode("ascii", "replace"), body)
        self._wait(None)
        if not self._answering():
            self._send_refusal(self._refusal)

    def _answering(self) -> bool:
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is not None and not cycle.response_complete

    def _send_refusal(self, refusal: bytes) -> None:
        """Send it, and read on for a while: where a connection is closed with something unread, the client may lose
        what it has not read itself (RFC 9112 section 9.6)."""
        if self.transport.is_closing():
            return
        self.transport.write(refusal)
        self.transport.write_eof()
        self.flow.resume_reading()
        self._timer = self.loop.call_later(_LINGER, self.transport.close)


def _reason(error: Exception) -> str:
    # The parser tells of an error of a callback by its class alone.
    inner = error.__context__
    if isinstance(inner, UnicodeError):
        return "its target has bytes that are not ASCII"
    if inner is not None and isinstance(inner, httptools.HttpParserInvalidURLError):
        return "its target cannot be read"
    text = str(error).strip().rstrip(".") or "it cannot be read"
    return text[0].lower() + text[1:]


def _duplicate(connection: Any) -> int:

    return os.dup(connection.fileno())
