"""What is seen of each request from outside, told to whoever keeps logs and figures, under an id of its own."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)

# Short and plain enough to stand in any log.
_PLAIN_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
# Answers that are told of at once, at most.
_MOST: Final = 256
_KEY: Final = "tether_relay.exchange"


@dataclass(slots=True)
class Exchange:
    """One request and its answer.

    `operation` is an operationId, or the path of an endpoint of the server's own; None for a path that there is not.
    `status` stays None when the client left before it was answered. `code` is that of the error envelope. `seconds`
    last until the answer was handed to the server, and `ended` is when that was, in seconds since 1970. `caller` is
    whoever was authenticated.
    """

    method: str
    request_id: str
    operation: str | None = None
    status: int | None = None
    code: str | None = None
    seconds: float = 0.0
    ended: float = 0.0
    caller: object | None = None


Observer: TypeAlias = Callable[[Exchange], None]


def exchange_of(scope: Scope) -> Exchange:
    """The record of the request that a scope belongs to; one that nobody looks at where no `Observation` stands."""
    exchange = cast("Exchange | None", scope.get(_KEY))
    return Exchange(scope["method"], "") if exchange is None else exchange


class Observation:
    """Stands before the application, and tells each of `observers` about every answer.

    Whoever answers notes the status in the `Exchange`, and sends its id in `X-Request-ID`: a `send` of its own would
    cost more than all the rest. The id that a client sends is taken when it is 1 to 64 letters, digits, `.`, `_` or
    `-`; otherwise one is made.

    Observers are told of several answers at once, `within` so many seconds of the first of them, because one after the
    other that takes a third of the time; 0 is at once.
    """

    def __init__(self, app: ASGIApp, observers: Sequence[Observer] = (), *, within: float = 0.0) -> None:
        self._app = app
        self._observers = tuple(observers)
        self._within = within
        self._untold: list[Exchange] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and tell of it once it is answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, self._telling(send))
            return
        started = time.perf_counter()
        exchange = scope[_KEY] = Exchange(scope["method"], _request_id(scope))
        try:
            await self._app(scope, receive, send)
        finally:
            exchange.seconds = time.perf_counter() - started
            exchange.ended = time.time()
            self._untold.append(exchange)
            if not self._within or len(self._untold) >= _MOST:
                self._tell()
            elif len(self._untold) == 1:
                asyncio.get_running_loop().call_later(self._within, self._tell)

    def _telling(self, send: Send) -> Send:
        """`send` of a lifespan, before whose end everything is told."""

        async def send_when_told(message: Message) -> None:
            if message["type"].startswith("lifespan.shutdown."):
                self._tell()
            await send(message)

        return send_when_told

    def _tell(self) -> None:
        untold, self._untold = self._untold, []
        for observe in self._observers:
            try:
                for exchange in untold:
                    observe(exchange)
            except Exception:
                # Who watches must not stand in the way of who answers.
                logger.exception("an observer failed")


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _PLAIN_ID.fullmatch(value):
            return cast(str, value.decode())
    return f"{_IDS.process}{next(_IDS.numbers) & 0xFFFFFFFF:08x}"


class _Ids:
    """What ids are made of: at random for each process, and counted within it."""

    def __init__(self) -> None:
        self.process = ""
        self.numbers = itertools.count()
        self.renew()
        # A worker that is forked off must not go on with the ids of its parent.
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.renew)

    def renew(self) -> None:
        self.process = os.urandom(4).hex()
        self.numbers = itertools.count(int.from_bytes(os.urandom(4)))


_IDS: Final = _Ids()
