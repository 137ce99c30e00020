"""Refuses requests with an invalid Host or with too many bytes of headers, before anything else reads them."""

from __future__ import annotations

from collections.abc import Awaitable

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from openapi.engine.dispatcher import error_answer
from openapi.engine.endpoints import ErrorTable
from openapi.http.heads import HeadFault, headers_fault
from openapi.server.observation import record_of


class HeadCheck:
    """Answers 400 for an invalid Host (RFC 9112 section 3.2) and 431 for headers that are too large; passes every other
    request to the next application.

    granian itself limits the number of headers, and its limit of bytes depends on how they arrive.
    """

    def __init__(self, app: ASGIApp, errors: ErrorTable) -> None:
        self._app = app
        self._errors = errors

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Check one request. No coroutine of its own: that would cost each request more than the check."""
        if scope["type"] == "http":
            fault = headers_fault(scope["http_version"], scope["headers"])
            if fault is not None:
                return self._refuse(fault, scope, send)
        return self._app(scope, receive, send)

    async def _refuse(self, fault: HeadFault, scope: Scope, send: Send) -> None:
        record = record_of(scope)
        failure = self._errors(HTTPException(fault.status, fault.sentence))
        answer = error_answer(failure)
        record.status, record.code = answer.status, failure.code
        headers = answer.sent_headers(record.request_id)
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})
