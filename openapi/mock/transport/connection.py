"""The connection that a request came by, as far as an application may touch it."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from contextlib import suppress
from typing import Final

from starlette.types import Scope

from openapi.mock.transport.malformed import Unreadable

# Its name among the extensions of a scope.
CONNECTION: Final = "tether_relay.connection"


class ClientConnection:
    """What of a client's connection an application may touch, to fail as networks do.

    `refusal` is what a request was answered whose body could not be read to its end.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.refusal: Unreadable | None = None

    def reset(self) -> None:
        """End it with a RST, as when the other side is not there any more (RFC 9293 section 3.10.7)."""
        own = self._transport.get_extra_info("socket")
        with suppress(OSError), socket.socket(fileno=os.dup(own.fileno())) as shared:
            # Closed with a linger of zero, what is not sent is thrown away, and the other side told so (socket(7)).
            shared.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def close(self) -> None:
        """End it when what was sent is out, be the answer whole or not."""
        self._transport.close()


def connection_of(scope: Scope) -> ClientConnection | None:
    """The connection that a request came by; None where the application is not served by `MockProtocol`."""
    found: ClientConnection | None = scope.get("extensions", {}).get(CONNECTION)
    return found
