"""A server that answers with literal bytes, a gateway to it, and a client that sees every byte."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

import uvicorn
from starlette.types import Receive, Scope, Send

from openapi.gateway.forwarder import Forwarder, Upstream
from openapi.gateway.protocol import GatewayProtocol

# Reads a request from a connection and answers it.
Answer = Callable[[socket.socket, bytes], object]
PATIENCE = 10


@contextmanager
def behind(answer: Answer) -> Iterator[str]:
    """The address of a server that passes each connection, with the head of its request, to `answer`."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        stopping = threading.Event()

        def serve() -> None:
            while True:
                connection, _ = listener.accept()
                if stopping.is_set():
                    connection.close()
                    return
                threading.Thread(target=handle, args=(connection,)).start()

        def handle(connection: socket.socket) -> None:
            connection.settimeout(PATIENCE)
            # The gateway can reset a connection that it no longer reads.
            with closing(connection), suppress(ConnectionError):
                if head := read_until(connection, b"\r\n\r\n"):
                    answer(connection, head)

        thread = threading.Thread(target=serve)
        thread.start()
        address = listener.getsockname()
        try:
            yield f"http://127.0.0.1:{address[1]}"
        finally:
            stopping.set()
            socket.create_connection(address).close()
            thread.join()


@contextmanager
def gateway(upstream: str, **options: object) -> Iterator[int]:
    """The port of a gateway to `upstream`."""
    forwarder = Forwarder(Upstream(upstream, **options))  # type: ignore[arg-type]  # each has the type of its field

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await forwarder(scope, receive, send)
            return
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await forwarder.aclose()
        await send({"type": "lifespan.shutdown.complete"})

    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        config = uvicorn.Config(
            app,
            http=GatewayProtocol,
            ws="none",
            lifespan="on",
            log_level="critical",
            server_header=False,
            date_header=False,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        port: int = listener.getsockname()[1]
        thread.start()
        try:
            yield port
        finally:
            server.should_exit = True
            thread.join()


def read_until(connection: socket.socket, end: bytes) -> bytes:
    data = b""
    while end not in data and (part := connection.recv(65536)):
        data += part
    return data


def read_all(connection: socket.socket) -> bytes:
    data = bytearray()
    while part := connection.recv(65536):
        data += part
    return bytes(data)


def connected(port: int) -> closing[socket.socket]:
    return closing(socket.create_connection(("127.0.0.1", port), PATIENCE))


def ask(port: int, request: bytes) -> bytes:
    """The whole answer to a request; the request must close its connection."""
    with connected(port) as connection:
        connection.sendall(request)
        return read_all(connection)


def get(target: bytes = b"/", *headers: bytes, method: bytes = b"GET") -> bytes:
    lines = [method + b" " + target + b" HTTP/1.1", b"Host: client.example", b"Connection: close", *headers]
    return b"\r\n".join([*lines, b"", b""])


def sending(answer: bytes) -> Answer:
    return lambda connection, head: connection.sendall(answer)


def heads(into: list[bytes]) -> Answer:
    def answer(connection: socket.socket, head: bytes) -> None:
        into.append(head)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    return answer
