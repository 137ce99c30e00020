"""Sample requests for operations."""

from __future__ import annotations

import time
from typing import Any

from openapi.examples.generation import GenerationError
from openapi.examples.requests import RequestMaker
from openapi.http.messages import Request
from openapi.mock.answers.refusals import Refusal
from openapi.mock.mocking import Mock
from openapi.mock.sample_requests import request_for, request_to_try


async def get_sample(mock: Mock, operation: str | None = None) -> dict[str, Any]:
    """A request with everything that the operation requires, and credentials."""
    request = _request(mock, operation)
    return {
        "method": request.method,
        "target": request.target,
        "headers": [list(field) for field in request.headers],
        "body": request.body.decode(),
    }


def _request(mock: Mock, operation: str | None) -> Request:
    operations, auth = mock.snapshot.operations, mock.settings.auth
    if operation is None:
        found = request_to_try(operations, auth, time.time())
        if found is None:
            raise Refusal(404, "SAMPLE_NOT_FOUND", "The mock cannot make a sample request for any operation.")
        return found
    if (mocked := operations.get(operation)) is None:
        raise Refusal(404, "OPERATION_NOT_FOUND", f"There is no operation {operation!r}.")
    try:
        return request_for(mocked, RequestMaker(mocked.contract), auth, time.time())
    except GenerationError as error:
        raise Refusal(
            404, "SAMPLE_NOT_FOUND", f"The mock cannot make a sample request for {operation!r}: {error}"
        ) from None
