"""uvicorn as the server of a gateway, in this process, until a signal stops it."""

from __future__ import annotations

import gc
import logging
import signal
import socket
from collections.abc import Callable
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from openapi.gateway.forwarder import BrokenOff
from openapi.gateway.protocol import GatewayProtocol
from scripts.cli.addresses import listening

# Seconds after the signal for requests in flight to finish; a stream may never end.
_STOP_TIMEOUT: Final = 5
_BACKLOG: Final = 2048


class _NotBrokenOff(logging.Filter):
    """Drops the tracebacks for answers that the upstream broke off: the gateway has logged these."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.exc_info and isinstance(record.exc_info[1], BrokenOff))


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, announce: Callable[[], object]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # Loaded modules stay. Without the freeze, each full collection would examine them, and delay all requests in
        # flight by some 25 ms.
        gc.collect()
        gc.freeze()
        self._announce()


def run_gateway(app: ASGIApp, host: str, port: int, announce: Callable[[int], object]) -> None:
    """Serve `app` until SIGINT or SIGTERM; call `announce` with the port when the server is ready.

    Refused if the server cannot listen on `host` and `port`.
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
            # The headers of the upstream are forwarded.
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_STOP_TIMEOUT,
        )
        logging.getLogger("uvicorn.error").addFilter(_NotBrokenOff())
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        # uvicorn stops on the signal, and then raises it again for the previous handler.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        _Server(config, lambda: announce(listener.getsockname()[1])).run([listener])
