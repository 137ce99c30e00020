"""The mock's server: uvicorn in one process, with connections that the mock can cut."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from openapi.mock.log.log import LoggedExchange
from openapi.mock.settings import Envelope
from openapi.mock.transport.protocol import MockProtocol

# Seconds that a connection without a request stays open.
_KEEP_ALIVE = 75
# Seconds that answers in flight have to finish when the mock stops, and seconds between two checks of them.
_GRACE = 0.3
_STEP = 0.01


def run(
    app: ASGIApp,
    listener: socket.socket,
    beside: Callable[[], Awaitable[None]],
    observe: Callable[[LoggedExchange], None],
    envelope: Envelope | None,
) -> None:
    """Serve `app` on `listener`, and run `beside`, until SIGINT or SIGTERM. `observe` receives the requests that never
    reach `app`; `envelope` is the form of the answers to these."""

    async def serve() -> None:
        server = _Server(
            uvicorn.Config(
                app,
                # The type of the parameter does not allow a factory.
                http=cast(Any, partial(MockProtocol, observe=observe, envelope=envelope)),
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=_KEEP_ALIVE,
            )
        )
        task = asyncio.ensure_future(beside())
        try:
            await server.serve(sockets=[listener])
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    if sys.platform == "win32":
        asyncio.run(serve())
    else:
        import resource

        import uvloop

        # Connections beyond the limit of open files are cut.
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        uvloop.run(serve())


class _Server(uvicorn.Server):
    """uvicorn's server, except that it stops at once: uvicorn's own checks for a stop at intervals, and waits for
    clients."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on a signal. uvicorn's own method ends the process by the signal, as if it had failed."""
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError):
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, self._stop)
        yield

    async def main_loop(self) -> None:
        """Update the date of the answers, until the server is to stop."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._told.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting connections, wait `_GRACE` seconds for answers in flight, and cut the other connections."""
        for closing in (*self.servers, *(sockets or ())):
            closing.close()
        state = self.server_state
        for connection in list(state.connections):
            connection.shutdown()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _GRACE
        while (state.connections or state.tasks) and loop.time() < deadline and not self.force_exit:
            await asyncio.sleep(_STEP)
        for connection in list(state.connections):
            connection.transport.abort()
        left = list(state.tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _stop(self) -> None:
        # A second signal skips the wait for answers in flight.
        self.force_exit = self.should_exit
        self.should_exit = True
        self._told.set()


async def in_thread(work: Callable[[], None]) -> None:
    """Do slow work in a thread, so that answers do not wait for it. The end of the process does not wait either."""
    loop = asyncio.get_running_loop()
    done = asyncio.Event()

    def target() -> None:
        try:
            work()
        finally:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(done.set)

    threading.Thread(target=target, daemon=True).start()
    await done.wait()
