"""The refusals of the mock, and the status and code of each error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from starlette.exceptions import HTTPException


class Refusal(Exception):
    """The mock refuses a request; the text is a sentence for the client."""

    def __init__(self, status: int, code: str, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.headers = headers or {}


class PreferenceRefused(Refusal):
    """A preference that the mock cannot fulfil; it is an error of the mock, not one that the contract declares."""


class RequestInvalid(Refusal):
    """A request that breaks the contract, or is too large to be validated; the text states the violation."""


@dataclass(frozen=True)
class MockFailure:
    """How an error is answered."""

    status: int
    code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)
    expected: bool = True


# The same codes and sentences as those of the server (handlers/errors.py).
_HTTP: Final[Mapping[int, tuple[str, str]]] = {
    400: ("REQUEST_INVALID", "The request does not follow the contract."),
    404: ("ROUTE_NOT_FOUND", "There is nothing at this path."),
    405: ("METHOD_NOT_ALLOWED", "The path does not support this method."),
    408: ("REQUEST_TIMEOUT", "The request did not arrive in time."),
    413: ("BODY_TOO_LARGE", "The body of the request is too large."),
    415: ("MEDIA_TYPE_UNSUPPORTED", "The media type of the request body is not supported."),
}


def failure_by_status(status: int, sentence: str = "") -> MockFailure:
    """The failure for a status of HTTP, with a `sentence` of its own or the usual one."""
    code, usual = _HTTP[status]
    return MockFailure(status, code, sentence or usual)


def failure_of(error: Exception) -> MockFailure:
    """The status, code and sentence of `error`; an unexpected error is a bug of the mock, which belongs in the log."""
    if isinstance(error, Refusal):
        return MockFailure(error.status, error.code, str(error), error.headers)
    if isinstance(error, HTTPException) and error.status_code in _HTTP:
        # Without a detail, Starlette uses the phrase of the status.
        detailed = error.status_code in (400, 415)
        failure = failure_by_status(error.status_code, error.detail if detailed else "")
        return replace(failure, headers=error.headers or {})
    return MockFailure(500, "MOCK_FAILED", "The mock failed. Its terminal shows the error.", expected=False)
