"""The mock's server: one process of uvicorn, whose connections can be cut."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

from openapi.mock.protocol import MockProtocol

# Seconds that a connection without a request stays open, and that answers in the making have when the mock is stopped.
_KEEP_ALIVE = 75
_GRACE = 1


def run(app: ASGIApp, listener: socket.socket, beside: Callable[[], Awaitable[None]]) -> None:
    """Serve `app` to whoever connects to `listener`, and run `beside`, until the process is told to stop."""

    async def serve() -> None:
        server = _Server(
            uvicorn.Config(
                app,
                http=MockProtocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=_KEEP_ALIVE,
                timeout_graceful_shutdown=_GRACE,
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
        import uvloop

        uvloop.run(serve())


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop when told to. uvicorn's own way ends the process by the signal, as if it had failed."""
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError):
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, self._stop)
        yield

    def _stop(self) -> None:
        # Told twice, it does not wait for answers in the making.
        self.force_exit = self.should_exit
        self.should_exit = True


async def in_thread(work: Callable[[], None]) -> None:
    """Do what takes a while beside the answers. A process that is told to stop does not wait for it."""
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
