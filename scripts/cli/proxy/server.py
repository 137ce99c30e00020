"""uvicorn as the server of an application that passes requests on: in this process, until it is told to stop."""

from __future__ import annotations

import gc
import logging
import signal
import socket
from collections.abc import Callable
from typing import Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from openapi.gateway.forwarder import RAW_TARGET, BrokenOff
from scripts.cli.addresses import listening

# Seconds after the signal for what is under way to end; a stream may never do.
_STOP_TIMEOUT: Final = 5
_BACKLOG: Final = 2048


class GatewayProtocol(HttpToolsProtocol):
    """Tells the application the target of a request as it came."""

    def on_headers_complete(self) -> None:
        """All headers are there, and with them the scope."""
        self.scope["extensions"] = {RAW_TARGET: self.url}  # type: ignore[dict-item]  # of ours, beside those of ASGI
        super().on_headers_complete()


class _NotOurs(logging.Filter):
    """An answer that the server behind broke off is no fault of this program, and was told already."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.exc_info and isinstance(record.exc_info[1], BrokenOff))


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, announce: Callable[[], object]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What was loaded stays. Were it looked through by each full collection, all that is under way would wait for
        # some 25 ms every now and then.
        gc.collect()
        gc.freeze()
        self._announce()


def run_gateway(app: ASGIApp, host: str, port: int, announce: Callable[[int], object]) -> None:
    """Serve `app` until SIGINT or SIGTERM; `announce` is told the port once requests are answered.

    Refused when nothing can listen there.
    """
    with listening(host, port, "--host", "--port") as (family, address), socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
        config = uvicorn.Config(
            app,
            http=GatewayProtocol,
            ws="none",
            lifespan="on",
            access_log=False,
            log_config=None,
            # Those of the server behind are passed on.
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_STOP_TIMEOUT,
        )
        logging.getLogger("uvicorn.error").addFilter(_NotOurs())
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        # uvicorn stops by itself, and then raises the signal anew for whoever was there before.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        _Server(config, lambda: announce(listener.getsockname()[1])).run([listener])
