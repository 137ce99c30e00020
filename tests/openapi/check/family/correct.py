"""Correct servers, which differ in construction and wording: the check must find nothing in them."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, make_server

import jwt
import uvicorn
from fastapi import FastAPI
from fastapi import Request as FastAPIRequest
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp

from openapi.http.messages import Request
from tests.openapi.check.family.honest import ANSWER, PATH, SECRET, Reply, Server, error, serving


class Otherwise(Server):
    """Other wordings, a charset, additional headers, and errors as objects without a code."""

    def success(self, request: Request) -> Reply:
        reply = super().success(request).with_header("Content-Type", "application/json; charset=utf-8")
        return reply.with_header("X-Powered-By", "care").with_header("Set-Cookie", "seen=1; Path=/")

    def refusal(self, request: Request) -> Reply | None:
        reply = super().refusal(request)
        if reply is None:
            return None
        structured = {"success": False, "error": {"code": "no_entry", "message": "Who are you?", "details": []}}
        return reply.saying(structured).with_header("WWW-Authenticate", 'Basic realm="old", bearer realm="new"')


class Bare(Server):
    """The minimum that the published contract requires."""

    def success(self, request: Request) -> Reply:
        return super().success(request).saying({})

    def refusal(self, request: Request) -> Reply | None:
        reply = super().refusal(request)
        return None if reply is None else reply.saying({}).with_header("WWW-Authenticate", "Bearer")

    def unknown_path(self, request: Request) -> Reply:
        return Reply(404)

    def unknown_method(self, request: Request) -> Reply:
        return Reply(405, headers={"Allow": "GET,HEAD"})


class Talkative(Server):
    """More than the contract names, as it allows: additional properties, and null for a provider."""

    def success(self, request: Request) -> Reply:
        return super().success(request).saying({"provider": None, "phoneNumber": None, "region": "ca", "v": 2})


class Doorkeeper(Server):
    """Authenticates before anything else, so that unknown callers learn no path and no method."""

    def reply(self, request: Request) -> Reply:
        return self.refusal(request) or super().reply(request)


class Lenient(Server):
    """Allows a clock skew of one minute."""

    def claims(self, token: str) -> dict[str, Any]:
        claims: dict[str, Any] = jwt.decode(token, SECRET, ["HS256"], leeway=60)
        return claims


class Compressed(Server):
    """Compresses every answer."""

    def finish(self, request: Request, reply: Reply) -> Reply:
        if not reply.body or "gzip" not in (request.header("accept-encoding") or ""):
            return reply
        packed = replace(reply, body=gzip.compress(reply.body))
        return packed.with_header("Content-Encoding", "gzip").with_header("Vary", "Accept-Encoding")


class Canonical(Server):
    """Redirects a path with a slash at its end to the one without, and answers 501 to unknown methods."""

    def unknown_path(self, request: Request) -> Reply:
        if request.path == PATH + "/":
            return Reply(308, headers={"Location": PATH})
        return super().unknown_path(request)

    def unknown_method(self, request: Request) -> Reply:
        if request.method not in ("POST", "PUT", "PATCH", "DELETE"):
            return error(501, "UNKNOWN", "Unknown method.")
        return super().unknown_method(request)


class Frugal(Server):
    """Does not offer OPTIONS."""

    allow = "GET, HEAD"

    def reply(self, request: Request) -> Reply:
        return self.unknown_method(request) if request.method == "OPTIONS" else super().reply(request)


def _verified(authorization: str) -> bool:
    scheme, _, token = authorization.partition(" ")
    try:
        return scheme.lower() == "bearer" and bool(jwt.decode(token, SECRET, ["HS256"]))
    except jwt.PyJWTError:
        return False


def fastapi_app() -> ASGIApp:
    """An application as users of FastAPI write it, with HEAD; Starlette redirects an additional slash."""
    app = FastAPI(openapi_url=None)

    @app.api_route(PATH, methods=["GET", "HEAD"])
    async def providers(request: FastAPIRequest) -> JSONResponse:
        if not _verified(request.headers.get("authorization", "")):
            body = {"success": False, "error": "Not authenticated", "code": "UNAUTHENTICATED"}
            return JSONResponse(body, 401, {"WWW-Authenticate": "Bearer"})
        return JSONResponse(ANSWER)

    return app


def wsgi_app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """The correct server as a WSGI application."""
    headers = tuple((name[5:].replace("_", "-"), value) for name, value in environ.items() if name.startswith("HTTP_"))
    request = Request(environ["REQUEST_METHOD"], environ["PATH_INFO"], headers)
    reply = Server().reply(request)
    length = {} if reply.status == 204 else {"Content-Length": str(len(reply.body))}
    start_response(f"{reply.status} Status", list({**reply.headers, **length}.items()))
    return [b"" if request.method == "HEAD" else reply.body]


@contextmanager
def serving_asgi(app: ASGIApp) -> Iterator[str]:
    """The URL of an ASGI application on uvicorn, in a thread."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()  # connections before the start of the server wait
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None: ...


@contextmanager
def serving_wsgi(app: Callable[..., Any]) -> Iterator[str]:
    """The URL of a WSGI application on the server of the standard library, which speaks HTTP/1.0."""
    with make_server("127.0.0.1", 0, app, handler_class=_Quiet) as server:
        thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.01))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


CORRECT: Final[Mapping[str, Callable[[], AbstractContextManager[str]]]] = {
    "plain sockets": lambda: serving(Server()),
    "other wordings": lambda: serving(Otherwise()),
    "the required minimum": lambda: serving(Bare()),
    "additional properties": lambda: serving(Talkative()),
    "authentication first": lambda: serving(Doorkeeper()),
    "a minute of leeway": lambda: serving(Lenient()),
    "compressed": lambda: serving(Compressed()),
    "canonical paths, unknown methods": lambda: serving(Canonical()),
    "no OPTIONS": lambda: serving(Frugal()),
    "FastAPI": lambda: serving_asgi(fastapi_app()),
    "WSGI, HTTP/1.0": lambda: serving_wsgi(wsgi_app),
}
# The servers that also keep the strict overlay.
STRICTLY_CORRECT: Final = frozenset(CORRECT) - {"other wordings", "the required minimum", "additional properties"}
