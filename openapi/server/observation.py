"""Observes the requests of an ASGI application."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openapi.engine.observation import Observer, Observers, RequestRecord, request_id_of

_KEY: Final = "tether_relay.record"


def record_of(scope: Scope) -> RequestRecord:
    """The record of the request of a scope; without an `Observation`, a record that is discarded."""
    record: RequestRecord | None = scope.get(_KEY)
    return RequestRecord(scope["method"], "") if record is None else record


class Observation:
    """Wraps an application, and passes the record of every answer to each of `observers` `within` so many seconds.

    The application notes the status in the `RequestRecord`, and sends the id in `X-Request-ID`: wrapping `send` here
    would cost more than everything else.
    """

    def __init__(self, app: ASGIApp, observers: Sequence[Observer] = (), *, within: float = 0.0) -> None:
        self._app = app
        self._observers = Observers(observers, within=within)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request, and give its record to the observers after the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, self._telling(send))
            return
        started = time.perf_counter()
        record = scope[_KEY] = RequestRecord(scope["method"], request_id_of(scope["headers"]))
        try:
            await self._app(scope, receive, send)
        finally:
            record.seconds = time.perf_counter() - started
            record.ended = time.time()
            self._observers.add(record)

    def _telling(self, send: Send) -> Send:
        """The `send` of a lifespan; it passes all pending records to the observers before the lifespan ends."""

        async def send_when_told(message: Message) -> None:
            if message["type"].startswith("lifespan.shutdown."):
                self._observers.tell()
            await send(message)

        return send_when_told
