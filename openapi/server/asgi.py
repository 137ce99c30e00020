"""Connects the engine to ASGI: a scope becomes a request, an answer becomes messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Final
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openapi.engine.dispatcher import Dispatcher
from openapi.engine.endpoints import Incoming
from openapi.engine.errors import ClientLeft
from openapi.server.observation import record_of

# Bytes of a body that are sent at once. The next part waits until the client has read, so a client that never reads
# occupies a few parts in memory, not the whole body.
_PART: Final = 16 * 1024


class ASGIEntry:
    """Serves HTTP with `dispatcher`; anything else goes to the next application."""

    def __init__(self, app: ASGIApp, dispatcher: Dispatcher) -> None:
        self._app = app
        self._dispatcher = dispatcher

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; pass any other scope to the next application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        incoming = Incoming(
            scope["method"],
            _raw_path(scope),
            scope["query_string"],
            scope["headers"],
            record_of(scope),
            partial(_chunks, receive),
        )
        try:
            answer = await self._dispatcher.answer(incoming)
        except ClientLeft:
            return
        headers = answer.sent_headers(incoming.record.request_id)
        start: Message = {"type": "http.response.start", "status": answer.status, "headers": headers}
        await send(start)
        body = b"" if incoming.method == "HEAD" else answer.body
        sent = 0
        while len(body) - sent > _PART:
            await send({"type": "http.response.body", "body": body[sent : sent + _PART], "more_body": True})
            sent += _PART
        await send({"type": "http.response.body", "body": body[sent:]})


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeft
        yield message.get("body", b"")
        if not message.get("more_body", False):
            return


def _raw_path(scope: Scope) -> bytes:
    """The undecoded path below the mount point of the application (ASGI, "HTTP Connection Scope")."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    root = scope.get("root_path")
    return raw.removeprefix(quote(root).encode()) if root else raw
