"""Errors in the form that the contract declares, and the errors of faults. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from openapi.mock.answers.bodies import Bodies
from openapi.mock.answers.decision import undeclared_body
from openapi.mock.answers.own_headers import merged_headers
from openapi.mock.answers.refusals import MockFailure
from openapi.mock.answers.selection import select
from openapi.mock.scenarios.faults import Fault
from openapi.mock.scenarios.scenarios import MockedOperation
from openapi.mock.settings import Envelope

# The default Retry-After of a 503, in seconds.
_RETRY_AFTER: Final = 5


class ErrorAnswer(NamedTuple):
    """An answer with an error; `content_type` is None for one without a body. `is_declared` says whether the contract
    declares it."""

    status: int
    content_type: str | None
    headers: Mapping[str, str]
    content: bytes
    is_declared: bool = True


def error_answer(
    mocked: MockedOperation, bodies: Bodies, wanted: Sequence[int], failure: MockFailure, accept: str | None
) -> ErrorAnswer:
    """A failure as the contract declares it, with the first of the `wanted` statuses that the contract declares
    explicitly, or with its own status; as `own_answer` if the contract declares no answer for it."""
    responses = mocked.operation.responses
    status = next((status for status in wanted if str(status) in responses), failure.status)
    if mocked.operation.response_for(status) is not None:
        selection = select(mocked, status, None, accept)
        content = bodies.error(selection, failure.code, failure.message)
        declared = bodies.headers(selection, failure.code)
        return ErrorAnswer(status, selection.content_type, merged_headers(declared, failure.headers), content)
    return own_answer(failure, bodies.envelope)


def own_answer(failure: MockFailure, envelope: Envelope | None) -> ErrorAnswer:
    """A failure that the contract does not declare."""
    content_type, content = undeclared_body(failure, envelope)
    return ErrorAnswer(failure.status, content_type, failure.headers, content, is_declared=False)


def failure_by(fault: Fault) -> MockFailure | None:
    """The error that a fault answers with; None for a kind that is not an error response."""
    if fault.kind == "unavailable":
        headers = {"Retry-After": str(_RETRY_AFTER if fault.retry_after is None else fault.retry_after)}
        return MockFailure(503, "UNAVAILABLE", "The service is not available. Try again later.", headers)
    if fault.kind == "error":
        return MockFailure(500, "INTERNAL_ERROR", "The server failed.")
    return None
