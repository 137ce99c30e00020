"""The connection of a request, with the operations that an application may use."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from contextlib import suppress
from typing import Final

from starlette.types import Scope

from openapi.mock.transport.malformed import Unreadable

# The name of the connection in the extensions of a scope.
CONNECTION: Final = "tether_relay.connection"


class ClientConnection:
    """The connection of a client, which an application can end to simulate failures of networks.

    `refusal` is the answer to a request whose body could not be read completely.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.refusal: Unreadable | None = None

    def reset(self) -> None:
        """End the connection with a RST, as if the other side no longer existed (RFC 9293 section 3.10.7)."""
        own = self._transport.get_extra_info("socket")
        with suppress(OSError), socket.socket(fileno=os.dup(own.fileno())) as shared:
            # With a linger of zero, closing discards unsent data and sends a RST (socket(7)).
            shared.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def close(self) -> None:
        """End the connection after the sent data, even if the answer is incomplete."""
        self._transport.close()


def connection_of(scope: Scope) -> ClientConnection | None:
    """The connection of a request; None if the application is not served by `MockProtocol`."""
    found: ClientConnection | None = scope.get("extensions", {}).get(CONNECTION)
    return found
