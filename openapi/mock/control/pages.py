"""What stands below ``/__mock``: the panel, the events that it follows, and the mock's own API."""

from __future__ import annotations

import asyncio
from functools import cached_property
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import orjson
from starlette.types import Receive, Scope, Send

from openapi.mock.control.app import Control
from openapi.mock.mocking import Mock
from openapi.mock.requests.request import Asking
from openapi.mock.transport.asgi import ASGIRequest, respond
from openapi.mock.transport.cors import Pair, is_preflight, origin_headers, preflight_headers
from openapi.mock.transport.hosts import is_known, is_loopback

CONTROL: Final = Path(__file__).with_name("control.yaml")
_PANEL: Final = Path(__file__).parents[1] / "panel"
_MEDIA_TYPES: Final = {
    ".html": b"text/html; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".css": b"text/css; charset=utf-8",
    ".svg": b"image/svg+xml",
    ".yaml": b"application/yaml",
}
# The page is this server's alone: nothing in it comes from elsewhere, is sent elsewhere or is shown elsewhere.
_POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    b"form-action 'none'; frame-ancestors 'none'"
)
_METHODS: Final = ("DELETE", "GET", "HEAD", "POST", "PUT")
# Seconds between two signs of life in a stream of events.
_PAUSE: Final = 15.0


class Pages:
    """The part of the mock that is about itself.

    Pages of other machines can neither read it nor change anything: the log has what an app sends. Those of this
    machine can, for that is where apps are developed; and who they are is told by the Host that was asked for.
    """

    def __init__(self, mock: Mock) -> None:
        self._mock = mock
        self._files = {f"/__mock/{path.name}": path for path in _PANEL.iterdir() if path.suffix in _MEDIA_TYPES}
        page = _PANEL / "index.html"
        self._files |= {"/__mock": page, "/__mock/": page, "/__mock/openapi.yaml": CONTROL}

    async def __call__(self, asking: Asking, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        method, path = scope["method"], asking.raw_path.decode("latin-1")
        trusted = self._is_trusted(asking)
        if not is_known(asking.headers.get("host"), self._mock.address):
            sentence = f"The mock is controlled at {self._mock.address}, by an address or localhost, and at its --host."
            await _refuse(send, "HOST_REFUSED", sentence)
        elif is_preflight(method, asking.headers):
            headers = preflight_headers(asking.headers, _METHODS) if trusted else [(b"vary", b"Origin")]
            await _respond(send, 204, headers, b"")
        elif not trusted and method not in ("GET", "HEAD"):
            sentence = "The mock is controlled by pages of this machine alone."
            await _refuse(send, "ORIGIN_REFUSED", sentence)
        elif method in ("GET", "HEAD") and (file := self._files.get(path)) is not None:
            await self._file(file, method, send)
        elif method == "GET" and path == "/__mock/events":
            await self._events(receive, send)
        else:
            incoming = ASGIRequest(scope, asking.raw_path, asking.query, receive)
            await respond(self._control.answer, incoming, _readable(asking, send) if trusted else send)

    def _is_trusted(self, asking: Asking) -> bool:
        origin = asking.headers.get("origin")
        if origin is None or is_loopback(origin):
            return True
        try:
            return urlsplit(origin).netloc == asking.headers.get("host")
        except ValueError:
            return False

    async def _file(self, file: Path, method: str, send: Send) -> None:
        headers = [
            (b"content-type", _MEDIA_TYPES[file.suffix]),
            (b"content-security-policy", _POLICY),
            (b"cache-control", b"no-cache"),
            (b"referrer-policy", b"no-referrer"),
        ]
        content = file.read_bytes()
        await _respond(send, 200, headers, content, bodiless=method == "HEAD")

    @cached_property
    def _control(self) -> Control:
        """The API of `control.yaml`; made for its first request."""
        return Control(self._mock, CONTROL)

    async def _events(self, receive: Receive, send: Send) -> None:
        """Server-sent events (HTML standard, section 9.2), until the client leaves."""
        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"retry: 500\n\n", "more_body": True})
        left = asyncio.ensure_future(_until_left(receive))
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
                    await send({"type": "http.response.body", "body": text, "more_body": True})
        finally:
            left.cancel()


async def _until_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _readable(asking: Asking, send: Send) -> Send:
    """`send` with what lets the page that asks read the answer."""

    async def send_readable(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            headers = message["headers"]
            assert isinstance(headers, list)  # noqa: S101 - that of the dispatcher
            message = {**message, "headers": [*headers, *origin_headers(asking.headers)]}
        await send(message)

    return send_readable  # type: ignore[return-value]  # a message is a mutable mapping


async def _refuse(send: Send, code: str, sentence: str) -> None:
    body = orjson.dumps({"success": False, "error": sentence, "code": code})
    await _respond(send, 403, [(b"content-type", b"application/json")], body)


async def _respond(send: Send, status: int, headers: list[Pair], body: bytes, *, bodiless: bool = False) -> None:
    headers = [(b"x-content-type-options", b"nosniff"), *headers]
    if status != 204:
        headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if bodiless else body})
