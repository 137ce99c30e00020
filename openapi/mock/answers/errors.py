"""An error in the form that the contract has for it, and what faults answer: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import orjson

from openapi.mock.answers.bodies import Bodies
from openapi.mock.answers.own_headers import merged_headers
from openapi.mock.answers.refusals import MockFailure, WishRefused
from openapi.mock.answers.selection import Selection, select
from openapi.mock.scenarios.faults import Fault
from openapi.mock.scenarios.scenarios import MockedOperation

# Seconds to wait after a 503 that names no others.
_RETRY_AFTER: Final = 5


class ErrorAnswer(NamedTuple):
    """An answer that tells of a failure; `content_type` is None for one without a body."""

    status: int
    content_type: str | None
    headers: Mapping[str, str]
    content: bytes


def error_answer(
    mocked: MockedOperation, bodies: Bodies, wanted: Sequence[int], failure: MockFailure, accept: str | None
) -> ErrorAnswer:
    """A failure with the first of the `wanted` statuses that the contract declares by itself, in the form of the
    contract; with its own status, and in the mock's own form, where it has none."""
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
    """A failure in the mock's own form."""
    return ErrorAnswer(failure.status, "application/json", failure.headers, orjson.dumps(failure.body))


def failure_by(fault: Fault) -> MockFailure | None:
    """What the server says when a fault hits it; None for one after which it says nothing of its own."""
    if fault.kind == "unavailable":
        headers = {"Retry-After": str(_RETRY_AFTER if fault.retry_after is None else fault.retry_after)}
        return MockFailure(503, "UNAVAILABLE", "The service is not available. Try again later.", headers)
    if fault.kind == "error":
        return MockFailure(500, "INTERNAL_ERROR", "The server failed.")
    return None


def _selected(mocked: MockedOperation, status: int, accept: str | None) -> Selection:
    try:
        return select(mocked, status, None, accept)
    except WishRefused:
        # An error in a form that was not asked for says more than one about the form.
        return select(mocked, status, None, None)
