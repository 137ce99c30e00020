"""Requests to one server over HTTP/1.1 (RFC 9112) on connections that are kept: what a gateway needs of a client."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, cast

import httptools

# Shorter than servers keep idle connections: one that is about to be closed must not be used.
_KEPT_IDLE: Final = 4.0
_MAX_CONNECTIONS: Final = 1000
# Bytes of a body that wait for whoever reads them, before no more are taken from the network.
_MAX_WAITING: Final = 64 * 1024
_MAX_HEAD: Final = 256 * 1024
# Sent again on a new connection when a kept one turns out to be closed (RFC 9110 section 9.2.2).
_SAFE: Final = frozenset((b"GET", b"HEAD", b"OPTIONS", b"TRACE"))
_BODILESS: Final = (204, 304)


class UpstreamError(Exception):
    """There is no answer, or only the beginning of one."""


class Unreachable(UpstreamError):
    """There is no connection."""


class Silent(UpstreamError):
    """Nothing came for too long."""


class Broken(UpstreamError):
    """The connection ended too early, or what came is no HTTP."""


class _Stale(Broken):
    """A connection ended before anything came."""


@dataclass(frozen=True)
class Address:
    """Where a server is; `ssl_context` is None for plain HTTP. Timeouts are in seconds."""

    host: str
    port: int
    ssl_context: ssl.SSLContext | None
    connect_timeout: float
    timeout: float


@dataclass(frozen=True)
class Outgoing:
    """A request: `head` is sent as it is, and `body`, if there is one, in chunks or as its length was told."""

    method: bytes
    head: bytes
    body: AsyncIterator[bytes] | None = None
    chunked: bool = False


class Connections:
    """The connections to one server."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._idle: deque[tuple[float, Connection]] = deque()
        self._all: set[Connection] = set()
        self._free = asyncio.Semaphore(_MAX_CONNECTIONS)

    @asynccontextmanager
    async def exchange(self, request: Outgoing) -> AsyncIterator[Connection]:
        """Send a request; in the block, the head of the answer is there, and its body can be read. UpstreamError."""
        await self._take_turn()
        try:
            connection = await self._answered(request)
            try:
                yield connection
            finally:
                self._release(connection)
        finally:
            self._free.release()

    async def aclose(self) -> None:
        """Close every connection."""
        for connection in list(self._all):
            connection.abort()

    async def _take_turn(self) -> None:
        try:
            async with asyncio.timeout(self._address.connect_timeout if self._free.locked() else None):
                await self._free.acquire()
        except TimeoutError:
            raise Silent("every connection is in use") from None

    async def _answered(self, request: Outgoing) -> Connection:
        kept = self._kept()
        if kept is not None:
            try:
                return await self._sent(kept, request)
            except _Stale:
                if request.body is not None or request.method not in _SAFE:
                    raise
        return await self._sent(await self._connect(), request)

    async def _sent(self, connection: Connection, request: Outgoing) -> Connection:
        try:
            await connection.send(request)
        except BaseException:
            self._all.discard(connection)
            connection.abort()
            raise
        return connection

    def _kept(self) -> Connection | None:
        oldest = time.monotonic() - _KEPT_IDLE
        while self._idle and self._idle[0][0] < oldest:
            self._drop(self._idle.popleft()[1])
        while self._idle:
            connection = self._idle.pop()[1]
            if connection.reusable:
                return connection
            self._drop(connection)
        return None

    async def _connect(self) -> Connection:
        to = self._address
        try:
            async with asyncio.timeout(to.connect_timeout):
                _, connection = await asyncio.get_running_loop().create_connection(
                    lambda: Connection(to.timeout), to.host, to.port, ssl=to.ssl_context
                )
        except TimeoutError:
            raise Silent("no connection in time") from None
        except OSError as error:
            raise Unreachable(str(error)) from error
        self._all.add(connection)
        return connection

    def _release(self, connection: Connection) -> None:
        if connection.reusable:
            self._idle.append((time.monotonic(), connection))
        else:
            self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        self._all.discard(connection)
        connection.abort()


