"""A small server on a raw socket, which sends exactly the bytes that a row gives it.

A `Site` is right in everything that a row does not change: HEAD, OPTIONS, 404, and 405 with `Allow`.
"""

from __future__ import annotations

import json
import re
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qs, unquote

from openapi.http.messages import Fields, Request, values_of

JSON: Final = "application/json"
_BODILESS: Final = (204, 304)


@dataclass(frozen=True)
class Reply:
    """An answer with a correct Content-Length, and `Connection: close`."""

    status: int
    body: bytes = b""
    headers: Fields = ()

    def adding(self, **headers: str) -> Reply:
        """The same answer with more headers; an underscore stands for a hyphen."""
        return replace(self, headers=(*self.headers, *_fields(headers)))

    def without(self, name: str) -> Reply:
        """The same answer without a header."""
        return replace(self, headers=tuple(pair for pair in self.headers if pair[0].lower() != name.lower()))


# bytes are sent unchanged.
Answer: TypeAlias = Reply | bytes


@dataclass(frozen=True)
class Call(Request):
    """A request, with the values of the placeholders in its path."""

    placeholders: Mapping[str, str] = field(default_factory=dict)

    @property
    def parameters(self) -> dict[str, list[str]]:
        """The values of the query, by name."""
        return parse_qs(self.query, keep_blank_values=True)

    def json(self) -> Any:
        """The body as JSON; raises ValueError."""
        return json.loads(self.body)

    @property
    def media_type(self) -> str:
        """The media type of the body, without parameters."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()


Answering: TypeAlias = Callable[[Request], Answer]
Operation: TypeAlias = Callable[[Call], Answer]


def says(document: Any, status: int = 200, **headers: str) -> Reply:
    """An answer with a JSON document."""
    return text(json.dumps(document, ensure_ascii=False), status, JSON, **headers)


def text(content: str | bytes, status: int = 200, media_type: str = "text/plain", **headers: str) -> Reply:
    """An answer with text or bytes of a media type."""
    body = content.encode() if isinstance(content, str) else content
    return Reply(status, body, (("Content-Type", media_type), *_fields(headers)))


def raw(head: str, body: bytes = b"") -> bytes:
    """The bytes of an answer: the lines of its head, as written, an empty line, and the body."""
    return "\r\n".join((*head.strip().splitlines(), "", "")).encode("latin-1") + body


class Site:
    """A server that answers by operations (`GET /users/{id}`), and refuses everything else correctly."""

    def __init__(self, operations: Mapping[str, Operation | Answer], before: Answering | None = None) -> None:
        self._operations = [_Route(name, then) for name, then in operations.items()]
        # A request that it answers with `PASS` goes on to the operations.
        self._before = before

    def __call__(self, request: Request) -> Answer:
        early = self._before(request) if self._before is not None else PASS
        if early is not PASS:
            return early
        matching = [(route, match) for route in self._operations if (match := route.path.fullmatch(request.path))]
        # A path without placeholders comes first (OpenAPI 3.0.3, Paths Object).
        matching.sort(key=lambda found: len(found[1].groupdict()))
        methods = {route.method for route, _ in matching}
        allowed = sorted({"OPTIONS", *methods, *({"HEAD"} if "GET" in methods else ())})
        if not matching:
            return says({"error": "there is nothing here"}, 404)
        for route, match in matching:
            if request.method == route.method or (request.method == "HEAD" == route.method.replace("GET", "HEAD")):
                values = {name: unquote(value) for name, value in match.groupdict().items()}
                return route.answer(Call(request.method, request.target, request.headers, request.body, values))
        if request.method == "OPTIONS":
            return Reply(204, headers=(("Allow", ", ".join(allowed)),))
        return says({"error": "not with this method"}, 405, Allow=", ".join(allowed))


PASS: Final = Reply(0)


class _Route:
    def __init__(self, name: str, then: Operation | Answer) -> None:
        self.method, _, path = name.partition(" ")
        self.path = re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)))
        self._then = then

    def answer(self, call: Call) -> Answer:
        return self._then(call) if callable(self._then) else self._then


@contextmanager
def listening(answering: Answering) -> Iterator[str]:
    """The URL of a server that answers each connection once, until the block ends."""

    class Connection(socketserver.StreamRequestHandler):
        timeout = 5

        def handle(self) -> None:
            with suppress(OSError, ValueError):
                if (request := _read(self)) is not None:
                    self.wfile.write(sent(request, answering(request)))
                    self.connection.shutdown(socket.SHUT_WR)
                    while self.connection.recv(65_536):
                        """Closing with unread bytes would reset the connection."""

    with _Threads(("127.0.0.1", 0), Connection) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


class _Threads(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64
    block_on_close = False


def _read(connection: socketserver.StreamRequestHandler) -> Request | None:
    """The next request; None if the client ended the connection."""
    first = connection.rfile.readline().decode("latin-1").rstrip("\r\n")
    if not first:
        return None
    method, target, _ = first.split(" ")
    headers = []
    while line := connection.rfile.readline().decode("latin-1").rstrip("\r\n"):
        name, _, value = line.partition(":")
        headers.append((name, value.strip()))
    length = next(iter(values_of(tuple(headers), "content-length")), "0")
    return Request(method, target, tuple(headers), connection.rfile.read(int(length)))


def sent(request: Request, answer: Answer) -> bytes:
    """The bytes of an answer to a request."""
    if isinstance(answer, bytes):
        return answer
    length = () if answer.status in _BODILESS else (("Content-Length", str(len(answer.body))),)
    fields = (*answer.headers, *length, ("Connection", "close"))
    head = f"HTTP/1.1 {answer.status} Status\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields)
    body = b"" if request.method == "HEAD" or answer.status in _BODILESS else answer.body
    return head.encode("latin-1") + b"\r\n" + body


def _fields(headers: Mapping[str, str]) -> Fields:
    return tuple((name.replace("_", "-"), value) for name, value in headers.items())
