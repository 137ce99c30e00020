"""The answers to generated requests, judged by the check itself, and what Schemathesis says about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from openapi.check.client.wire import Exchange
from openapi.check.credentials import Credentials
from openapi.check.fuzzing.checks import OWN_RULES
from openapi.check.fuzzing.narrowing import Culprit, Narrowing
from openapi.check.fuzzing.refusable import refusable
from openapi.check.probes.http_semantics import options as judge_options
from openapi.check.probes.http_semantics import undeclared_method
from openapi.check.response_checks import OF_GATEWAYS, ResponseChecks
from openapi.contract import Operation
from openapi.findings.findings import Certainty
from openapi.http.messages import Request


class GeneratedAnswers:
    """Records findings in the answers to generated requests, and names the values that they are due to."""

    def __init__(self, checks: ResponseChecks, credentials: Credentials, narrowing: Narrowing) -> None:
        self._checks = checks
        self._recorder = checks.recorder
        self._credentials = credentials
        self._narrowing = narrowing

    def judge(self, operation: Operation, exchange: Exchange) -> None:
        """Judge the answer to a generated request."""
        method = exchange.request.method
        if method != operation.method.upper():
            path = [other for other in self._checks.contract.operations if other.path == operation.path]
            declared = {other.method.upper() for other in path}
            if method == "OPTIONS":
                judge_options(self._checks, operation, declared, exchange)
            elif method not in declared:
                undeclared_method(self._checks, operation, declared, exchange)
            return
        has_credentials = self._has_credentials(operation, exchange.request)
        if has_credentials and exchange.response is not None and _is_failure(exchange.response.status):
            self._fails(operation, exchange)
        self._checks.answer(operation, exchange, status_is_judged=has_credentials)

    def _fails(self, operation: Operation, exchange: Exchange) -> None:
        """Record why the server fails on a request."""
        culprits = self._culprits(operation, exchange, "server-error", _is_failure)
        for culprit in culprits or ():
            what = f"{culprit.where}: {culprit.text}"
            self._checks.unharmed(operation, culprit.exchange, what, where=culprit.where)
        if culprits == [] and not self._recorder.has(operation, "server-error"):
            self._checks.unharmed(operation, exchange, "a generated request")

    def _culprits(
        self, operation: Operation, exchange: Exchange, rule: str, fails: Callable[[int], bool]
    ) -> list[Culprit] | None:
        known = self._recorder.places(operation, rule)
        return self._narrowing.culprits(operation, exchange.request, fails, known, rule)

    def _has_credentials(self, operation: Operation, request: Request) -> bool:
        """Whether a request has the valid credentials; the rules of authentication judge other requests."""
        carried = self._credentials.carried(operation)
        return carried.query in request.query and all(request.header(name) == value for name, value in carried.headers)

    def failed(self, operation: Operation, check: str, exchange: Exchange | None) -> None:
        """Record a failed check of Schemathesis, unless the check judges the same by its own reading of the contract:
        answers, methods and credentials."""
        if (rule := OWN_RULES.get(check)) is None or exchange is None or exchange.response is None:
            return
        if exchange.request.method != operation.method.upper():
            return
        if not self._has_credentials(operation, exchange.request):
            return
        if rule == "server-error" and self._recorder.has(operation, rule):
            return
        status = exchange.response.status
        message = self._message(operation, check, status, exchange.request)
        if message is None:
            return
        if rule == "valid-refused":
            self._refused(operation, message, exchange)
            return
        sure = check == "not_a_server_error" and status not in OF_GATEWAYS
        self._recorder.found(
            rule,
            operation,
            message,
            _EXPECTED.get(rule, "what the contract says"),
            exchange,
            pointer=operation.pointer if rule != "server-error" else "",
            certainty=Certainty.CERTAIN if sure else Certainty.PROBABLE,
        )

    def _refused(self, operation: Operation, message: str, exchange: Exchange) -> None:
        """Record which values of a request that follows the contract are refused."""
        culprits = self._culprits(operation, exchange, "valid-refused", _REFUSALS.__contains__)
        if culprits is None:
            return
        refused = [
            (f"{each.where}: {each.text} follows the contract, and is answered with {_status(each.exchange)}", each)
            for each in culprits
            if not self._checks.judge.sent(operation, each.exchange.request)
        ]
        found = [(text, each.where, each.exchange) for text, each in refused] or [(message, "", exchange)]
        for text, where, shown in found:
            self._recorder.found(
                "valid-refused",
                operation,
                text,
                _EXPECTED["valid-refused"],
                shown,
                pointer=operation.pointer,
                where=where,
                certainty=Certainty.PROBABLE,
            )

    def _message(self, operation: Operation, check: str, status: int, request: Request) -> str | None:
        """A sentence for a failed check of Schemathesis; None if our own reading of the request, as it was sent, does
        not agree that the request breaks the contract, or that it follows it."""
        rule = OWN_RULES[check]
        if rule not in ("invalid-accepted", "valid-refused"):
            return _SENTENCES[check].format(status)
        violations = self._checks.judge.sent(operation, request)
        if rule == "valid-refused":
            refused = status in _REFUSALS and not violations
            return f"a request that follows the contract is answered with {status}" if refused else None
        broken = refusable(violations)
        return None if broken is None else f"a request that breaks the contract is answered with {status}: {broken}"


def _is_failure(status: int) -> bool:
    return status >= 500 and status not in (501, *OF_GATEWAYS)


def _status(exchange: Exchange) -> int:
    return 0 if exchange.response is None else exchange.response.status


# Statuses that call a request itself invalid; others concern a resource or the caller.
_REFUSALS: Final = (400, 405, 406, 411, 413, 414, 415, 422)
_SENTENCES: Final = {
    "not_a_server_error": "a generated request is answered with {}",
    "use_after_free": "a deleted resource is answered with {}",
    "ensure_resource_availability": "a created resource is answered with {}",
}
_EXPECTED: Final = {
    "server-error": "no 5xx",
    "valid-refused": "a request that follows the contract is accepted",
    "invalid-accepted": "4xx for a request that breaks the contract",
}
