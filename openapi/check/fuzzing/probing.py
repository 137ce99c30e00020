"""Requests with odd and wrong values: a server must not fail on any, and must refuse what the contract forbids."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from openapi.check.client.session import NotSendable, Session
from openapi.check.client.wire import Exchange
from openapi.check.credentials import Credentials
from openapi.check.fuzzing.refusable import refusable
from openapi.check.fuzzing.variants import Variant, variants
from openapi.check.response_checks import ResponseChecks
from openapi.contract import Operation
from openapi.examples.requests import RequestMaker, SampleRequest
from openapi.findings.findings import Certainty

# Variants of one operation.
_MOST: Final = 40


class OddValues:
    """Sends variants of the valid requests of operations."""

    def __init__(
        self, session: Session, checks: ResponseChecks, credentials: Credentials, maker: RequestMaker, most: int = _MOST
    ) -> None:
        self._session = session
        self._checks = checks
        self._recorder = checks.recorder
        self._credentials = credentials
        self._maker = maker
        self._most = most

    def run(self, operation: Operation, good: SampleRequest) -> None:
        """Send the variants of `good`, the valid request of an operation."""
        sent = set[SampleRequest]()
        for variant in variants(operation, self._maker, good):
            request = replace(variant.request, base=good.base)
            if request in sent or len(sent) == self._most:
                continue
            sent.add(request)
            try:
                exchange = self._send(operation, request)
            except NotSendable as error:
                self._recorder.left_out(operation.label, f"odd values of the {variant.where}: {error}")
                continue
            self._judge(operation, variant, exchange)

    def _send(self, operation: Operation, request: SampleRequest) -> Exchange:
        return self._session.send(self._session.request_of(request, self._credentials.carried(operation)))

    def _judge(self, operation: Operation, variant: Variant, exchange: Exchange) -> None:
        response = exchange.response
        if response is not None and response.status >= 500:
            self._checks.unharmed(operation, exchange, variant.what, where=variant.where)
            return
        self._checks.answer(operation, exchange)
        if response is None:
            return
        broken = refusable(self._checks.judge.sent(operation, exchange.request))
        if broken is None:
            return
        self._recorder.judged(operation, "invalid-accepted")
        if response.status // 100 == 2:
            self._recorder.found(
                "invalid-accepted",
                operation,
                f"a request that breaks the contract is answered with {response.status}: {broken}",
                "4xx for a request that breaks the contract",
                exchange,
                pointer=broken.pointer,
                where=variant.where,
                certainty=Certainty.PROBABLE,
            )
