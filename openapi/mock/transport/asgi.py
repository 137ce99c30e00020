"""The engine behind ASGI, for the mock: a scope becomes a request, an answer becomes messages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Final, TypeAlias

from starlette.types import Message, Receive, Scope, Send

from openapi.engine.endpoints import Answer, Incoming
from openapi.engine.errors import ClientLeft
from openapi.engine.observation import RequestRecord, request_id_of

# Bytes of a body that are sent at once: a client that does not read costs the mock a few parts, not the whole body.
_PART: Final = 16 * 1024

Answering: TypeAlias = Callable[[Incoming], Awaitable[Answer]]


class ASGIRequest(Incoming):
    """The request of an HTTP scope, at an undecoded path and query."""

    __slots__ = ("_receive",)

    def __init__(self, scope: Scope, raw_path: bytes, query: bytes, receive: Receive) -> None:
        headers = scope["headers"]
        record = RequestRecord(scope["method"], request_id_of(headers))
        super().__init__(record.method, raw_path, query, headers, record, partial(_chunks, receive))
        self._receive = receive

    async def left(self) -> None:
        """Return when the client has closed the connection."""
        while (await self._receive())["type"] != "http.disconnect":
            pass


async def respond(answering: Answering, incoming: Incoming, send: Send) -> None:
    """Send the answer to a request, unless its client has closed the connection."""
    try:
        answer = await answering(incoming)
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
