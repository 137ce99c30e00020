"""HTTP answers read from a raw socket."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tests.conftest import Server


class Answered(NamedTuple):
    """One answer; its headers by names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The JSON value of the body."""
        return json.loads(self.body)


def answers_in(received: bytes) -> list[Answered]:
    """The answers in some bytes, each with a body of its Content-Length. Raises ValueError for other bytes."""
    answers = []
    while received:
        head, _, received = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        version, status, _ = first.split(" ", 2)
        if version != "HTTP/1.1":
            raise ValueError(first)
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        length = int(headers.get("content-length", 0))
        if len(received) < length:
            raise ValueError("the answer is cut off")
        answers.append(Answered(int(status), headers, received[:length]))
        received = received[length:]
    return answers


def received_from(connection: socket.socket) -> bytes:
    """All bytes until the peer ends the connection; after a reset, the bytes received before it."""
    received = bytearray()
    with suppress(ConnectionError):
        while chunk := connection.recv(65536):
            received += chunk
    return bytes(received)


def answers_to(server: Server, sent: bytes) -> list[Answered]:
    """The answers of a server to some bytes on a new connection, until the server ends it."""
    with server.connect() as connection:
        with suppress(ConnectionError):
            connection.sendall(sent)
        return answers_in(received_from(connection))
