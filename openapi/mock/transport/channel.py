"""The channel to a client: the body of a request, and the response."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from starlette.types import Message, Receive, Scope, Send

from openapi.engine.errors import BodyTooLarge, ClientLeft
from openapi.http.messages import Fields, fields_from
from openapi.mock.transport.connection import connection_of
from openapi.mock.transport.cors import Pair
from openapi.mock.transport.malformed import Unreadable

# Bytes of a body that are sent at once: a client that does not read makes the mock buffer a few parts, not all of it.
_PART: Final = 16 * 1024


class ClientChannel:
    """The channel to a client, for one request.

    `received` and `sent` are the beginnings of the bodies, `kept` bytes of longer ones; `status` and
    `response_fields` are those of the response, None and empty before it is sent.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, *, kept: int = 0) -> None:
        self._method = scope["method"]
        self._connection = connection_of(scope)
        self._receive = receive
        self._send = send
        self._kept = kept
        self.received = bytearray()
        self.sent = b""
        self.status: int | None = None
        self.response_fields: Fields = ()

    @property
    def refusal(self) -> Unreadable | None:
        """The answer that the server has given to a body that it could not read completely."""
        return None if self._connection is None else self._connection.refusal

    async def receive(self) -> Message:
        """The next message of the request."""
        message = await self._receive()
        if (room := self._kept - len(self.received)) > 0:
            self.received += message.get("body", b"")[:room]
        return message

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it arrives; ClientLeft if the client closes the connection before its end."""
        more = True
        while more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientLeft
            more = message.get("more_body", False)
            yield message.get("body", b"")

    async def read(self, limit: int) -> bytes:
        """The whole body; BodyTooLarge if it has more than `limit` bytes, ClientLeft if the client leaves before its
        end."""
        parts, size = [], 0
        async for chunk in self.chunks():
            parts.append(chunk)
            size += len(chunk)
            if size > limit:
                raise BodyTooLarge
        return b"".join(parts)

    async def left(self) -> None:
        """Return when the client has closed the connection."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def start(self, status: int, headers: list[Pair]) -> None:
        """Send the head of the response."""
        self.status = status
        self.response_fields = fields_from(headers)
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def send_part(self, part: bytes, *, more: bool) -> None:
        """Send a part of the body."""
        if (room := self._kept - len(self.sent)) > 0:
            self.sent += part[:room]
        await self._send_part(part, more=more)

    async def _send_part(self, part: bytes, *, more: bool) -> None:
        await self._send({"type": "http.response.body", "body": part, "more_body": more})

    async def send_body(self, body: bytes) -> None:
        """Send a whole body; nothing in answer to HEAD."""
        content = b"" if self._method == "HEAD" else body
        # Not copied part by part: that would leave holes in the memory between the bodies that the log keeps.
        self.sent = content[: self._kept]
        begin = 0
        while len(content) - begin > _PART:
            await self._send_part(content[begin : begin + _PART], more=True)
            begin += _PART
        await self._send_part(content[begin:], more=False)

    async def send_half(self, body: bytes) -> None:
        """Send half of the announced body, and end the connection (RFC 9112 section 8)."""
        half = b"" if self._method == "HEAD" else body[: len(body) // 2]
        await self._send({"type": "http.response.body", "body": half, "more_body": True})
        if self._connection is not None:
            self._connection.close()
        await self.left()

    async def send_nothing(self, *, reset: bool) -> None:
        """Wait until the client leaves; with `reset`, reset its connection if the server supports that."""
        if reset and self._connection is not None:
            self._connection.reset()
        await self.left()
