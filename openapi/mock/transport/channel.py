"""A request's body on its way from the client, and the response on its way back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from starlette.types import Message, Receive, Scope, Send

from openapi.engine.errors import BodyTooLarge, ClientLeft
from openapi.http.messages import Fields, fields_from
from openapi.mock.transport.connection import connection_of
from openapi.mock.transport.cors import Pair
from openapi.mock.transport.malformed import Unreadable

# Bytes of a body that are sent at once: a client that does not read costs the mock a few parts, not the whole body.
_PART: Final = 16 * 1024


class ClientChannel:
    """What comes from a client and goes to it, for one request.

    `received` and `sent` are the beginnings of the bodies, `kept` bytes at least where there are so many; `status` and
    `response_fields` are those that were sent, None and empty before that.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, *, kept: int = 0) -> None:
        self._method = scope["method"]
        self._connection = connection_of(scope)
        self._receive = receive
        self._send = send
        self._kept = kept
        self.received = bytearray()
        self.sent = bytearray()
        self.status: int | None = None
        self.response_fields: Fields = ()

    @property
    def refusal(self) -> Unreadable | None:
        """What the server has answered by itself to a body that could not be read to its end."""
        return None if self._connection is None else self._connection.refusal

    async def receive(self) -> Message:
        """The next message of the request."""
        message = await self._receive()
        if len(self.received) < self._kept:
            self.received += message.get("body", b"")
        return message

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it arrives; ClientLeft when the client closes the connection before its end."""
        more = True
        while more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientLeft
            more = message.get("more_body", False)
            yield message.get("body", b"")

    async def read(self, limit: int) -> bytes:
        """The whole body; BodyTooLarge when it has more than `limit` bytes, ClientLeft when it does not arrive."""
        content = bytearray()
        async for chunk in self.chunks():
            content += chunk
            if len(content) > limit:
                raise BodyTooLarge
        return bytes(content)

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
        if len(self.sent) < self._kept:
            self.sent += part
        await self._send({"type": "http.response.body", "body": part, "more_body": more})

    async def send_body(self, body: bytes) -> None:
        """Send a whole body, which HEAD does not get."""
        content = b"" if self._method == "HEAD" else body
        begin = 0
        while len(content) - begin > _PART:
            await self.send_part(content[begin : begin + _PART], more=True)
            begin += _PART
        await self.send_part(content[begin:], more=False)

    async def send_half(self, body: bytes) -> None:
        """Send half of what was announced, and end the connection (RFC 9112 section 8)."""
        half = b"" if self._method == "HEAD" else body[: len(body) // 2]
        await self._send({"type": "http.response.body", "body": half, "more_body": True})
        if self._connection is not None:
            self._connection.close()
        await self.left()

    async def send_nothing(self, *, reset: bool) -> None:
        """Wait until the client leaves; with `reset` its connection is reset, where that can be done."""
        if reset and self._connection is not None:
            self._connection.reset()
        await self.left()
