"""A server that keeps the published contract, on plain sockets. A faulty server replaces one of its methods."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs

import jwt

from openapi.http.messages import Request
from tests.loopback import Handler, listening

PATH = "/api/calls/providers"
SECRET = "a-secret-of-at-least-thirty-two-bytes"
ANSWER = {"provider": "sinch", "phoneNumber": "+14165550100"}
JSON = "application/json"


@dataclass(frozen=True)
class Reply:
    """The answer of a server. `declared_length` replaces the true Content-Length, `body_on_head` sends the body to HEAD
    too, and `reset` resets the connection without an answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    declared_length: int | None = None
    body_on_head: bool = False
    reset: bool = False

    def saying(self, document: object) -> Reply:
        """The same reply with another body."""
        return replace(self, body=json.dumps(document).encode())

    def with_header(self, name: str, value: str | None) -> Reply:
        """The same reply with a header added or replaced, or (None) removed."""
        headers = {key: kept for key, kept in self.headers.items() if key.lower() != name.lower()}
        return replace(self, headers=headers if value is None else {**headers, name: value})


def error(status: int, code: str, sentence: str, **headers: str) -> Reply:
    """An error in the contract's envelope."""
    body = json.dumps({"success": False, "error": sentence, "code": code}).encode()
    return Reply(status, body, {"Content-Type": JSON, **{n.replace("_", "-"): v for n, v in headers.items()}})


def unauthorized(code: str = "TOKEN_INVALID") -> Reply:
    return error(401, code, "Bring a good token.", WWW_Authenticate='Bearer error="invalid_token"')


class Server:
    """A correct server; faulty ones override one method."""

    allow = "GET, HEAD, OPTIONS"

    def reply(self, request: Request) -> Reply:
        if request.path != PATH:
            return self.unknown_path(request)
        if request.method == "OPTIONS":
            return Reply(204, headers={"Allow": self.allow})
        if request.method not in ("GET", "HEAD"):
            return self.unknown_method(request)
        if (refusal := self.refusal(request)) is not None:
            return refusal
        return self.success(request)

    def unknown_path(self, request: Request) -> Reply:
        return error(404, "NOT_FOUND", "There is nothing here.")

    def unknown_method(self, request: Request) -> Reply:
        return error(405, "NOT_ALLOWED", "Not with this method.", Allow=self.allow)

    def success(self, request: Request) -> Reply:
        return Reply(200, json.dumps(ANSWER).encode(), {"Content-Type": JSON})

    def refusal(self, request: Request) -> Reply | None:
        """The refusal of a caller, or None for a known one."""
        token = self.token(request)
        if token is None:
            return self.no_token(request)
        try:
            claims = self.claims(token)
        except jwt.PyJWTError:
            return self.bad_token(request)
        return None if claims.get("sub") else self.bad_token(request)

    def token(self, request: Request) -> str | None:
        scheme, _, token = (request.header("authorization") or "").partition(" ")
        return token if scheme.lower() == "bearer" and token else None

    def claims(self, token: str) -> dict[str, Any]:
        claims: dict[str, Any] = jwt.decode(token, SECRET, ["HS256"])
        return claims

    def no_token(self, request: Request) -> Reply:
        return unauthorized("TOKEN_MISSING").with_header("WWW-Authenticate", "Bearer")

    def bad_token(self, request: Request) -> Reply:
        return unauthorized()

    def finish(self, request: Request, reply: Reply) -> Reply:
        """Change any answer before it is sent."""
        return reply


def query_token(request: Request) -> str | None:
    return next(iter(parse_qs(request.query).get("access_token", [])), None)


def good_token(user: str = "user_ada", **claims: object) -> str:
    """A token that the correct server accepts."""
    return jwt.encode({"sub": user, "exp": int(time.time()) + 3600, **claims}, SECRET, "HS256")


@contextmanager
def serving(server: Server, seen: Callable[[Request], object] = lambda request: None) -> Iterator[str]:
    """The URL of a running server; `seen` is called with each request."""

    class Wire(Handler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def __getattr__(self, name: str) -> Callable[[], None]:
            if name.startswith("do_"):
                return self.answer
            raise AttributeError(name)

        def answer(self) -> None:
            length = self.headers.get("content-length", "0")
            body = self.rfile.read(int(length)) if length.isdecimal() else b""
            request = Request(self.command, self.path, tuple(self.headers.items()), body)
            seen(request)
            # A server must also accept the absolute form, which is meant for proxies (RFC 9112 section 3.2.2).
            request = replace(request, target=request.target.removeprefix(f"http://{self.headers['host']}"))
            reply = server.finish(request, server.reply(request))
            time.sleep(reply.delay)
            if reply.reset:
                self.reset()
                return
            self.send_response_only(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            length_sent = len(reply.body) if reply.declared_length is None else reply.declared_length
            if reply.status not in (204, 304):
                self.send_header("Content-Length", str(length_sent))
            if length_sent != len(reply.body):
                self.send_header("Connection", "close")
            self.end_headers()
            if self.command != "HEAD" or reply.body_on_head:
                self.wfile.write(reply.body)
            if length_sent != len(reply.body) or (reply.body_on_head and self.command == "HEAD"):
                self.close_connection = True

        def reset(self) -> None:
            with suppress(OSError):
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True

    with listening(Wire) as address:
        yield address
