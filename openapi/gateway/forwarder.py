"""Requests passed on to another server, and its answers back: a gateway (RFC 9110 section 3.7) as an ASGI application.

Bodies are streamed both ways, as fast as the slower side takes them, and no coding is undone. What is not passed on are
the fields of a single connection (section 7.6.1) and trailers; an upgrade of the protocol is not offered further. `Via`
is added to requests, as gateways must (section 7.6.3), and nothing to answers. `Forwarded` and its like are passed on
when they came, and not made: the server behind is to see what it would see without us.
"""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast
from urllib.parse import quote, urlsplit

import orjson
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from openapi.gateway import Address, Connections, Outgoing, Silent, Unreachable, UpstreamError

logger = logging.getLogger(__name__)

# Where a server leaves the target of a request as it was on the wire, in the `extensions` of its scope.
RAW_TARGET: Final = "tether_relay.raw_target"

_OF_THE_CONNECTION: Final = frozenset(
    (b"connection", b"proxy-connection", b"keep-alive", b"te", b"transfer-encoding", b"upgrade", b"trailer")
)
# What frames or addresses a message is not for a `Connection` to take away.
_ALWAYS_KEPT: Final = frozenset((b"host", b"content-length"))
# Its length is that of content which is not sent; servers would take it for a promise (RFC 9110 section 8.6).
_WITHOUT_LENGTH: Final = (204, 304)


@dataclass(frozen=True)
class Upstream:
    """The server behind: `url` is what stands before the target of each request.

    `connect_timeout` and `timeout` are in seconds; the second is how long it may be silent. `ca_bundle` is a PEM file
    of the authorities to trust in place of the system's. With `keep_host` it is sent the `Host` that the client named,
    rather than its own.
    """

    url: str
    connect_timeout: float = 5.0
    timeout: float = 60.0
    ca_bundle: Path | None = None
    insecure: bool = False
    keep_host: bool = False


class ForwardingError(Exception):
    """There is no answer to pass on; `status`, `code` and the text say what is answered instead."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code


class BrokenOff(Exception):
    """The server behind broke off in the middle of its answer: so must we, or half of it would look whole."""


class Forwarder:
    """Passes requests on to `upstream`.

    As an application it answers in the envelope where there is no answer to pass on: 502 when the server behind is out
    of reach or speaks no HTTP, 504 when it is silent. ValueError says what about the upstream is wrong.
    """

    def __init__(self, upstream: Upstream) -> None:
        origin = _split(upstream.url)
        self._base = origin.path
        self._own_host = None if upstream.keep_host else origin.authority
        # A name of its own for each process, by which a request that comes round again is told.
        self._via = b"1.1 tether-relay-" + os.urandom(4).hex().encode()
        secure = origin.scheme == "https"
        self._connections = Connections(
            Address(
                origin.host.decode(),
                origin.port or (443 if secure else 80),
                _ssl_context(upstream) if secure else None,
                upstream.connect_timeout,
                upstream.timeout,
            )
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        try:
            await self.forward(scope, receive, send)
        except ForwardingError as error:
            await send_error(send, error.status, error.code, str(error))

    async def forward(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As calling it, but raise ForwardingError where there is no answer to pass on, before anything is sent;
        BrokenOff when the answer ends too early. It returns when the client leaves."""
        client = _Client(receive)
        request = self._request(scope, client)
        task = cast("asyncio.Task[None]", asyncio.current_task())
        watch = asyncio.create_task(client.watch(task))
        try:
            await self._exchange(request, client, send)
        except ClientDisconnect:
            return
        except asyncio.CancelledError:
            if not client.gone or task.uncancel():
                raise
        finally:
            watch.cancel()

    async def aclose(self) -> None:
        """Close the connections to the server behind."""
        await self._connections.aclose()

    def _request(self, scope: Scope, client: _Client) -> Outgoing:
        headers: list[tuple[bytes, bytes]] = list(scope["headers"])
        if any(name == b"via" and self._via in value for name, value in headers):
            raise ForwardingError(508, "LOOP_DETECTED", "The request came back to where it had been.")
        sent = list(_end_to_end(headers))
        if self._own_host is not None:
            sent = [(b"host", self._own_host), *((name, value) for name, value in sent if name != b"host")]
        chunked = any(name == b"transfer-encoding" for name, _ in headers)
        if chunked:
            # Of two lengths, a server might believe the other (RFC 9112 section 6.1).
            sent = [(name, value) for name, value in sent if name != b"content-length"]
            sent.append((b"transfer-encoding", b"chunked"))
        sent.append((b"via", self._via))
        method = scope["method"].encode()
        has_body = chunked or any(name == b"content-length" and value != b"0" for name, value in headers)
        if not has_body:
            client.has_sent.set()
        head = _head(method, self._base + target_of(scope), sent)
        return Outgoing(method, head, client.body() if has_body else None, chunked)

    async def _exchange(self, request: Outgoing, client: _Client, send: Send) -> None:
        started = False
        try:
            async with self._connections.exchange(request) as answer:
                headers = list(_end_to_end(answer.headers))
                if answer.status in _WITHOUT_LENGTH:
                    headers = [(name, value) for name, value in headers if name != b"content-length"]
                start = {"type": "http.response.start", "status": answer.status, "headers": headers}
                started = True
                await send(cast(Message, start))
                async for part in answer.parts():
                    await send({"type": "http.response.body", "body": part, "more_body": True})
        except UpstreamError as error:
            if not started:
                raise _failed(error) from error
            logger.warning("the upstream broke off: %s", _reason(error))
            raise BrokenOff(_reason(error)) from error
        client.answered = True
        await send({"type": "http.response.body", "body": b""})


