"""What the mock refuses, and what an error of its engine is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from starlette.exceptions import HTTPException


class Refusal(Exception):
    """A request that the mock does not answer as it was asked to; the text is a sentence for the client."""

    def __init__(self, status: int, code: str, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.headers = headers or {}


class WishRefused(Refusal):
    """A wish of the mock's own protocol that cannot be met; told in the mock's own envelope, whatever the contract."""


class RequestInvalid(Refusal):
    """A request that breaks the contract, or that is too large to be held to it; the text says how."""


@dataclass(frozen=True)
class MockFailure:
    """How an error is answered (openapi.engine.endpoints.ErrorResponse)."""

    status: int
    code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)
    expected: bool = True

    @property
    def body(self) -> dict[str, Any]:
        """The envelope."""
        return {"success": False, "error": self.message, "code": self.code}


# The names that the server has for the same (handlers/errors.py).
_HTTP: Final[Mapping[int, tuple[str, str]]] = {
    400: ("REQUEST_INVALID", "The request does not follow the contract."),
    404: ("ROUTE_NOT_FOUND", "There is nothing at this path."),
    405: ("METHOD_NOT_ALLOWED", "The path does not support this method."),
    408: ("REQUEST_TIMEOUT", "The request did not arrive in time."),
    413: ("BODY_TOO_LARGE", "The body of the request is too large."),
    415: ("MEDIA_TYPE_UNSUPPORTED", "The media type of the request body is not supported."),
}


def failure_by_status(status: int, sentence: str = "") -> MockFailure:
    """The failure that HTTP has a status for, with a `sentence` of its own where it has one."""
    code, usual = _HTTP[status]
    return MockFailure(status, code, sentence or usual)


def failure_of(error: Exception) -> MockFailure:
    """How `error` is answered; one that is not expected is a mistake of the mock, and told to the log."""
    if isinstance(error, Refusal):
        return MockFailure(error.status, error.code, str(error), error.headers)
    if isinstance(error, HTTPException) and error.status_code in _HTTP:
        # Starlette puts the phrase of the status where nobody has written a detail.
        detailed = error.status_code in (400, 415)
        failure = failure_by_status(error.status_code, error.detail if detailed else "")
        return replace(failure, headers=error.headers or {})
    return MockFailure(500, "MOCK_FAILED", "The mock failed. Its terminal shows the error.", expected=False)
