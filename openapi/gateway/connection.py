"""One connection to a server, with its current request and answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final, cast

from openapi.gateway.answer import UpstreamAnswer
from openapi.gateway.errors import Broken, Silent, Stale

# Bytes of a body that are buffered before reading from the network pauses.
_MAX_WAITING: Final = 64 * 1024


@dataclass(frozen=True)
class Outgoing:
    """A request: `head` is sent unchanged, and any `body` chunked or, if not `chunked`, with the length in the head."""

    method: bytes
    head: bytes
    body: AsyncIterator[bytes] | None = None
    chunked: bool = False


class Connection(asyncio.Protocol):
    """One connection and its current answer; the server can be silent for at most `timeout` seconds."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._waiter: asyncio.Future[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._sender: asyncio.Task[None] | None = None
        self._error: BaseException | None = None
        # Before the first request there is no answer to wait for.
        self._answer = UpstreamAnswer(b"")
        self._answer.complete = True
        self._sent = self._lost = self._paused = False

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self._answer.status

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """The header fields of the answer in their order, with names in lower case."""
        return self._answer.headers

    @property
    def reusable(self) -> bool:
        """Whether another request can be sent: the last request and its answer are complete."""
        passed = self._sent and self._answer.complete and self._answer.keeps
        return passed and not self._paused and not self._lost and not self._transport.is_closing()

    async def send(self, request: Outgoing) -> None:
        """Send a request and wait for `status` and `headers` of the answer. Raises Stale, Silent or Broken."""
        answer = self._answer = UpstreamAnswer(request.method)
        self._error = self._sender = None
        if self._lost:
            raise Stale("the connection was closed")
        self._transport.write(request.head)
        self._sent = request.body is None
        if request.body is not None:
            self._sender = asyncio.create_task(self._send_body(request.body, chunked=request.chunked))
            # The answer can come before the whole request is sent; until then, silence is allowed.
            while not self._sender.done() and not answer.has_head and self._error is None:
                await self._wait(None)
        while not answer.has_head:
            await self._more()

    async def parts(self) -> AsyncIterator[bytes]:
        """The parts of the body of the answer as they arrive."""
        while True:
            if self._answer.waiting:
                part = self._answer.take()
                self._read_on()
                yield part
            elif self._answer.complete:
                return
            else:
                await self._more()

    def abort(self) -> None:
        """Close the connection immediately."""
        if self._sender is not None:
            self._sender.cancel()
        self._transport.abort()

    async def _send_body(self, body: AsyncIterator[bytes], *, chunked: bool) -> None:
        try:
            async for part in body:
                self._transport.write(b"%x\r\n%b\r\n" % (len(part), part) if chunked else part)
                if not self._writable.is_set():
                    async with asyncio.timeout(self._timeout):
                        await self._writable.wait()
            if chunked:
                self._transport.write(b"0\r\n\r\n")
            self._sent = True
        except TimeoutError:
            # A server that has answered need not read the rest of the request.
            if not self._answer.has_head:
                self._fail(Silent(f"the server read nothing of the request for {self._timeout:g} s"))
        except Exception as error:  # raised again by the coroutine that waits for the answer
            self._fail(error)
        self._wake()

    async def _more(self) -> None:
        if self._error is not None:
            raise self._error
        try:
            await self._wait(self._timeout)
        except TimeoutError:
            raise Silent(f"the server sent nothing for {self._timeout:g} s") from None

    async def _wait(self, timeout: float | None) -> None:
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(timeout):
                await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _fail(self, error: BaseException) -> None:
        if self._error is None and not self._answer.complete:
            self._error = error
            self._wake()

    def _read_on(self) -> None:
        if self._paused and not self._transport.is_closing():
            self._paused = False
            self._transport.resume_reading()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport. Small writes are sent immediately: the event loop sets TCP_NODELAY."""
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """End an answer without length and chunks; any other incomplete answer fails."""
        self._lost = True
        self._writable.set()
        if exc is None and self._answer.end():
            self._wake()
        elif not self._answer.received:
            self._fail(Stale("the server closed the connection without an answer"))
        else:
            self._fail(Broken(str(exc) if exc else "the server closed the connection before the end of its answer"))

    def pause_writing(self) -> None:
        """Pause sending: the server reads more slowly than the client writes."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Continue sending."""
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        """Read a part of the answer."""
        answer = self._answer
        if answer.complete or self._error is not None:
            # Data for which there was no request.
            self._transport.abort()
            return
        try:
            answer.feed(data)
        except Broken as error:
            self._fail(error)
            self._transport.abort()
            return
        if answer.waiting > _MAX_WAITING and not self._paused:
            self._paused = True
            self._transport.pause_reading()
        if answer.has_head:
            self._wake()
