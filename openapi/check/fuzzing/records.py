"""The records of Schemathesis, turned into exchanges and faults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from openapi.check.client.wire import Exchange
from openapi.http.messages import Request, Response, fields_of

# Headers that its client adds to each request, and that a repeated request does not need.
_ITS_OWN: Final = ("accept-encoding", "connection", "content-length", "user-agent", "x-schemathesis-testcaseid")


def network_fault(error: Exception) -> tuple[str, str]:
    """The id of the rule that an error of its client breaks, and a sentence."""
    import requests

    if isinstance(error, requests.exceptions.ContentDecodingError):
        return "content-encoding", "the content is not coded as its Content-Encoding says"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "content-length", "the connection was closed before the end of the content"
    if isinstance(error, requests.Timeout):
        return "no-answer", "no answer arrived within the timeout"
    return "no-answer", "the connection ended without an answer"


def exchange_of(interaction: Any) -> Exchange:
    """The exchange of an interaction."""
    sent, came = interaction.request, interaction.response
    request = request_of(sent.method, sent.uri, {name: values[0] for name, values in sent.headers.items()}, sent.body)
    if came is None:
        return Exchange(request, None)
    headers = tuple((name, value) for name, values in came.headers.items() for value in values)
    return Exchange(request, Response(came.status_code, headers, came.content or b"", came.elapsed))


def request_of(method: str, url: str, headers: Mapping[str, Any], body: bytes | str | None) -> Request:
    """The request of its client, without the headers that the client adds."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kept = {name: value for name, value in headers.items() if name.lower() not in _ITS_OWN}
    content = body.encode() if isinstance(body, str) else body or b""
    return Request(
        method,
        target,
        fields_of({n: v if isinstance(v, str) else v.decode("latin-1") for n, v in kept.items()}),
        content,
    )


def line(text: object) -> str:
    """`text` on one line, cut to 300 characters."""
    return " ".join(str(text).split())[:300]
