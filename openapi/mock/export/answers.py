"""What the mock would answer, as values: for exports that are to agree with it."""

from __future__ import annotations

from collections.abc import Mapping

from openapi.contract import Contract
from openapi.messages import Response, fields_of
from openapi.mock.bodies import Bodies, Wish
from openapi.mock.export.msw import AnswerOf
from openapi.mock.responding import merged_headers
from openapi.mock.scenarios import MockedOperation, Step
from openapi.mock.selection import select


def answers_of(contracts: Mapping[str, Contract], seed: int) -> AnswerOf:
    """The answers of a mock of `contracts`, by prefix, to requests without wishes: the bytes that it sends for a path
    as the contract writes it.

    They raise Refusal for a step that has no answer.
    """
    bodies = {prefix: Bodies(contract, seed) for prefix, contract in contracts.items()}

    def answer_of(mocked: MockedOperation, step: Step) -> Response:
        selection = select(mocked, step.status, step.example, None)
        key = f"{mocked.operation.method.upper()} {mocked.path}"
        made = bodies[mocked.prefix]
        body = made.body(mocked, selection, step, Wish(step.example, False, key))
        usual = {} if selection.content_type is None else {"content-type": selection.content_type}
        headers = merged_headers(usual, made.headers(mocked, selection, key), step.headers)
        return Response(selection.status, fields_of(headers), body.content)

    return answer_of