class _Client:
    """Who is answered: reads what it sends, and notices when it leaves."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.has_sent = asyncio.Event()
        self.gone = False
        self.answered = False

    async def body(self) -> AsyncIterator[bytes]:
        """The parts of its body as they come; ClientDisconnect when it leaves before the end."""
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            if part := message.get("body"):
                yield part
            if not message.get("more_body"):
                break
        self.has_sent.set()

    async def watch(self, task: asyncio.Task[None]) -> None:
        """Cancel `task` when it leaves before it was answered."""
        await self.has_sent.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if not self.answered:
            self.gone = True
            task.cancel()


def target_of(scope: Scope) -> bytes:
    """The target of a request, path and query, as it was on the wire where the server tells."""
    target: bytes | None = scope.get("extensions", {}).get(RAW_TARGET)
    # A target in absolute form (RFC 9112 section 3.2.2) names us.
    if target is not None and target.startswith(b"/"):
        return target
    path: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    query: bytes = scope["query_string"]
    return path + b"?" + query if query else path


async def send_error(send: Send, status: int, code: str, sentence: str, **more: object) -> None:
    """UpstreamAnswer with an error in the envelope."""
    body = orjson.dumps({"success": False, "error": sentence, "code": code, **more})
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send(cast(Message, {"type": "http.response.start", "status": status, "headers": headers}))
    await send({"type": "http.response.body", "body": body})


def _end_to_end(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """The fields that are meant for more than one connection, in their order and as often as they stand."""
    headers = list(headers)
    named = {
        option.strip().lower()
        for name, value in headers
        if name.lower() == b"connection"
        for option in value.split(b",")
    }
    dropped = _OF_THE_CONNECTION | (named - _ALWAYS_KEPT)
    return ((name, value) for name, value in headers if name.lower() not in dropped)


def _head(method: bytes, target: bytes, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    lines = [b"%b %b HTTP/1.1" % (method, target), *(b"%b: %b" % field for field in headers), b"", b""]
    head = b"\r\n".join(lines)
    # No field may bring a line of its own with it.
    if head.count(b"\n") != len(lines) - 1 or head.count(b"\r") != len(lines) - 1:
        raise ForwardingError(400, "BAD_REQUEST", "The request has a form that cannot be passed on.")
    return head


def _failed(error: UpstreamError) -> ForwardingError:
    logger.warning("no answer of the upstream: %s", _reason(error))
    if isinstance(error, Silent):
        return ForwardingError(504, "UPSTREAM_TIMEOUT", "The server behind did not answer in time.")
    if isinstance(error, Unreachable):
        return ForwardingError(502, "UPSTREAM_UNREACHABLE", "The server behind cannot be reached.")
    return ForwardingError(502, "UPSTREAM_BROKEN", "The server behind broke off, or its answer is no HTTP.")


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


@dataclass(frozen=True)
class _Origin:
    scheme: str
    host: bytes
    port: int | None
    path: bytes

    @property
    def authority(self) -> bytes:
        host = b"[%s]" % self.host if b":" in self.host else self.host
        return host if self.port is None else b"%s:%d" % (host, self.port)


def _split(url: str) -> _Origin:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna"), parts.port
    except ValueError as error:
        raise ValueError(f"{url} is no URL: {error}") from None
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError(f"{url} is no URL of a server: it begins with http:// or https:// and a host")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError(f"the URL of {parts.hostname} has more than a host, a port and a path")
    return _Origin(parts.scheme, host, port, quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=~").encode())


def _ssl_context(upstream: Upstream) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=upstream.ca_bundle)
        context.set_alpn_protocols(["http/1.1"])
    except (OSError, ssl.SSLError) as error:
        raise ValueError(f"{upstream.ca_bundle} cannot be read as certificates: {error}") from None
    if upstream.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
