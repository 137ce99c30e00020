"""The mock as an ASGI application."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from typing import Final

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openapi.engine.endpoints import Endpoint
from openapi.engine.errors import ClientLeft
from openapi.http.messages import fields_from
from openapi.mock.answers.endpoint import MockedEndpoint
from openapi.mock.answers.refusals import MockFailure, Refusal, failure_of
from openapi.mock.control.pages import Pages
from openapi.mock.log.log import MOST_BODY
from openapi.mock.masking import NO_CONTRACT
from openapi.mock.mocking import Mock
from openapi.mock.requests.request import Asking, MockIncoming
from openapi.mock.transport.asgi import respond
from openapi.mock.transport.connection import connection_of
from openapi.mock.transport.cors import Pair, exposing, is_preflight, origin_headers, preflight_headers

logger = logging.getLogger(__name__)

_CONTROL: Final = b"/__mock"
_LONGEST_HEADER: Final = 1000
_UNEXPLAINED: Final = {
    204: "The path says which methods it has. A preflight has Origin and Access-Control-Request-Method.",
    404: "No operation has this path; /__mock shows those that there are.",
    405: "The path has other methods; Allow names them.",
}


def create_mock(mock: Mock) -> ASGIApp:
    """The application that answers for `mock`: its contracts, and below ``/__mock`` its own API and panel."""
    return _Application(mock)


class _Application:
    def __init__(self, mock: Mock) -> None:
        self._mock = mock
        self._pages = Pages(mock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever it is."""
        if scope["type"] != "http":
            await _refuse_other(scope, receive, send)
            return
        asking = Asking(scope)
        if asking.raw_path == _CONTROL or asking.raw_path.startswith(_CONTROL + b"/"):
            await self._pages(asking, scope, receive, send)
            return
        recorder = _Recorder(self._mock, asking, receive, send)
        try:
            asking.exchange.session = asking.session
            await self._answer(asking, scope, recorder)
        except ClientLeft:
            pass
        except Refusal as refusal:
            await recorder.fail(failure_of(refusal))
        except Exception as error:
            logger.exception("%s failed", asking.exchange.operation)
            await recorder.fail(failure_of(error))
        finally:
            recorder.end()

    async def _answer(self, asking: Asking, scope: Scope, recorder: _Recorder) -> None:
        mounted = self._mock.book.mount(asking.raw_path)
        if _is_visit(scope, asking) and (mounted is None or mounted[1].router.find(asking.raw_path) is None):
            asking.exchange.reason = "Nothing is here; a browser is led to the panel."
            await recorder.respond(303, [(b"location", _CONTROL), (b"content-length", b"0")], b"")
            return
        if mounted is None:
            await respond(
                self._mock.fallback.answer, MockIncoming(asking, asking.raw_path, recorder.receive), recorder.send
            )
            return
        prefix, mount = mounted
        rest = asking.raw_path[len(prefix) :]
        found = mount.router.find(rest)
        if is_preflight(scope["method"], asking.headers):
            methods = _methods(found[0].endpoints) if found is not None else set()
            wanted = asking.headers["access-control-request-method"]
            if wanted in methods:
                asking.exchange.reason = "A browser asks whether a page of another origin may call this."
                await recorder.respond(204, preflight_headers(asking.headers, methods), b"")
                return
            # The browser tells its page no more than that CORS failed; here it is said why.
            lacking = f"The path has no {wanted}" if found is not None else "No operation has this path"
            asking.exchange.reason = f"A browser asks before {wanted}: {lacking}. To its page it looks like CORS."
            recorder.open_to_origin = False
        if found is None and rest == b"/openapi.yaml" and scope["method"] in ("GET", "HEAD"):
            asking.exchange.reason = "The contract."
            body = mount.document if scope["method"] == "GET" else b""
            length = (b"content-length", b"%d" % len(mount.document))
            await recorder.respond(200, [(b"content-type", b"application/yaml"), length], body)
            return
        receive: Receive = recorder.receive
        endpoint = None if found is None else _endpoint(found[0].endpoints, scope["method"])
        behind = self._mock.behind
        if behind is not None and isinstance(endpoint, MockedEndpoint) and self._is_passed_on(endpoint, asking):
            asking.exchange.operation = endpoint.name
            operation = endpoint.mocked.operation
            answered, receive = await behind.answer(mount.judge, operation, rest, asking, receive, recorder.send)
            if answered:
                return
        await respond(mount.dispatcher.answer, MockIncoming(asking, rest, receive), recorder.send)

    def _is_passed_on(self, endpoint: MockedEndpoint, asking: Asking) -> bool:
        return self._mock.state.source(endpoint.name) == "upstream" and not endpoint.is_wished(asking)


