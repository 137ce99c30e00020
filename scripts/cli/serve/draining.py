"""How a worker stops without losing a request.

On SIGTERM, granian closes idle connections at once, although the next request may be on its way. So granian gets the
signal a moment later. Until then, each answer has `Connection: close` (RFC 9112, section 9.6), and at the end of this
time the worker accepts no new connections.
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

# Seconds from SIGTERM until granian stops, and the last of these seconds, in which no new connection is accepted.
PARTING: Final = 0.3
SHUT: Final = 0.1
# Seconds from the start until signals are unblocked: the loop, which granian stops for a moment, runs again by then.
RESUME: Final = 0.01

_CLOSE: Final = (b"connection", b"close")

# Options of linux/in.h and linux/in6.h that Python's socket module lacks: the minimum TTL of received packets
# (RFC 5082), here the highest TTL. Only protocols between routers send packets with it.
_LEAST_TTL: Final = {socket.AF_INET: (socket.IPPROTO_IP, 21), socket.AF_INET6: (socket.IPPROTO_IPV6, 73)}
_HIGHEST_TTL: Final = 255


class Draining:
    """An application whose worker continues for `PARTING` seconds after SIGTERM, before granian stops it."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._port = port
        self._parting = False

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Call the application; after SIGTERM, its answers have `Connection: close`."""
        if scope["type"] == "lifespan" and os.name == "posix":
            # Replaces granian's handler for SIGTERM. Its handler for SIGINT, which does the same, stays.
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
    """Refuse new connections on `port`, but accept those that wait already.

    Closing the listening socket would reset these. A new client gets no reply, tries again a second later (RFC 6298,
    section 2.1), and reaches another worker, or a closed port. A minimum TTL on the socket needs no privilege, and
    Linux checks it when a connection begins, but not when it is completed (ip(7), IP_MINTTL).
    """
    if sys.platform == "linux":
        with suppress(OSError), closing(listener(port)) as found:
            found.setsockopt(*_LEAST_TTL[found.family], _HIGHEST_TTL)


def listener(port: int) -> socket.socket:
    """A duplicate of the socket on which this process listens on `port`, because granian does not expose its own.

    OSError if there is none. Only on Linux.
    """
    # The socket was opened before any connection, so it is among the first.
    for descriptor in sorted(map(int, os.listdir("/proc/self/fd"))):
        with suppress(OSError):
            # It fails if the file is not a socket.
            found = socket.socket(fileno=descriptor)
            try:
                if found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) and found.getsockname()[1] == port:
                    # Not `found.dup()`, which would make granian's socket a blocking one.
                    return socket.socket(fileno=os.dup(descriptor))
            finally:
                found.detach()
    raise OSError(f"this process does not listen on port {port}")


def _holding_signals(loop: asyncio.AbstractEventLoop, send: Send) -> Send:
    """`send` of a lifespan. granian stops the loop for a moment after the startup, and uvloop loses signals that arrive
    meanwhile: this blocks them until the loop runs again."""

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