class Connection(asyncio.Protocol):
    """One connection, and the answer that is under way on it; it may be silent for `timeout` seconds."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._waiter: asyncio.Future[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._sender: asyncio.Task[None] | None = None
        self._lost = False
        self._reset(b"")
        self._complete = True

    def _reset(self, method: bytes) -> None:
        self._method = method
        # The parser does not know the request: an answer to HEAD leaves it waiting for content.
        self._parser = httptools.HttpResponseParser(self)
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self._has_head = self._complete = self._keeps = self._until_end = False
        self._received = 0
        self._parts: list[bytes] = []
        self._waiting = 0
        self._error: BaseException | None = None

    @property
    def reusable(self) -> bool:
        """Whether another request can be sent."""
        sent = self._sender is None or self._sender.done()
        return self._complete and self._keeps and sent and not self._lost and not self._transport.is_closing()

    async def send(self, request: Outgoing) -> None:
        """Send a request, and wait until `status` and `headers` of the answer are there."""
        self._reset(request.method)
        if self._lost:
            raise _Stale("it was closed")
        self._transport.write(request.head)
        self._sender = None
        if request.body is not None:
            self._sender = asyncio.create_task(self._send_body(request.body, chunked=request.chunked))
            # An answer may come before the last of the request is sent; until then, silence is no fault.
            while not self._sender.done() and not self._has_head and self._error is None:
                await self._wait(None)
        while not self._has_head:
            await self._more()

    async def parts(self) -> AsyncIterator[bytes]:
        """The body of the answer as it comes."""
        while True:
            if self._parts:
                part = b"".join(self._parts)
                self._parts.clear()
                if self._waiting > _MAX_WAITING:
                    self._transport.resume_reading()
                self._waiting = 0
                yield part
            elif self._complete:
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
        except TimeoutError:
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
        if self._error is None and not self._complete:
            self._error = error
            self._wake()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open. Small writes are not held back: the event loop sets TCP_NODELAY."""
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is closed; that is the end of an answer that has no other."""
        self._lost = True
        self._writable.set()
        if self._has_head and self._until_end and exc is None:
            self.on_message_complete()
        elif not self._received:
            self._fail(_Stale("it closed the connection without an answer"))
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
        if self._complete or self._error is not None:
            # Nobody asked for this.
            self._transport.abort()
            return
        if not self._has_head:
            self._received += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._fail(Broken(f"no HTTP: {error}"))
            self._transport.abort()
        if not self._has_head and self._received > _MAX_HEAD:
            self._fail(Broken(f"a head of more than {_MAX_HEAD} bytes"))
            self._transport.abort()

    def on_message_begin(self) -> None:
        """A head begins: that of the answer, after any that were interim (RFC 9110 section 15.2)."""
        if not self._has_head:
            self.headers = []

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field; trailers come after the head, and are left out."""
        if not self._has_head:
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """The head is there."""
        if self._has_head:
            # Another answer, which nobody asked for.
            self._keeps = False
            return
        self.status = self._parser.get_status_code()
        if self.status < 200:
            return
        codings = _values(self.headers, b"transfer-encoding")
        if codings and [coding.lower() for coding in codings] != [b"chunked"]:
            self._fail(Broken("a transfer coding other than chunked"))
            return
        self._has_head = True
        self._keeps = self._parser.should_keep_alive()
        self._until_end = not codings and not _values(self.headers, b"content-length")
        if self._method == b"HEAD" or self.status in _BODILESS:
            self.on_message_complete()
        self._wake()

    def on_body(self, body: bytes) -> None:
        """A part of the content."""
        if self._complete:
            self._keeps = False
            return
        self._parts.append(body)
        before, self._waiting = self._waiting, self._waiting + len(body)
        if before <= _MAX_WAITING < self._waiting:
            self._transport.pause_reading()
        self._wake()

    def on_message_complete(self) -> None:
        """The last of the answer is there."""
        if self._has_head:
            self._complete = True
            self._wake()


def _values(headers: Sequence[tuple[bytes, bytes]], wanted: bytes) -> list[bytes]:
    return [value.strip() for name, value in headers if name == wanted]
