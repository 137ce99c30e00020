"""Forwards requests to an upstream server, and its answers to the client: a gateway (RFC 9110 section 3.7) as an ASGI
application.

Bodies are streamed in both directions, at the pace of the slower side, and are not decoded. Fields of a single
connection (section 7.6.1), trailers and upgrades of the protocol are not forwarded. `Via` is added to requests, as
gateways must (section 7.6.3); nothing is added to answers. `Forwarded` and similar fields are forwarded but not added:
the upstream server sees the request as it would without the gateway.
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
from openapi.gateway.raw_target import RAW_TARGET

logger = logging.getLogger(__name__)

_OF_THE_CONNECTION: Final = frozenset(
    (b"connection", b"proxy-connection", b"keep-alive", b"te", b"transfer-encoding", b"upgrade", b"trailer")
)
# Fields that frame or address a message are kept even if `Connection` names them.
_ALWAYS_KEPT: Final = frozenset((b"host", b"content-length"))
# Content-Length of these statuses is the length of content that is not sent; a server would expect the content (RFC
# 9110 section 8.6).
_WITHOUT_LENGTH: Final = (204, 304)


@dataclass(frozen=True)
class Upstream:
    """The upstream server: `url` is the prefix of the target of each request.

    `connect_timeout` and `timeout` are in seconds; `timeout` limits the silence of the server. `ca_bundle` is a PEM
    file of the authorities to trust instead of those of the system. With `keep_host` the server gets the `Host` of the
    client, otherwise its own.
    """

    url: str
    connect_timeout: float = 5.0
    timeout: float = 60.0
    ca_bundle: Path | None = None
    insecure: bool = False
    keep_host: bool = False


class ForwardingError(Exception):
    """There is no answer to forward; the client gets `status`, `code` and the text instead."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code


class BrokenOff(Exception):
    """The upstream server stopped in the middle of its answer. The connection to the client must be closed too, or the
    partial answer would look complete."""


class Forwarder:
    """Forwards requests to `upstream`.

    As an application it answers with the error envelope if there is no answer to forward: 502 if the upstream server is
    unreachable or does not speak HTTP, 504 if it is silent. Raises ValueError if `upstream` is invalid.
    """

    def __init__(self, upstream: Upstream) -> None:
        origin = _split(upstream.url)
        self._base = origin.path
        self._own_host = None if upstream.keep_host else origin.authority
        # A unique name for each process, to detect a request that returns in a loop.
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
        """Forward one request."""
        try:
            await self.forward(scope, receive, send)
        except ForwardingError as error:
            await send_error(send, error.status, error.code, str(error))

    async def forward(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward one request. Raises ForwardingError, before anything is sent, if there is no answer to forward, and
        BrokenOff if the answer ends too early. Returns if the client leaves."""
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
        """Close the connections to the upstream server."""
        await self._connections.aclose()

    def _request(self, scope: Scope, client: _Client) -> Outgoing:
        headers: list[tuple[bytes, bytes]] = list(scope["headers"])
        if any(name == b"via" and self._via in value for name, value in headers):
            raise ForwardingError(508, "LOOP_DETECTED", "The request is forwarded in a loop.")
        sent = list(_end_to_end(headers))
        if self._own_host is not None:
            sent = [(b"host", self._own_host), *((name, value) for name, value in sent if name != b"host")]
        chunked = any(name == b"transfer-encoding" for name, _ in headers)
        if chunked:
            # With two lengths, a server could use the other one (RFC 9112 section 6.1).
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
            logger.warning("the upstream server stopped in the middle of its answer: %s", _reason(error))
            raise BrokenOff(_reason(error)) from error
        client.answered = True
        await send({"type": "http.response.body", "body": b""})


class _Client:
    """The client of one request: reads its body, and notices that it leaves."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.has_sent = asyncio.Event()
        self.gone = False
        self.answered = False

    async def body(self) -> AsyncIterator[bytes]:
        """The parts of the body as they arrive. Raises ClientDisconnect if the client leaves before the end."""
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
        """Cancel `task` if the client leaves before the answer is complete."""
        await self.has_sent.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if not self.answered:
            self.gone = True
            task.cancel()


def target_of(scope: Scope) -> bytes:
    """The target of a request, path and query, byte for byte if the server stores it in the scope."""
    target: bytes | None = scope.get("extensions", {}).get(RAW_TARGET)
    # A target in absolute form (RFC 9112 section 3.2.2) names this gateway.
    if target is not None and target.startswith(b"/"):
        return target
    path: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    query: bytes = scope["query_string"]
    return path + b"?" + query if query else path


async def send_error(send: Send, status: int, code: str, sentence: str, **more: object) -> None:
    """Answer with an error envelope."""
    body = orjson.dumps({"success": False, "error": sentence, "code": code, **more})
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send(cast(Message, {"type": "http.response.start", "status": status, "headers": headers}))
    await send({"type": "http.response.body", "body": body})


def _end_to_end(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """The fields that are not limited to one connection, in their order, with repetitions."""
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
    # A field must not add a line.
    if head.count(b"\n") != len(lines) - 1 or head.count(b"\r") != len(lines) - 1:
        raise ForwardingError(400, "BAD_REQUEST", "The request contains a line break and cannot be forwarded.")
    return head


def _failed(error: UpstreamError) -> ForwardingError:
    logger.warning("no answer from the upstream server: %s", _reason(error))
    if isinstance(error, Silent):
        return ForwardingError(504, "UPSTREAM_TIMEOUT", "The upstream server did not answer in time.")
    if isinstance(error, Unreachable):
        return ForwardingError(502, "UPSTREAM_UNREACHABLE", "The upstream server cannot be reached.")
    sentence = "The upstream server closed the connection too early, or its answer is not valid HTTP."
    return ForwardingError(502, "UPSTREAM_BROKEN", sentence)


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
        raise ValueError(f"{url} is not a URL: {error}") from None
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError(f"{url} is not the URL of a server: it must begin with http:// or https:// and a host")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError(f"the URL of {parts.hostname} has more than a host, a port and a path; remove the rest")
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
