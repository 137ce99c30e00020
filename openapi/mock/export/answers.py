"""The answers of the mock as values, for exports that must equal them."""

from __future__ import annotations

from collections.abc import Mapping

from openapi.contract import Contract
from openapi.http.messages import Response, fields_of
from openapi.mock.answers.bodies import Bodies, DataChoice
from openapi.mock.answers.errors import error_answer, failure_by
from openapi.mock.answers.own_headers import merged_headers
from openapi.mock.answers.selection import select
from openapi.mock.scenarios.faults import Fault
from openapi.mock.scenarios.scenarios import MockedOperation, Step
from openapi.mock.settings import MockSettings


class Answers:
    """The answers of a mock of `contracts`, by prefix, to requests without preferences; generated data is that for the
    path template as the target."""

    def __init__(self, contracts: Mapping[str, Contract], settings: MockSettings) -> None:
        self._bodies = {prefix: Bodies(contract, settings) for prefix, contract in contracts.items()}

    def step(self, mocked: MockedOperation, step: Step) -> Response:
        """The answer of an operation at a step of a scenario; Refusal if it has none."""
        selection = select(mocked, step.status, step.example, None)
        key = f"{mocked.operation.method.upper()} {mocked.path}"
        made = self._bodies[mocked.prefix]
        body = made.body(selection, step, DataChoice(step.example, False, key))
        usual = {} if selection.content_type is None else {"content-type": selection.content_type}
        headers = merged_headers(usual, made.headers(selection, key), step.headers)
        return Response(selection.status, fields_of(headers), body.content)

    def fault(self, mocked: MockedOperation, fault: Fault) -> Response | None:
        """The error that a fault answers with; None for a fault that delays, breaks or drops the answer of the step."""
        if (failure := failure_by(fault)) is None:
            return None
        answer = error_answer(mocked, self._bodies[mocked.prefix], (failure.status,), failure, None)
        usual = {} if answer.content_type is None else {"content-type": answer.content_type}
        return Response(answer.status, fields_of(merged_headers(usual, answer.headers)), answer.content)
