"""The one table that maps errors to status, code and message.

The server sends every error in the contract's envelope:
``{"success": false, "error": "<sentence>", "code": "<STABLE_CODE>"}``.
An error that is missing from the table is a bug: the client gets INTERNAL_ERROR without details, the log gets the
traceback.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from connexion.exceptions import NonConformingResponse
from starlette.exceptions import HTTPException

from handlers.authentication.auth import TokenExpired, TokenInvalid, TokenMissing, UserDisabled
from handlers.authentication.keys import KeysUnavailable
from handlers.envelope import envelope
from store import StoreBusy, StoreUnavailable, UserNotFound


class OperationNotImplemented(Exception):
    """The coroutine of an operation has no body yet; the text is the operationId."""

    def __str__(self) -> str:
        return f"{self.args[0]} is not implemented; write the body of its coroutine"


# RFC 6750 section 3: a request without credentials gets no error code; section 3.1 defines `invalid_token`.
_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="tether-relay"'}
_INVALID_TOKEN: Final = {"WWW-Authenticate": 'Bearer realm="tether-relay", error="invalid_token"'}


@dataclass(frozen=True)
class Failure:
    """The response to an error. `expected` is true for errors that can happen in a program without bugs."""

    status: int
    code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)
    expected: bool = True

    @property
    def body(self) -> dict[str, object]:
        """The contract's envelope."""
        return envelope(self.status, self.code, self.message)


ERRORS: Final[Mapping[type[Exception], Failure]] = {
    TokenMissing: Failure(401, "TOKEN_MISSING", "Send a bearer token in the Authorization header.", _CHALLENGE),
    TokenInvalid: Failure(401, "TOKEN_INVALID", "The bearer token is not valid.", _INVALID_TOKEN),
    TokenExpired: Failure(401, "TOKEN_EXPIRED", "The bearer token has expired.", _INVALID_TOKEN),
    UserNotFound: Failure(401, "USER_NOT_FOUND", "The user of the bearer token does not exist.", _INVALID_TOKEN),
    UserDisabled: Failure(401, "USER_DISABLED", "The user of the bearer token is disabled.", _INVALID_TOKEN),
    KeysUnavailable: Failure(500, "KEYS_UNAVAILABLE", "Tokens cannot be verified at the moment. Try again later."),
    StoreUnavailable: Failure(500, "STORE_UNAVAILABLE", "The data cannot be read at the moment. Try again later."),
    # Contracts declare 500, and hardly ever 501.
    OperationNotImplemented: Failure(500, "NOT_IMPLEMENTED", "This operation is not implemented yet."),
    StoreBusy: Failure(503, "STORE_BUSY", "Other changes take too long. Send the request again.", {"Retry-After": "1"}),
    NonConformingResponse: Failure(500, "RESPONSE_INVALID", "The server made a response that violates the contract."),
}

# Errors of HTTP, by status.
HTTP_ERRORS: Final[Mapping[int, Failure]] = {
    400: Failure(400, "REQUEST_INVALID", "The request does not follow the contract."),
    404: Failure(404, "ROUTE_NOT_FOUND", "There is nothing at this path."),
    405: Failure(405, "METHOD_NOT_ALLOWED", "The path does not support this method."),
    413: Failure(413, "BODY_TOO_LARGE", "The body of the request is too large."),
    415: Failure(415, "MEDIA_TYPE_UNSUPPORTED", "The media type of the request body is not supported."),
    431: Failure(431, "HEADERS_TOO_LARGE", "The headers of the request are too large."),
    503: Failure(503, "NOT_READY", "The server is not ready."),
}

INTERNAL: Final = Failure(500, "INTERNAL_ERROR", "The server failed. The failure has been logged.", expected=False)

# Errors whose detail is written for the client.
_DETAILED: Final = (400, 415, 431, 503)


def failure_of(error: Exception) -> Failure:
    """The response to `error`: that of its class, or of the nearest base class in the table."""
    for kind in type(error).__mro__:
        if (failure := ERRORS.get(kind)) is not None:
            return failure
    if isinstance(error, HTTPException) and (failure := HTTP_ERRORS.get(error.status_code)) is not None:
        detailed = error.status_code in _DETAILED and error.detail
        message = error.detail if detailed else failure.message
        return replace(failure, message=message, headers=error.headers or {})
    return INTERNAL