class _Recorder:
    """Stands between the engine and the server: notes what passes for the log, and adds the headers of every answer."""

    def __init__(self, mock: Mock, asking: Asking, receive: Receive, send: Send) -> None:
        self._mock = mock
        self._asking = asking
        self._receive = receive
        self._send = send
        self._started = time.perf_counter()
        self._request_body = bytearray()
        self._response_body = bytearray()
        self.open_to_origin = True

    async def receive(self) -> Message:
        """A part of the request."""
        message = await self._receive()
        if len(self._request_body) < MOST_BODY:
            self._request_body += message.get("body", b"")
        return message

    async def send(self, message: Message) -> None:
        """A part of the answer."""
        exchange = self._asking.exchange
        if message["type"] == "http.response.start":
            exchange.status = message["status"]
            message = {**message, "headers": self._headers(list(message["headers"]))}
            exchange.response_headers = NO_CONTRACT.headers(fields_from(message["headers"]))
        elif self._asking.truncated:
            await self._truncate(message)
            return
        elif len(self._response_body) < MOST_BODY:
            self._response_body += message.get("body", b"")
        await self._send(message)

    async def respond(self, status: int, headers: list[Pair], body: bytes) -> None:
        """A whole answer."""
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})

    async def fail(self, failure: MockFailure) -> None:
        """The answer to a request that could not be answered otherwise, unless it has begun."""
        if self._asking.exchange.status is None:
            self._asking.exchange.reason = failure.message
            body = orjson.dumps(failure.body)
            headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
            await self.respond(failure.status, headers, body)

    def end(self) -> None:
        """The request is over: it gets into the log."""
        exchange = self._asking.exchange
        connection = connection_of(self._asking.scope)
        if exchange.status is None and connection is not None and connection.refusal is not None:
            # The server has answered by itself what could not be read to its end.
            exchange.status, _, exchange.reason = connection.refusal
        exchange.seconds = time.perf_counter() - self._started
        self._asking.mask(self._mock.book.masking)
        exchange.request_body = bytes(self._request_body[:MOST_BODY])
        exchange.response_body = bytes(self._response_body[:MOST_BODY])
        self._mock.log.add(exchange)

    def _headers(self, headers: list[Pair]) -> list[Pair]:
        exchange = self._asking.exchange
        if not exchange.reason:
            exchange.reason = _UNEXPLAINED.get(exchange.status or 0, "The engine answers this by itself.")
        reason = filter(None, (self._asking.foreword, exchange.reason, self._asking.alternatives))
        headers.append((b"x-mock-reason", _ascii(" ".join(reason))))
        if self._mock.errors:
            headers.append((b"x-mock-error", _ascii("; ".join(self._mock.errors.values()))))
        if self.open_to_origin and not any(name == b"access-control-allow-methods" for name, _ in headers):
            headers += origin_headers(self._asking.headers)
            headers.append(exposing(headers))
        return headers

    async def _truncate(self, message: Message) -> None:
        """Half of what was announced, and the end of the connection (RFC 9112 section 8)."""
        body = message.get("body", b"")
        await self._send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        if (connection := connection_of(self._asking.scope)) is not None:
            connection.close()
        while (await self._receive())["type"] != "http.disconnect":
            pass
        raise ClientLeft


def _is_visit(scope: Scope, asking: Asking) -> bool:
    """Whether somebody has opened the address of the mock in a browser."""
    return asking.raw_path == b"/" and scope["method"] == "GET" and "text/html" in (asking.accept or "")


def _endpoint(endpoints: Mapping[str, Endpoint], method: str) -> Endpoint | None:
    return endpoints.get(method) or (endpoints.get("GET") if method == "HEAD" else None)


def _methods(endpoints: Iterable[str]) -> set[str]:
    methods = set(endpoints)
    return methods | {"HEAD"} if "GET" in methods else methods


def _ascii(text: str) -> bytes:
    plain = "".join(sign if " " <= sign <= "~" else "?" for sign in text)
    return plain[:_LONGEST_HEADER].encode()


async def _refuse_other(scope: Scope, receive: Receive, send: Send) -> None:
    """A websocket is refused; for any other kind of scope, an exception is how ASGI says that it is not supported."""
    if scope["type"] != "websocket":
        raise NotImplementedError(scope["type"])
    await send({"type": "websocket.close"})
