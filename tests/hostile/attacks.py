"""Attacks of hostile clients, one method each; run as a program, in a separate process.

``python attacks.py ATTACK PORT TOKEN`` prints a line when the attack is in force, and continues until it is killed.
"""

from __future__ import annotations

import os
import resource
import select
import selectors
import socket
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import cast

MIB = 1024 * 1024
HEAD = b"GET /api/calls/providers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
DOCUMENT = b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n"
# The numbers of connections of an attack: idle ones, many, and few.
IDLE = 5_000
CROWD = 500
GROUP = 20


class Attacker:
    """Attacks on a port of this machine; each attack is a method that yields after each round."""

    def __init__(self, port: int, token: str) -> None:
        self._address = ("127.0.0.1", port)
        self._head = HEAD + token.encode() + b"\r\n"
        self._request = self._head + b"\r\n"

    def silence(self) -> Iterator[None]:
        """Connections that send nothing."""
        yield from self._hold([self._connect() for _ in range(CROWD)])

    def idleness(self) -> Iterator[None]:
        """Thousands of connections that have sent no request."""
        connections = [socket.socket() for _ in range(IDLE)]
        waiting, deadline = select.poll(), time.monotonic() + 3
        for connection in connections:
            connection.setblocking(False)
            connection.connect_ex(self._address)
            waiting.register(connection, select.POLLOUT)
        missing = IDLE
        # The attack is in force even if some connections are not accepted by then.
        while missing and (left := deadline - time.monotonic()) > 0:
            for descriptor, _ in waiting.poll(1000 * left):
                waiting.unregister(descriptor)
                missing -= 1
        yield from self._hold(connections)

    def half_closed(self) -> Iterator[None]:
        """Connections whose sending side is shut down before any byte."""
        connections = [self._connect() for _ in range(CROWD)]
        for connection in connections:
            connection.shutdown(socket.SHUT_WR)
        yield from self._hold(connections)

    def dripping(self) -> Iterator[None]:
        """Connections whose headers arrive byte by byte and never end; a closed connection is opened again."""
        connections = [self._opened(self._head) for _ in range(CROWD)]
        while True:
            for number, connection in enumerate(connections):
                try:
                    connection.send(b"X")
                except OSError:
                    connection.close()
                    connections[number] = self._opened(self._head)
            yield
            time.sleep(0.2)

    def hoarding(self) -> Iterator[None]:
        """Connections with headers just under the limit, without an end."""
        yield from self._hold([self._opened(self._head + b"X: " + b"x" * 60 * 1024) for _ in range(CROWD)])

    def large_headers(self) -> Iterator[None]:
        """Two mebibytes of headers, repeatedly."""
        return self._again(self._head + b"X: " + b"x" * 2 * MIB)

    def long_body(self) -> Iterator[None]:
        """A body of a gibibyte after a GET, repeatedly."""
        return self._again(self._head + b"Content-Length: %d\r\n\r\n" % (1024 * MIB), b"x" * MIB, 1024)

    def long_chunked_body(self) -> Iterator[None]:
        """A chunked body of a gibibyte after a GET, repeatedly."""
        head = self._head + b"Transfer-Encoding: chunked\r\n\r\n"
        return self._again(head, b"%x\r\n%b\r\n" % (MIB, b"x" * MIB), 1024)

    def resets(self) -> Iterator[None]:
        """Connections reset in the middle of a request, and before its answer."""
        while True:
            for sent in (self._request[:100], self._request, self._request * 5):
                with self._connect() as connection:
                    connection.sendall(sent)
                    # Close at once: unsent data is discarded, and the peer gets a reset (socket(7)).
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            with self._connect() as connection:
                connection.sendall(self._request)
                connection.recv(1024)
            yield

    def nonsense(self) -> Iterator[None]:
        """Bytes that are not HTTP/1.1."""
        while True:
            for sent in (os.urandom(4096), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00\x01" * 99):
                with self._connect() as connection, suppress(OSError):
                    connection.sendall(sent + b"\r\n\r\n")
                    connection.recv(1024)
            yield

    def pipelining(self) -> Iterator[None]:
        """Thousands of requests sent at once on each connection; all answers are read."""
        return self._converse(GROUP, self._request, 2_000)

    def patience(self) -> Iterator[None]:
        """No attack: each connection sends its next request as soon as it has the answer to the last."""
        return self._converse(GROUP, self._request)

    def reading(self) -> Iterator[None]:
        """No attack: connections that request the longest document, and read it."""
        return self._converse(5 * GROUP, DOCUMENT)

    def unread_documents(self) -> Iterator[None]:
        """Connections that request the longest document, more often than the socket buffers hold, and read only the
        first byte."""
        connections = [self._opened(DOCUMENT * 8, small=True) for _ in range(5 * GROUP)]
        for connection in connections:
            connection.setblocking(True)
            connection.recv(1)
        yield from self._hold(connections)

    def unread_answers(self) -> Iterator[None]:
        """Connections full of requests whose answers are never read."""
        connections = [self._opened(self._request, small=True) for _ in range(GROUP)]
        sent = 1
        while sent:
            sent = 0
            for connection in connections:
                with suppress(BlockingIOError):
                    sent += connection.send(self._request * 100)
            time.sleep(0.05)
        yield from self._hold(connections)

    def calm(self) -> Iterator[None]:
        """No attack: nothing is sent."""
        return self._hold([])

    def _connect(self) -> socket.socket:
        return socket.create_connection(self._address, 30)

    def _opened(self, sent: bytes, small: bool = False) -> socket.socket:
        connection = socket.socket()
        if small:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(30)
        connection.connect(self._address)
        connection.sendall(sent)
        connection.setblocking(False)
        return connection

    def _again(self, head: bytes, part: bytes = b"", times: int = 0) -> Iterator[None]:
        """Send `head` and `times` parts on a new connection, as far as the server accepts them, repeatedly."""
        while True:
            with self._connect() as connection, suppress(OSError):
                connection.sendall(head)
                for _ in range(times):
                    connection.sendall(part)
                connection.recv(1024)
            yield

    def _converse(self, connections: int, request: bytes, times: int = 1) -> Iterator[None]:
        """Send a request `times` times on each connection, again as soon as all answers have arrived."""
        close = b"connection: close\r\n"
        with self._connect() as connection:
            connection.sendall(request[:-2] + close + b"\r\n")
            length = sum(len(part) for part in iter(lambda: connection.recv(MIB), b"")) - len(close)
        sent = request * times
        expected, view = length * times, memoryview(sent)
        with selectors.DefaultSelector() as selector:
            for _ in range(connections):
                opened = self._connect()
                opened.setblocking(False)
                selector.register(opened, selectors.EVENT_READ | selectors.EVENT_WRITE, [expected, len(sent)])
            while True:
                for key, events in selector.select():
                    connection, left = cast(socket.socket, key.fileobj), key.data
                    if events & selectors.EVENT_READ:
                        left[0] -= len(connection.recv(MIB))
                    if events & selectors.EVENT_WRITE and left[1]:
                        left[1] -= connection.send(view[-left[1] :])
                    if left == [0, 0]:
                        left[:] = [expected, len(sent)]
                    wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if left[1] else 0)
                    if wanted != key.events:
                        selector.modify(connection, wanted, left)
                yield

    def _hold(self, connections: list[socket.socket]) -> Iterator[None]:
        """Keep connections open without sending."""
        while True:
            yield
            time.sleep(0.05)


def main() -> None:
    """Run the attack of the command line."""
    attack, port, token = sys.argv[1:]
    _, files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    for number, _ in enumerate(getattr(Attacker(int(port), token), attack)()):
        if number == 0:
            print("in force", flush=True)


if __name__ == "__main__":
    main()
