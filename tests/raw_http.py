"""What came back over a socket, read as answers."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tests.conftest import Server


class Answered(NamedTuple):
    """One answer; its headers by their names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The value of its body."""
        return json.loads(self.body)


def answers_in(received: bytes) -> list[Answered]:
    """The answers that some bytes are, each as long as its Content-Length says; ValueError for anything else."""
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
    """All that comes until the other side ends; what was cut with a RST counts as far as it came."""
    received = bytearray()
    with suppress(ConnectionError):
        while chunk := connection.recv(65536):
            received += chunk
    return bytes(received)


def answers_to(server: Server, sent: bytes) -> list[Answered]:
    """What a server answers to some bytes on a connection of their own, until it ends that."""
    with server.connect() as connection:
        with suppress(ConnectionError):
            connection.sendall(sent)
        return answers_in(received_from(connection))
