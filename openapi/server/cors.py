"""Access for pages of other origins (Fetch standard, "CORS protocol")."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from openapi.contract import Operation
from openapi.server.observation import record_of

# Seconds for which a browser can cache the answer to a preflight.
_MAX_AGE = 600


class Cors(CORSMiddleware):
    """Allows pages of some origins to call the operations and to read the answers, also errors.

    Credentials of the browser, such as cookies, are not allowed: the page sends a token itself.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str], operations: Iterable[Operation]) -> None:
        super().__init__(
            app,
            allow_origins=origins,
            allow_methods=sorted({"GET", "HEAD", *(operation.method.upper() for operation in operations)}),
            allow_headers=["Authorization", "Content-Type", "X-Request-ID"],
            expose_headers=["Allow", "WWW-Authenticate", "X-Request-ID"],
            max_age=_MAX_AGE,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight; pass on any other request, and add the CORS headers to its answer."""
        if not _is_preflight(scope):
            await super().__call__(scope, receive, send)
            return
        record = record_of(scope)
        response = self.preflight_response(Headers(scope=scope))
        response.headers["x-request-id"] = record.request_id
        record.status = response.status_code
        await response(scope, receive, send)

    def preflight_response(self, request_headers: Headers) -> Response:
        """The answer to a preflight. A browser reads the allowed requests from the headers, and refuses others itself,
        so the status is always 204."""
        judged = super().preflight_response(request_headers)
        headers = {name: value for name, value in judged.headers.items() if not name.startswith("content-")}
        return Response(status_code=204, headers=headers)


def _is_preflight(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "OPTIONS":
        return False
    return {b"origin", b"access-control-request-method"} <= {name for name, _ in scope["headers"]}
