"""The paths below ``/__mock``: the panel, the stream of events, and the control API."""

from __future__ import annotations

import asyncio
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import orjson

from openapi.engine.endpoints import Incoming
from openapi.engine.errors import ClientLeft
from openapi.engine.observation import RequestRecord
from openapi.http.hosts import host_of, is_known, is_loopback
from openapi.mock.mocking import Mock
from openapi.mock.requests.request import MockRequest
from openapi.mock.transport.channel import ClientChannel
from openapi.mock.transport.cors import Pair, is_preflight, origin_headers, preflight_headers

if TYPE_CHECKING:
    from openapi.mock.control.app import Control

CONTROL: Final = Path(__file__).with_name("control.yaml")
_PANEL: Final = Path(__file__).parents[1] / "panel"
_MEDIA_TYPES: Final = {
    ".html": b"text/html; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".css": b"text/css; charset=utf-8",
    ".svg": b"image/svg+xml",
    ".yaml": b"application/yaml",
}
# The page loads, contacts and is embedded by nothing but this server.
_POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    b"form-action 'none'; frame-ancestors 'none'"
)
_OF_FILES: Final[list[Pair]] = [
    (b"content-security-policy", _POLICY),
    (b"cache-control", b"no-cache"),
    (b"referrer-policy", b"no-referrer"),
]
_METHODS: Final = ("DELETE", "GET", "HEAD", "POST", "PUT")
# Seconds without an event after which the stream sends a comment.
_PAUSE: Final = 15.0


class Pages:
    """Answers requests below ``/__mock``.

    Pages from other machines can neither read nor change anything, because the log has the traffic of an app. Pages
    from this machine can, because apps are developed there. The Host header is checked against DNS rebinding.
    """

    def __init__(self, mock: Mock) -> None:
        self._mock = mock
        self._files = {f"/__mock/{path.name}": path for path in _PANEL.iterdir() if path.suffix in _MEDIA_TYPES}
        page = _PANEL / "index.html"
        self._files |= {"/__mock": page, "/__mock/": page, "/__mock/openapi.yaml": CONTROL}

    async def __call__(self, request: MockRequest, channel: ClientChannel) -> None:
        """Answer one request."""
        method, path = request.method, request.raw_path.decode("latin-1")
        trusted = self._is_trusted(request)
        if not is_known(request.headers.get("host"), host_of(self._mock.address)):
            sentence = f"Use {self._mock.address}, localhost, an IP address, or the name given with --host."
            await _refuse(channel, "HOST_REFUSED", sentence)
        elif is_preflight(method, request.headers):
            headers = preflight_headers(request.headers, _METHODS) if trusted else [(b"vary", b"Origin")]
            await _respond(channel, 204, headers, b"")
        elif not trusted and method not in ("GET", "HEAD"):
            sentence = "Only pages from this machine can control the mock."
            await _refuse(channel, "ORIGIN_REFUSED", sentence)
        elif method in ("GET", "HEAD") and (file := self._files.get(path)) is not None:
            await _respond(channel, 200, [(b"content-type", _MEDIA_TYPES[file.suffix]), *_OF_FILES], file.read_bytes())
        elif method == "GET" and path == "/__mock/events":
            await self._events(channel)
        else:
            await self._control_answer(request, channel, trusted=trusted)

    def _is_trusted(self, request: MockRequest) -> bool:
        origin = request.headers.get("origin")
        if origin is None or is_loopback(origin):
            return True
        try:
            return urlsplit(origin).netloc == request.headers.get("host")
        except ValueError:
            return False

    async def _control_answer(self, request: MockRequest, channel: ClientChannel, *, trusted: bool) -> None:
        record = RequestRecord(request.method, request.id)
        incoming = Incoming(
            request.method, request.raw_path, request.query, request.raw_headers, record, channel.chunks
        )
        try:
            answer = await self._control.answer(incoming)
        except ClientLeft:
            return
        headers = answer.sent_headers(record.request_id)
        # Only a trusted page may read the answer.
        await channel.start(answer.status, headers + (origin_headers(request.headers) if trusted else []))
        await channel.send_body(answer.body)

    @cached_property
    def _control(self) -> Control:
        """The API of `control.yaml`; imported and created for its first request, because many runs have none."""
        from openapi.mock.control.app import Control

        return Control(self._mock, CONTROL)

    async def _events(self, channel: ClientChannel) -> None:
        """Server-sent events (HTML standard, section 9.2), until the client leaves."""
        await channel.start(200, [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")])
        await channel.send_part(b"retry: 500\n\n", more=True)
        left = asyncio.ensure_future(channel.left())
        try:
            with self._mock.log.watching() as queue:
                while not left.done():
                    event = asyncio.ensure_future(queue.get())
                    await asyncio.wait((left, event), timeout=_PAUSE, return_when=asyncio.FIRST_COMPLETED)
                    text = b": still here\n\n"
                    if event.done():
                        kind, data = event.result()
                        text = b"event: %b\ndata: %b\n\n" % (kind.encode(), orjson.dumps(data))
                    event.cancel()
                    await channel.send_part(text, more=True)
        finally:
            left.cancel()


async def _refuse(channel: ClientChannel, code: str, sentence: str) -> None:
    # Imported here, as the control API is.
    from openapi.mock.control.app import envelope_of

    body = orjson.dumps(envelope_of(code, sentence))
    await _respond(channel, 403, [(b"content-type", b"application/json")], body)


async def _respond(channel: ClientChannel, status: int, headers: list[Pair], body: bytes) -> None:
    headers = [(b"x-content-type-options", b"nosniff"), *headers]
    if status != 204:
        headers.append((b"content-length", b"%d" % len(body)))
    await channel.start(status, headers)
    await channel.send_body(body)
