"""How a worker that is told to stop parts from its clients, so that no request is lost.

granian, told to stop, closes at once what seems idle: connections whose next request is on its way, and new ones whose
first request is. So it is told a moment later. Until then each answer says that the connection ends with it (RFC 9112,
section 9.6), and towards the end nobody new comes in.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Awaitable
from contextlib import closing, suppress
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Seconds between SIGTERM and the end of what is idle, and how many of them, the last ones, nobody new comes in.
PARTING: Final = 0.3
SHUT: Final = 0.1
# Seconds within which the loop has been stopped after a start; it goes on when it may.
RESUME: Final = 0.01

_CLOSE: Final = (b"connection", b"close")

# linux/in.h and linux/in6.h, which Python's socket module does not name: the least TTL that a packet must have to be
# received (RFC 5082), here the highest there is. Nobody sends that, but for protocols between routers.
_LEAST_TTL: Final = {socket.AF_INET: (socket.IPPROTO_IP, 21), socket.AF_INET6: (socket.IPPROTO_IPV6, 73)}
_HIGHEST_TTL: Final = 255


class Draining:
    """An application whose worker, told to stop by SIGTERM, goes on for `PARTING` seconds before granian stops it."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._port = port
        self._parting = False

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """What the application answers; once the worker is to stop, with `Connection: close`."""
        if scope["type"] == "lifespan" and os.name == "posix":
            # granian's own handlers are set already. That for SIGINT, which does the same, stays.
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGTERM, self._part, loop)
            return self._app(scope, receive, _holding_signals(loop, send))
        return self._app(scope, receive, _closing(send) if self._parting else send)

    def _part(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._parting:
            self._parting = True
            loop.call_later(PARTING - SHUT, shut, self._port)
            loop.call_later(PARTING, signal.raise_signal, signal.SIGINT)


def shut(port: int) -> None:
    """Let nobody new in on `port`, while connections that are there already are still accepted.

    Closing the listening socket would reset them. Who comes now gets no reply, tries again a second later (RFC 6298,
    section 2.1), and finds another worker, or a closed port. Of all that the socket could be told, a least TTL needs no
    privilege, and Linux asks for it when a connection begins, no more when it is completed (ip(7), IP_MINTTL).
    """
    if sys.platform == "linux":
        with suppress(OSError), closing(listener(port)) as found:
            found.setsockopt(*_LEAST_TTL[found.family], _HIGHEST_TTL)


def listener(port: int) -> socket.socket:
    """A duplicate of the socket with which this process listens on `port`: granian does not hand out its own.

    OSError when there is none. On Linux alone.
    """
    # Made before any connection, so among the first.
    for descriptor in sorted(map(int, os.listdir("/proc/self/fd"))):
        with suppress(OSError):
            # It fails for what is no socket.
            found = socket.socket(fileno=descriptor)
            try:
                if found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) and found.getsockname()[1] == port:
                    # Not `found.dup()`, which would make granian's socket a blocking one.
                    return socket.socket(fileno=os.dup(descriptor))
            finally:
                found.detach()
    raise OSError(f"this process does not listen on port {port}")


def _holding_signals(loop: asyncio.AbstractEventLoop, send: Send) -> Send:
    """`send` of a lifespan. granian stops the loop for a moment once it has begun, and uvloop forgets signals that come
    while it stands still: they are held back until it runs again."""

    async def send_holding(message: Message) -> None:
        if message["type"] == "lifespan.startup.complete":
            stop = {signal.SIGINT, signal.SIGTERM}
            signal.pthread_sigmask(signal.SIG_BLOCK, stop)
            loop.call_later(RESUME, signal.pthread_sigmask, signal.SIG_UNBLOCK, stop)
        await send(message)

    return send_holding


def _closing(send: Send) -> Send:
    async def send_closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), _CLOSE]}
        await send(message)

    return send_closing
