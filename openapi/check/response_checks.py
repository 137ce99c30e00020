"""Checks of responses, by the contract and by HTTP itself, whose findings are recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from openapi.check.client.wire import Exchange, WireFault
from openapi.check.recorder import FindingsRecorder
from openapi.contract import Contract, DeclaredResponse, Operation, label_of
from openapi.findings.expectations import expectation
from openapi.findings.findings import Certainty
from openapi.http.content_codings import expected_coding
from openapi.http.json import is_too_large
from openapi.http.messages import Response, values_of
from openapi.validation import ContractValidator, Violation

# Statuses of gateways in front of a server. Contracts differ in whether they declare them.
OF_GATEWAYS: Final = (429, 502, 503, 504)
# Refusals that any server may send to a request that breaks the contract (RFC 9110 sections 15.5 and 15.6).
_REFUSALS: Final = (400, 405, 406, 413, 414, 415, 422, 429, 431, 501)
_LIMITED: Final = "the server limits requests with 429, which the contract does not declare"
_REFUSED: Final = (
    "requests that break the contract are refused with statuses that it does not declare, such as 400 or 422; "
    "--strict makes each one a finding"
)
_TOO_LARGE: Final = "the body is too large to be read"
# The rules for which a body is read.
_READING_RULES: Final = ("body-malformed", "body-schema", "body-strict")
_BODY_RULES: Final = ("media-type-missing", "media-type-undeclared", "body-unexpected", "body-malformed", "body-schema")
_HEADER_RULES: Final = ("header-missing", "header-schema")
_WIRE_RULES: Final = ("no-answer", "http-malformed", "content-length", "content-encoding")


class ResponseChecks:
    """Judges exchanges and records the findings; `max_response_time` is in seconds. With `refusals_declared`, the
    contract must declare the statuses of refused invalid requests too."""

    def __init__(
        self,
        recorder: FindingsRecorder,
        contract: Contract,
        strict: Contract | None = None,
        max_response_time: float | None = None,
        refusals_declared: bool = False,
    ) -> None:
        self.recorder = recorder
        self.contract = contract
        self.judge = ContractValidator(contract, strict)
        self._strict = strict
        self._max_response_time = max_response_time
        self._refusals_declared = refusals_declared

    def answer(self, operation: Operation, exchange: Exchange, *, status_is_judged: bool = True) -> None:
        """Judge the answer of an operation. Without `status_is_judged`, an undeclared status is left to other rules:
        that of a request without credentials, or with an undeclared method."""
        self.wire(operation, exchange)
        if (response := exchange.response) is None:
            return
        self._faults(operation, exchange, _framed(response))
        if self.judge.belongs_to_rival(operation, exchange.request):
            return
        self.recorder.seen(operation, response)
        self._time(operation, exchange, response)
        if any(fault.rule != "head-body" for fault in exchange.faults):
            return
        declared = operation.response_for(response.status)
        if declared is None and not status_is_judged:
            return
        if declared is None and self._is_refusal(operation, exchange, response):
            self.recorder.note(_REFUSED, operation)
            return
        if declared is None and response.status == 429:
            # Any server may limit requests, and the check sends many.
            self.recorder.note(_LIMITED, operation)
            return
        is_read = not is_too_large(response.body)
        violations = self.judge.response(operation, exchange.request.method, response, with_body=is_read)
        undecided = {violation.rule: str(violation) for violation in violations if violation.is_undecided}
        undecided |= {} if is_read else dict.fromkeys(_READING_RULES, _TOO_LARGE)
        self._mark(operation, exchange, declared, undecided)
        for rule, reason in undecided.items():
            self.recorder.not_judged(operation, rule, reason)
            self.recorder.left_out(label_of(operation), f"an answer with {response.status} is not judged: {reason}")
        for violation in violations:
            if not violation.is_undecided:
                self._violation(operation, exchange, violation)

    def unharmed(self, operation: Operation, exchange: Exchange, what: str, where: str = "") -> None:
        """Judge the answer to a request with `what`, which the server may ignore or refuse, but must not fail on."""
        self.wire(operation, exchange)
        response = exchange.response
        if response is None:
            return
        self.recorder.judged(operation, "server-error")
        if response.status >= 500 and response.status not in (501, *OF_GATEWAYS):
            message = f"{what} is answered with {response.status}"
            self.recorder.found("server-error", operation, message, "no 5xx", exchange, where=where)

    def wire(self, operation: Operation | None, exchange: Exchange) -> None:
        """Record the faults of the message itself."""
        rules = (*_WIRE_RULES, "head-body") if exchange.request.method == "HEAD" else _WIRE_RULES
        self.recorder.judged(operation, *(rules if exchange.response is not None else ("no-answer",)))
        self._faults(operation, exchange, exchange.faults)

    def _faults(self, operation: Operation | None, exchange: Exchange, faults: Iterable[WireFault]) -> None:
        for fault in faults:
            expected = expected_on_the_wire(fault.rule, exchange)
            self.recorder.found(fault.rule, operation, fault.reason, expected, exchange)

    def _is_refusal(self, operation: Operation, exchange: Exchange, response: Response) -> bool:
        """Whether an undeclared status refuses a request that breaks the contract, or goes beyond it, so that the
        contract is kept."""
        if self._refusals_declared:
            return False
        violations = self.judge.sent(operation, exchange.request)
        if response.status == 404:
            # There is nothing at a path whose value is invalid.
            return any(violation.where.startswith("path ") for violation in violations)
        allowed = response.status in _REFUSALS or (
            response.status == 503 and response.header("retry-after") is not None
        )
        return allowed and bool(violations)

    def _time(self, operation: Operation, exchange: Exchange, response: Response) -> None:
        if self._max_response_time is None:
            return
        self.recorder.judged(operation, "response-time")
        if response.seconds > self._max_response_time:
            message = f"the answer took {response.seconds:.2f} s"
            self.recorder.found("response-time", operation, message, f"at most {self._max_response_time:g} s", exchange)

    def _mark(
        self, operation: Operation, exchange: Exchange, declared: DeclaredResponse | None, undecided: Collection[str]
    ) -> None:
        """Record the rules that the answer was judged by: all that apply to it, except the `undecided` ones."""
        rules = ["status-undeclared"]
        if declared is not None:
            if exchange.request.method != "HEAD":
                rules += [*_BODY_RULES, *(["body-strict"] if self._strict is not None else [])]
            rules += _HEADER_RULES if declared.headers else ()
        self.recorder.judged(operation, *(rule for rule in rules if rule not in undecided))

    def _violation(self, operation: Operation, exchange: Exchange, violation: Violation) -> None:
        status = exchange.response.status if exchange.response else 0
        undeclared = violation.rule == "status-undeclared"
        if undeclared and status >= 500 and status not in OF_GATEWAYS:
            if self.recorder.has(operation, "server-error"):
                return
            self.recorder.found("server-error", operation, f"a request is answered with {status}", "no 5xx", exchange)
            return
        self.recorder.found(
            violation.rule,
            operation,
            f"the answer with {status}: {violation}" if not undeclared else str(violation),
            self._expected(violation),
            exchange,
            pointer=violation.pointer,
            where=violation.where if not undeclared else str(status),
            certainty=_certainty(violation, status),
        )

    def _expected(self, violation: Violation) -> str:
        strictly = violation.rule == "body-strict" and self._strict is not None
        return expectation(self._strict if strictly and self._strict else self.contract, violation)


def _certainty(violation: Violation, status: int) -> Certainty:
    of_gateways = violation.rule == "status-undeclared" and status in OF_GATEWAYS
    return Certainty.PROBABLE if violation.is_probable or of_gateways else Certainty.CERTAIN


def _framed(response: Response) -> Iterator[WireFault]:
    """A fault if a 204, which ends with its headers, declares content (RFC 9110 section 8.6, RFC 9112 section 6.1), or
    if a 205 has content (RFC 9110 section 15.3.6)."""
    for name in ("Content-Length", "Transfer-Encoding") if response.status == 204 else ():
        if response.header(name) is not None:
            yield WireFault("content-length", f"a 204 has {name}, which it must not have")
    if response.status == 205 and response.body:
        yield WireFault("content-length", "a 205 has content, which it must not have")


def expected_on_the_wire(rule: str, exchange: Exchange | None) -> str:
    """The expectation of `rule`, for a fault of the message itself."""
    if rule == "content-length" and exchange and exchange.response and exchange.response.status in (204, 205):
        return "a 204 without Content-Length and Transfer-Encoding (RFC 9110 section 8.6), a 205 without content"
    if rule != "content-encoding":
        return "a complete HTTP/1.1 answer"
    headers = exchange.response.headers if exchange and exchange.response else ()
    return expected_coding(values_of(headers, "content-encoding"))
