"""The mock's own API (`control.yaml`), served by the server's own engine, which passes over what it does not know."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from openapi.contract import Operation, load_contract
from openapi.contract.router import Router
from openapi.mock.answers.refusals import MockFailure, Refusal, failure_of
from openapi.mock.control import handlers
from openapi.mock.mocking import Mock
from openapi.mock.requests.suggestions import did_you_mean
from openapi.server.app import create_server


def create_control(mock: Mock, document: Path) -> ASGIApp:
    """The application for `document`. A parameter of the query that it does not have is refused: misspelt, it would do
    nothing, and nobody would know."""
    contract = load_contract(document)
    services = {"mock": mock}
    engine = create_server([contract], handlers, errors=_failure_of, services=services, documents=False, health=False)
    router: Router[Operation] = Router()
    for operation in contract.operations:
        router.add(operation.method, operation.path, operation)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        sentence = _unknown_parameter(router, scope)
        if sentence is None:
            await engine(scope, receive, send)
        else:
            failure = failure_of(Refusal(400, "PARAMETER_UNKNOWN", sentence))
            await JSONResponse(failure.body, failure.status)(scope, receive, send)

    return answer


def _unknown_parameter(router: Router[Operation], scope: Scope) -> str | None:
    found = router.find(scope.get("raw_path") or scope["path"].encode())
    operation = None if found is None else found[0].endpoints.get(scope["method"])
    if operation is None:
        return None
    known = [parameter["name"] for parameter in operation.raw_parameters if parameter["in"] == "query"]
    for name, _ in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True):
        if name not in known:
            there = f"only {', '.join(known)}" if known else "and no other"
            return f"There is no parameter {name!r} here, {there}.{did_you_mean(name, known)}"
    return None


def _failure_of(error: Exception) -> MockFailure:
    failure = failure_of(error)
    if failure.status == 400 and "/fault/delay" in failure.message:
        # The schema knows two forms, and not what they mean.
        return replace(failure, message=f"{failure.message} A delay is milliseconds, or [least, most].")
    return failure
