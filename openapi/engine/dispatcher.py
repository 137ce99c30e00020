"""From a request to its endpoint, and from any outcome to a response."""

from __future__ import annotations

import logging
from typing import Final, cast
from urllib.parse import quote

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openapi.contract.router import Route, Router
from openapi.engine.endpoints import Answer, Endpoint, ErrorTable, Failure, Headers
from openapi.engine.observation import Exchange, exchange_of

logger = logging.getLogger(__name__)

# Bytes of a body that are sent at once. The next are handed over when the client has read on, so that one who never
# reads costs the server a few parts, not the whole body.
_PART: Final = 16 * 1024

# What is sent is what its media type says (Fetch standard, "X-Content-Type-Options header").
_NO_SNIFFING: Final = (b"x-content-type-options", b"nosniff")


class Dispatcher:
    """Serves the endpoints of `router`; the errors that they raise are answered as `errors` has it.

    GET endpoints answer HEAD too, every path answers OPTIONS, and a method that a path does not have is a 405 with
    the true `Allow` (RFC 9110 sections 9.3.2, 9.3.7 and 15.5.6).
    """

    def __init__(self, app: ASGIApp, router: Router[Endpoint], errors: ErrorTable) -> None:
        self._app = app
        self._router = router
        self._errors = errors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; anything that is no HTTP request goes to the next application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        shared: Headers = ()
        exchange = exchange_of(scope)
        try:
            endpoint = self._endpoint(scope)
            if isinstance(endpoint, Answer):
                answer = endpoint
            else:
                shared = endpoint.headers
                exchange.operation = endpoint.name
                answer = await endpoint(scope, receive)
        except ClientDisconnect:
            # Nobody is there any more to be answered.
            return
        except Exception as error:
            failure = self._errors(error)
            exchange.code = failure.code
            if failure.status >= 500:
                _log(failure, error, exchange)
            answer = _failed(failure, shared)
        exchange.status = answer.status
        name = (b"x-request-id", exchange.request_id.encode())
        await _send(answer, name, send, bodiless=scope["method"] == "HEAD")

    def _endpoint(self, scope: Scope) -> Endpoint | Answer:
        found = self._router.find(_raw_path(scope))
        if found is None:
            raise HTTPException(404)
        route, scope["path_params"] = found
        method = scope["method"]
        endpoint = route.endpoints.get(method) or (route.endpoints.get("GET") if method == "HEAD" else None)
        if endpoint is not None:
            return endpoint
        if method == "OPTIONS":
            return Answer(204, ((b"allow", _allow(route).encode()),), b"")
        raise HTTPException(405, headers={"Allow": _allow(route)})


def _log(failure: Failure, error: Exception, exchange: Exchange) -> None:
    # Named by the operation: a path has values in it that are no business of the log.
    reason = str(error) or type(error).__name__
    logger.error(
        "%s %s: %s",
        exchange.method,
        exchange.operation,
        reason,
        exc_info=None if failure.expected else error,
        extra={"request_id": exchange.request_id},
    )


def _failed(failure: Failure, shared: Headers) -> Answer:
    own = tuple((name.lower().encode(), value.encode()) for name, value in failure.headers.items())
    return Answer(failure.status, ((b"content-type", b"application/json"), *own, *shared), orjson.dumps(failure.body))


def _raw_path(scope: Scope) -> bytes:
    """The undecoded path below the place where the application is mounted (ASGI, "HTTP Connection Scope")."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    root = scope.get("root_path")
    return raw.removeprefix(quote(root).encode()) if root else raw


def _allow(route: Route[Endpoint]) -> str:
    methods = set(route.endpoints) | {"OPTIONS"}
    return ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))


async def _send(answer: Answer, name: tuple[bytes, bytes], send: Send, *, bodiless: bool) -> None:
    headers = [_NO_SNIFFING, name, *answer.headers]
    if answer.status != 204:
        headers.append((b"content-length", b"%d" % len(answer.body)))
    await send(cast(Message, {"type": "http.response.start", "status": answer.status, "headers": headers}))
    body = b"" if bodiless else answer.body
    sent = 0
    while len(body) - sent > _PART:
        await send({"type": "http.response.body", "body": body[sent : sent + _PART], "more_body": True})
        sent += _PART
    await send({"type": "http.response.body", "body": body[sent:]})
