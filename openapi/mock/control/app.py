"""The control API (`control.yaml`), served by the engine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import orjson

from openapi.contract import Operation, load_contract
from openapi.contract.router import Router
from openapi.engine.application import create_dispatcher
from openapi.engine.endpoints import Answer, Incoming
from openapi.mock.answers.refusals import MockFailure, Refusal, failure_of
from openapi.mock.control import handlers
from openapi.mock.mocking import Mock
from openapi.mock.requests.suggestions import did_you_mean


@dataclass(frozen=True)
class ControlFailure(MockFailure):
    """How the control API answers an error (openapi.engine.endpoints.ErrorResponse)."""

    @property
    def body(self) -> dict[str, Any]:
        """The envelope of `control.yaml`."""
        return envelope_of(self.code, self.message)


def envelope_of(code: str, sentence: str) -> dict[str, Any]:
    """The body of an error, as `control.yaml` declares it."""
    return {"success": False, "error": sentence, "code": code}


class Control:
    """Answers the operations of `document`. Unknown query parameters are refused, because a misspelt one would have no
    effect."""

    def __init__(self, mock: Mock, document: Path) -> None:
        contract = load_contract(document)
        self._dispatcher = create_dispatcher([contract], handlers, errors=_failure_of, services={"mock": mock})
        self._router: Router[Operation] = Router()
        for operation in contract.operations:
            self._router.add(operation.method, operation.path, operation)

    async def answer(self, incoming: Incoming) -> Answer:
        """The answer to one request."""
        sentence = self._unknown_parameter(incoming)
        if sentence is None:
            return await self._dispatcher.answer(incoming)
        failure = _failure_of(Refusal(400, "PARAMETER_UNKNOWN", sentence))
        return Answer(failure.status, ((b"content-type", b"application/json"),), orjson.dumps(failure.body))

    def _unknown_parameter(self, incoming: Incoming) -> str | None:
        found = self._router.find(incoming.raw_path)
        operation = None if found is None else found[0].endpoints.get(incoming.method)
        if operation is None:
            return None
        known = [parameter.name for parameter in operation.parameters if parameter.location == "query"]
        for name, _ in parse_qsl(incoming.query.decode("latin-1"), keep_blank_values=True):
            if name not in known:
                allowed = ", ".join(known) or "none"
                return f"Unknown query parameter {name!r}; allowed: {allowed}.{did_you_mean(name, known)}"
        return None


def _failure_of(error: Exception) -> ControlFailure:
    found = failure_of(error)
    failure = ControlFailure(found.status, found.code, found.message, found.headers, found.expected)
    if failure.status == 400 and "/fault/delay" in failure.message:
        # The schema has two forms and cannot explain them.
        return replace(failure, message=f"{failure.message} A delay is a number of milliseconds, or [least, most].")
    return failure
