"""The connections to one server. Used connections are kept for a while; a new one is made if none is free."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from openapi.gateway.connection import Connection, Outgoing
from openapi.gateway.errors import Silent, Stale, Unreachable

# Seconds. Shorter than servers keep idle connections: a connection that the server is about to close must not be used.
_KEPT_IDLE: Final = 4.0
_MAX_CONNECTIONS: Final = 1000
# Sent again on a new connection when a kept one turns out to be closed (RFC 9110 section 9.2.2).
_SAFE: Final = frozenset((b"GET", b"HEAD", b"OPTIONS", b"TRACE"))


@dataclass(frozen=True)
class Address:
    """The address of a server; `ssl_context` is None for plain HTTP. Timeouts are in seconds."""

    host: str
    port: int
    ssl_context: ssl.SSLContext | None
    connect_timeout: float
    timeout: float


class Connections:
    """The connections to one server."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._idle: deque[tuple[float, Connection]] = deque()
        self._all: set[Connection] = set()
        self._free = asyncio.Semaphore(_MAX_CONNECTIONS)

    @asynccontextmanager
    async def exchange(self, request: Outgoing) -> AsyncIterator[Connection]:
        """Send a request; inside the block the head of the answer is available and its body can be read. Raises
        UpstreamError."""
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
            raise Silent(f"all {_MAX_CONNECTIONS} connections are in use") from None

    async def _answered(self, request: Outgoing) -> Connection:
        kept = self._kept()
        if kept is not None:
            try:
                return await self._sent(kept, request)
            except Stale:
                if request.body is not None or request.method not in _SAFE:
                    raise
        return await self._sent(await self._connect(), request)

    async def _sent(self, connection: Connection, request: Outgoing) -> Connection:
        try:
            await connection.send(request)
        except BaseException:
            self._drop(connection)
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
            raise Silent(f"no connection within {to.connect_timeout:g} s") from None
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
