"""Requests that follow the contract, one for each operation of a check, and the answers to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from openapi.check.client.session import Session
from openapi.check.client.wire import Exchange
from openapi.check.credentials import Credentials
from openapi.check.provocations import Provocation
from openapi.check.resources.known import KnownResources
from openapi.check.response_checks import ResponseChecks
from openapi.contract import Operation
from openapi.examples.generation import GenerationError
from openapi.examples.requests import RequestMaker, SampleRequest
from openapi.findings.findings import Certainty
from openapi.http.messages import Request

# Statuses that call a request invalid (RFC 9110 sections 15.5.1 and 15.5.21).
_INVALID: Final = (400, 422)
# Refusals that concern the caller, or its rate of requests.
_OF_THE_CALLER: Final = (401, 403, 407, 429)
_MEND: Final = "describe a request that succeeds in a file for --provocations"


class ValidRequests:
    """`bases` has the base paths of operations with servers of their own.

    `requests` and `answers` have labels of operations as keys. An operation for which no request can be generated is in
    neither, and is recorded as an obstacle.
    """

    def __init__(
        self,
        session: Session,
        credentials: Credentials,
        checks: ResponseChecks,
        maker: RequestMaker,
        bases: Mapping[Operation, str],
    ) -> None:
        self._session = session
        self._credentials = credentials
        self._checks = checks
        self._recorder = checks.recorder
        self._maker = maker
        self.bases = bases
        self._operations: list[Operation] = []
        self._described: set[str] = set()
        self.requests: dict[str, SampleRequest] = {}
        self.answers: dict[str, Exchange] = {}

    def prepare(self, operations: Iterable[Operation], provocations: Sequence[Provocation]) -> None:
        """Prepare a request for each operation: its first 2xx provocation, else one from the contract."""
        for operation in operations:
            described = next((p.request for p in provocations if _succeeds(p, operation)), None)
            if described is not None:
                self._described.add(operation.label)
            try:
                request = described or self._maker.request(operation)
            except GenerationError as error:
                reason = f"{operation.label}: no request that follows the contract can be generated: {error}; {_MEND}"
                self._recorder.obstacle(reason)
                continue
            self.requests[operation.label] = replace(request, base=self.bases.get(operation))
            self._operations.append(operation)

    def lead(self, operation: Operation, known: KnownResources) -> None:
        """Lead the request of an operation to a known resource, unless the user has described it, or the identifiers do
        not satisfy the schemas of its own parameters."""
        if operation.label in self._described:
            return
        request = known.filled(operation, self.requests[operation.label])
        if self._checks.judge.accepts_path(operation, request.path):
            self.requests[operation.label] = request

    def send(self, operation: Operation, base: str | None = None) -> Exchange:
        """Send the request of an operation with its credentials, optionally below another base path."""
        carried = self._credentials.carried(operation)
        request = self.requests[operation.label]
        if base is not None:
            request = replace(request, base=base)
        return self._session.send(self._session.request_of(request, carried))

    def send_anonymously(self, operation: Operation) -> Exchange:
        """Send the request of an operation without credentials."""
        return self._session.send(self._session.request_of(self.requests[operation.label]))

    def is_answered(self, operation: Operation) -> bool:
        """Whether the operation was answered completely and in time."""
        return all(fault.rule != "no-answer" for fault in self.answers[operation.label].faults)

    def statuses(self) -> dict[Operation, int]:
        """The status of each operation that was answered."""
        return {
            operation: response.status
            for operation in self._operations
            if operation.label in self.answers and (response := self.answers[operation.label].response) is not None
        }

    def status_of(self, operation: Operation) -> int | None:
        """The status of the answer of an operation; None if it was not answered."""
        exchange = self.answers.get(operation.label)
        return None if exchange is None or exchange.response is None else exchange.response.status

    def judge_refusals(self) -> None:
        """Record the requests that were refused as invalid, or an obstacle if all were and nothing succeeded.

        Call it after all other requests, because it takes all answers into account.
        """
        sent = [
            (operation, self.answers[operation.label])
            for operation in self._operations
            if operation.label in self.answers
        ]
        statuses = self.statuses()
        invalid = [operation for operation, status in statuses.items() if status in _INVALID]
        if invalid and all(_is_refusal(exchange) for _, exchange in sent) and not self._recorder.has_success():
            operation, status = invalid[0], statuses[invalid[0]]
            self._recorder.obstacle(
                "the server refused all requests that follow the contract as invalid: "
                f"{operation.label} is answered with {status}; {_MEND}"
            )
            return
        for operation, exchange in sent:
            self._judge(operation, exchange)

    def _judge(self, operation: Operation, exchange: Exchange) -> None:
        if (response := exchange.response) is None or response.status in _OF_THE_CALLER:
            return
        if not self._follows_contract(operation, exchange):
            return
        self._recorder.judged(operation, "valid-refused")
        if response.status in _INVALID:
            self._recorder.found(
                "valid-refused",
                operation,
                f"a request that follows the contract is answered with {response.status}",
                "a request that follows the contract is accepted",
                exchange,
                pointer=operation.pointer,
                certainty=Certainty.PROBABLE,
            )

    def _follows_contract(self, operation: Operation, exchange: Exchange) -> bool:
        """Whether a request keeps the contract; that of a provocation may break it."""
        sent = exchange.request
        target = sent.target.removeprefix(self.bases.get(operation, self._session.base_path))
        return not self._checks.judge.request(Request(sent.method, target, sent.headers, sent.body))


def _succeeds(provocation: Provocation, operation: Operation) -> bool:
    return provocation.operation == operation and provocation.status // 100 == 2


def _is_refusal(exchange: Exchange) -> bool:
    """Whether a request was refused for itself, not for its caller."""
    response = exchange.response
    return response is not None and response.status // 100 == 4 and response.status not in _OF_THE_CALLER
