"""Errors in the form that the contract declares, and the errors of faults. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import orjson

from openapi.mock.answers.bodies import Bodies
from openapi.mock.answers.own_headers import merged_headers
from openapi.mock.answers.refusals import MockFailure, PreferenceRefused
from openapi.mock.answers.selection import Selection, select
from openapi.mock.scenarios.faults import Fault
from openapi.mock.scenarios.scenarios import MockedOperation

# The default Retry-After of a 503, in seconds.
_RETRY_AFTER: Final = 5


class ErrorAnswer(NamedTuple):
    """An answer with an error; `content_type` is None for one without a body."""

    status: int
    content_type: str | None
    headers: Mapping[str, str]
    content: bytes


def error_answer(
    mocked: MockedOperation, bodies: Bodies, wanted: Sequence[int], failure: MockFailure, accept: str | None
) -> ErrorAnswer:
    """A failure in the form of the contract, with the first of the `wanted` statuses that the contract declares
    explicitly, or with its own status; in the mock's envelope if the contract has no form for it."""
    responses = mocked.operation.responses
    status = next((status for status in wanted if str(status) in responses), failure.status)
    if mocked.operation.response_for(status) is not None:
        selection = _selected(mocked, status, accept)
        content = bodies.error(selection, failure.code, failure.message)
        if content is not None:
            declared = bodies.headers(selection, failure.code)
            return ErrorAnswer(status, selection.content_type, merged_headers(declared, failure.headers), content)
    return own_answer(failure)


def own_answer(failure: MockFailure) -> ErrorAnswer:
    """A failure in the mock's envelope."""
    return ErrorAnswer(failure.status, "application/json", failure.headers, orjson.dumps(failure.body))


def failure_by(fault: Fault) -> MockFailure | None:
    """The error that a fault answers with; None for a kind that is not an error response."""
    if fault.kind == "unavailable":
        headers = {"Retry-After": str(_RETRY_AFTER if fault.retry_after is None else fault.retry_after)}
        return MockFailure(503, "UNAVAILABLE", "The service is not available. Try again later.", headers)
    if fault.kind == "error":
        return MockFailure(500, "INTERNAL_ERROR", "The server failed.")
    return None


def _selected(mocked: MockedOperation, status: int, accept: str | None) -> Selection:
    try:
        return select(mocked, status, None, accept)
    except PreferenceRefused:
        # An error in a media type that was not accepted says more than an error about the media type.
        return select(mocked, status, None, None)
