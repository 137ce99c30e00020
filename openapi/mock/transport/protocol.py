"""HTTP for the mock: uvicorn's protocol with limits, answers to malformed requests, and connections that can be cut."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sized
from contextlib import suppress
from typing import Any, Final, Literal, TypeAlias, cast

import httptools
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from openapi.gateway.protocol import BoundedProtocol
from openapi.http.heads import HEADERS_TOO_LARGE, HeadFault
from openapi.mock.log.log import LoggedExchange
from openapi.mock.settings import Envelope
from openapi.mock.transport.connection import CONNECTION, ClientConnection, connection_of
from openapi.mock.transport.malformed import Unreadable, malformed

# Seconds in which all headers of a request must arrive, and then its body.
HEADER_TIMEOUT: Final = 10.0
BODY_TIMEOUT: Final = 30.0

# Bytes that are parsed before the next check whether requests wait for their turn.
_PARSED_AT_ONCE: Final = 4096
# One read may have the end of one request and the beginning of the next; uvloop reads up to 256 KiB at once.
_MOST_RECEIVED: Final = 512 * 1024
# Seconds that a refused client has to read the answer.
_LINGER: Final = 2.0

_Part: TypeAlias = Literal["headers", "body"]


class MockProtocol(BoundedProtocol):
    """uvicorn's protocol with limits, and with answers to malformed requests.

    Each refusal ends the connection (RFC 9112 section 9.6), because the beginning of the next request is unknown.
    `observe` is called with requests that never reach the application; `envelope` as in `MockSettings`.
    """

    def __init__(
        self,
        *args: Any,
        observe: Callable[[LoggedExchange], None] = lambda exchange: None,
        envelope: Envelope | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._envelope = envelope
        self._observe = observe
        self._application = cast(ASGIApp, self.app)
        self.app = cast(Any, self._serve)
        # The part of a request that is incomplete.
        self._part: _Part | None = None
        # An upper limit of the received bytes of the current headers.
        self._received = 0
        self._timer: asyncio.TimerHandle | None = None
        # The last bytes to send, once the connection is to end.
        self._last: bytes | None = None
        # The requests that are not answered yet, in their order.
        self._unanswered: deque[RequestResponseCycle] = deque()
        # Received bytes that are not parsed, because earlier requests wait for their turn.
        self._unread = bytearray()
        # The client, or the server at its stop, only waits for the answers to the received requests.
        self._left = False

    def connection_made(self, transport: Any) -> None:
        """A client has connected: wait for its headers."""
        super().connection_made(transport)
        self.flow = _Flow(transport, self.pipeline)
        self._wait(HEADER_TIMEOUT)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed: stop the unanswered requests."""
        self._wait(None)
        for cycle in self._unanswered:
            cycle.disconnected = True
            cycle.message_event.set()
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio's says that it stays open (BaseProtocol)
        """The client has closed its sending side. It gets the answers to its requests; whether it still reads is
        unknown (RFC 9293 section 3.6)."""
        if self._last is not None or (self._part is None and not self._unanswered):
            return False
        if self._part is not None:
            self._refuse(
                Unreadable(
                    400, "REQUEST_INCOMPLETE", f"The connection ended before the {self._part} of the request did."
                )
            )
        else:
            self._leave()
        return True

    def shutdown(self) -> None:
        """The server stops: finish the answers in progress, and wait for nothing else."""
        super().shutdown()
        if self._unanswered:
            self._leave()

    def data_received(self, data: bytes) -> None:
        """Parse received data, and refuse malformed requests."""
        if self._last is not None:
            return
        if self._timer is None:
            self._wait(HEADER_TIMEOUT)
        self._unread += data
        self._read()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._unset_keepalive_if_required()
        self._part = "headers"
        self._received = 0
        if self._timer is None:
            self._wait(HEADER_TIMEOUT)
        cast(Any, self.scope)["extensions"] = {CONNECTION: ClientConnection(self.transport)}

    def refuse(self, fault: HeadFault) -> None:
        """Refuse the head of the current request."""
        self._refuse(Unreadable(*fault))

    def on_headers_complete(self) -> None:
        """All headers have arrived: call the application."""
        super().on_headers_complete()
        self._unanswered.append(self.cycle)
        self._part = "body"
        self._wait(BODY_TIMEOUT)

    def on_message_complete(self) -> None:
        """The whole request has arrived."""
        self._part = None
        self._wait(None)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """An answer is sent: continue with the next request, a pending refusal, or the end."""
        self._unanswered.popleft()
        super().on_response_complete()
        if self._last is None:
            self._read()
        elif not self._unanswered:
            self._end(self._last)
        if self._left and not self._unanswered:
            self.transport.close()

    def _read(self) -> None:
        """Parse received data until a request has to wait for its turn, because many small requests fit into little
        data and each takes memory."""
        while self._unread and not self.pipeline and self._last is None and not self.transport.is_closing():
            data = bytes(self._unread[:_PARSED_AT_ONCE])
            del self._unread[:_PARSED_AT_ONCE]
            try:
                self._feed(data)
            except httptools.HttpParserError as error:
                self._refuse(malformed(error, data, in_body=self._part == "body"))
                return
            if self._part == "headers":
                self._received += len(data)
                if self._received > _MOST_RECEIVED:
                    self.refuse(HEADERS_TOO_LARGE)

    def _feed(self, data: bytes) -> None:
        """Parse data; an Upgrade is ignored (RFC 9110 section 7.8)."""
        while True:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                data = data[upgrade.args[0] :]
                self.parser = httptools.HttpRequestParser(self)
                if data:
                    continue
            return

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the application. After the whole request, its `receive` waits until the client leaves or the server
        stops."""
        cycle = cast(RequestResponseCycle, getattr(receive, "__self__"))  # noqa: B009 - no type says that it has one
        whole = False

        async def receive_or_leave() -> Message:
            nonlocal whole
            while not (whole and self._left):
                message = await receive()
                if whole and message["type"] == "http.request":
                    # No data: this only wakes `receive`, to check `_left`.
                    continue
                whole = not message.get("more_body", False)
                return message
            return {"type": "http.disconnect"}

        with suppress(asyncio.CancelledError):
            await self._application(scope, receive_or_leave, send)
        if not cycle.response_complete:
            # A fault, or the end of the process, cut the answer.
            cycle.disconnected = True
            self.transport.close()

    def _leave(self) -> None:
        self._left = True
        for cycle in self._unanswered:
            cycle.message_event.set()

    def _wait(self, seconds: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if seconds is None else self.loop.call_later(seconds, self._out_of_time)

    def _out_of_time(self) -> None:
        self._timer = None
        if len(self._unanswered) > (self._part == "body"):
            # While an earlier request is being answered, nothing is read.
            self._wait(HEADER_TIMEOUT)
        elif self._part is None:
            self.transport.close()
        else:
            sentence = f"The {self._part} of the request did not arrive in time."
            self._refuse(Unreadable(408, "REQUEST_TIMEOUT", sentence))

    def _refuse(self, refusal: Unreadable) -> None:
        """Refuse the current request after the answers to earlier ones; only the first refusal counts."""
        if self._last is not None:
            return
        self._last = refusal.answer(self._envelope)
        self._wait(None)
        if self._part != "body":
            self._observe(self._unserved(refusal))
        elif self.cycle.response_started:
            # The request already has an answer; another would be taken for the answer to the next request.
            self._last = b""
        else:
            cast(ClientConnection, connection_of(cast(Any, self.cycle.scope))).refusal = refusal
            self._unanswered.pop()
            self.cycle.disconnected = self.cycle.response_complete = True
            self.cycle.message_event.set()
        if not self._unanswered:
            self._end(self._last)

    def _unserved(self, refusal: Unreadable) -> LoggedExchange:
        known = self._part == "headers" and bool(self.url)
        method, target = (self.parser.get_method(), self.url) if known else (b"-", b"-")
        return LoggedExchange(
            method.decode("latin-1"),
            target.decode("latin-1"),
            time.time(),
            status=refusal.status,
            reason=refusal.sentence,
        )

    def _end(self, last: bytes) -> None:
        """Send the last bytes, and continue to read for a while: closing a connection with unread data may destroy the
        answer before the client reads it (RFC 9112 section 9.6)."""
        if self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        self.transport.write(last)
        self.transport.write_eof()
        self.flow.resume_reading()
        self._timer = self.loop.call_later(_LINGER, self.transport.close)


class _Flow(FlowControl):
    """Stops reading while requests are `waiting` for their turn, so that a client that reads no answers cannot send
    without limit."""

    def __init__(self, transport: asyncio.Transport, waiting: Sized) -> None:
        super().__init__(transport)
        self._waiting = waiting

    def resume_reading(self) -> None:
        if not self._waiting:
            super().resume_reading()
