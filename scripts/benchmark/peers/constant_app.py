"""The same bytes for every request: the cost of the ASGI server alone, and so the upper limit for all."""

from __future__ import annotations

from starlette.types import Receive, Scope, Send

_BODY = b'{"provider":"sinch","phoneNumber":"+14165550100"}'
_HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(_BODY))]


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer any request; there is no lifespan."""
    if scope["type"] != "http":
        raise NotImplementedError(scope["type"])
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": _BODY})
