"""Finds the endpoint of a request, and turns its result or error into an answer."""

from __future__ import annotations

import logging
from collections.abc import Iterable

import orjson
from starlette.exceptions import HTTPException

from openapi.contract.router import Router
from openapi.engine.endpoints import Answer, Endpoint, ErrorResponse, ErrorTable, Headers, Incoming
from openapi.engine.errors import ClientLeft
from openapi.engine.observation import RequestRecord

logger = logging.getLogger(__name__)


class Dispatcher:
    """Serves the endpoints of `router`; `errors` gives the answers for the errors that they raise.

    GET endpoints answer HEAD too, every path answers OPTIONS, and an undeclared method gets 405 with the methods of the
    path in `Allow` (RFC 9110 sections 9.3.2, 9.3.7 and 15.5.6).
    """

    def __init__(self, router: Router[Endpoint], errors: ErrorTable) -> None:
        self._router = router
        self._errors = errors

    async def answer(self, incoming: Incoming) -> Answer:
        """The answer to one request, which is noted in its record. An answer to HEAD has the body of GET, which the
        transport must not send.

        Raises ClientLeft if the client has closed the connection.
        """
        shared: Headers = ()
        record = incoming.record
        try:
            endpoint = self._endpoint(incoming)
            if isinstance(endpoint, Answer):
                answer = endpoint
            else:
                shared = endpoint.headers
                record.operation = endpoint.name
                answer = await endpoint(incoming)
        except ClientLeft:
            raise
        except Exception as error:
            failure = self._errors(error)
            record.code = failure.code
            if failure.status >= 500:
                _log(failure, error, record)
            answer = error_answer(failure, shared)
        record.status = answer.status
        return answer

    def _endpoint(self, incoming: Incoming) -> Endpoint | Answer:
        method = incoming.method
        found = self._router.find(incoming.raw_path, method)
        if found is None:
            raise HTTPException(404)
        route, incoming.path_values = found
        endpoint = route.endpoints.get(method) or (route.endpoints.get("GET") if method == "HEAD" else None)
        if endpoint is not None:
            return endpoint
        allow = _allow(self._router.endpoints(incoming.raw_path))
        if method == "OPTIONS":
            return Answer(204, ((b"allow", allow.encode()),), b"")
        raise HTTPException(405, headers={"Allow": allow})


def _log(failure: ErrorResponse, error: Exception, record: RequestRecord) -> None:
    # The operation, not the path: the values in a path must not get into the log.
    reason = str(error) or type(error).__name__
    logger.error(
        "%s %s: %s",
        record.method,
        record.operation,
        reason,
        exc_info=None if failure.expected else error,
        extra={"request_id": record.request_id},
    )


def error_answer(failure: ErrorResponse, shared: Headers = ()) -> Answer:
    """The answer for an error, with the `shared` headers of its endpoint."""
    own = tuple((name.lower().encode(), value.encode()) for name, value in failure.headers.items())
    return Answer(failure.status, ((b"content-type", b"application/json"), *own, *shared), orjson.dumps(failure.body))


def _allow(endpoints: Iterable[str]) -> str:
    methods = {*endpoints, "OPTIONS"}
    return ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))
