"""One connection to a server, and the request and the answer that are under way on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final, cast

from openapi.gateway.answer import UpstreamAnswer
from openapi.gateway.errors import Broken, Silent, Stale

# Bytes of a body that wait for whoever reads them, before no more are taken from the network.
_MAX_WAITING: Final = 64 * 1024


@dataclass(frozen=True)
class Outgoing:
    """A request: `head` is sent as it is, and `body`, if there is one, in chunks or as its length was told."""

    method: bytes
    head: bytes
    body: AsyncIterator[bytes] | None = None
    chunked: bool = False


class Connection(asyncio.Protocol):
    """One connection, and the answer that is under way on it; it may be silent for `timeout` seconds."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._waiter: asyncio.Future[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._sender: asyncio.Task[None] | None = None
        self._error: BaseException | None = None
        # Before it is asked anything, nothing is under way.
        self._answer = UpstreamAnswer(b"")
        self._answer.complete = True
        self._sent = self._lost = self._paused = False

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self._answer.status

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """The fields of the answer in their order, with names in lower case."""
        return self._answer.headers

    @property
    def reusable(self) -> bool:
        """Whether another request can be sent: the last one, whole, and its answer have passed."""
        passed = self._sent and self._answer.complete and self._answer.keeps
        return passed and not self._paused and not self._lost and not self._transport.is_closing()

    async def send(self, request: Outgoing) -> None:
        """Send a request, and wait until `status` and `headers` of the answer are there."""
        answer = self._answer = UpstreamAnswer(request.method)
        self._error = self._sender = None
        if self._lost:
            raise Stale("it was closed")
        self._transport.write(request.head)
        self._sent = request.body is None
        if request.body is not None:
            self._sender = asyncio.create_task(self._send_body(request.body, chunked=request.chunked))
            # An answer may come before the last of the request is sent; until then, silence is no fault.
            while not self._sender.done() and not answer.has_head and self._error is None:
                await self._wait(None)
        while not answer.has_head:
            await self._more()

    async def parts(self) -> AsyncIterator[bytes]:
        """The body of the answer as it comes."""
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
        """End it, whatever is under way."""
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
            # Who has answered already need not read the rest.
            if not self._answer.has_head:
                self._fail(Silent("it takes no more of the request"))
        except Exception as error:  # it is raised where the answer is waited for
            self._fail(error)
        self._wake()

    async def _more(self) -> None:
        if self._error is not None:
            raise self._error
        try:
            await self._wait(self._timeout)
        except TimeoutError:
            raise Silent(f"nothing for {self._timeout:g} s") from None

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
        """It is open. Small writes are not held back: the event loop sets TCP_NODELAY."""
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is closed; that is the end of an answer that has no other."""
        self._lost = True
        self._writable.set()
        if exc is None and self._answer.end():
            self._wake()
        elif not self._answer.received:
            self._fail(Stale("it closed the connection without an answer"))
        else:
            self._fail(Broken(str(exc) if exc else "it closed the connection too early"))

    def pause_writing(self) -> None:
        """The server reads more slowly than the client writes."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """It has caught up."""
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        """Something of the answer."""
        answer = self._answer
        if answer.complete or self._error is not None:
            # Nobody asked for this.
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
