"""What is seen of each request from outside, told to whoever keeps logs and figures, under an id of its own."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Short and plain enough to stand in any log.
_PLAIN_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_KEY: Final = "tether_relay.exchange"


@dataclass(slots=True)
class Exchange:
    """One request and its answer.

    `operation` is an operationId, or the path of an endpoint of the server's own; None for a path that there is not.
    `status` stays None when the client left before it was answered. `code` is that of the error envelope. `seconds`
    last until the answer was handed to the server. `caller` is whoever was authenticated.
    """

    method: str
    request_id: str
    operation: str | None = None
    status: int | None = None
    code: str | None = None
    seconds: float = 0.0
    caller: object | None = None


Observer: TypeAlias = Callable[[Exchange], None]


def exchange_of(scope: Scope) -> Exchange:
    """The record of the request that a scope belongs to; one that nobody looks at where no `Observation` stands."""
    exchange = cast("Exchange | None", scope.get(_KEY))
    return Exchange(scope["method"], "") if exchange is None else exchange


class Observation:
    """Stands before the application, tells each of `observers` about every answer, and names it in `X-Request-ID`.

    The id that a client sends is taken when it is 1 to 64 letters, digits, `.`, `_` or `-`; otherwise one is made.
    """

    def __init__(self, app: ASGIApp, observers: Sequence[Observer] = ()) -> None:
        self._app = app
        self._observers = tuple(observers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and tell of it once it is answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = _request_id(scope)
        exchange = scope[_KEY] = Exchange(scope["method"], request_id.decode())

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                message["headers"].append((b"x-request-id", request_id))
            await send(message)

        try:
            await self._app(scope, receive, send_named)
        finally:
            exchange.seconds = time.perf_counter() - started
            for observe in self._observers:
                observe(exchange)


def _request_id(scope: Scope) -> bytes:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _PLAIN_ID.fullmatch(value):
            return cast(bytes, value)
    return os.urandom(8).hex().encode()
