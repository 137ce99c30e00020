"""The record of all exchanges: counts and findings, in bounded memory."""

from __future__ import annotations

import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from openapi.contract import Contract, Operation, label_of
from openapi.findings.causes import in_order
from openapi.findings.expectations import expectation
from openapi.findings.findings import Case, Certainty, Finding, LeftOut, OperationCoverage, Outcome, Rule, Verdict
from openapi.http.content_codings import expected_coding
from openapi.http.masking import Secrets, shown
from openapi.http.messages import Fields, Request, Response, values_of
from openapi.proxy.exchange import PassingExchange
from openapi.proxy.rules import OF_REQUESTS, OF_RESPONSES
from openapi.validation import Violation

# Findings of one rule that are kept; further ones are only counted.
MAX_OF_A_RULE: Final = 100
# Response times that are kept for each operation: those of its latest answers.
_MAX_TIMES: Final = 10_000
# Most characters of a header or a target, and of an expectation.
_LONGEST: Final = 1000
_LONGEST_EXPECTATION: Final = 300
# Reasons contain the codings and media types of messages, so their number has to be limited.
_MAX_REASONS: Final = 100
_OTHER_REASONS: Final = "other reasons"
# Query parameters with secrets, in addition to the names that `Secrets` knows.
_SECRET_PARAMETERS: Final = ("client_secret", "code", "id_token", "key", "password", "refresh_token", "secret", "sig")

# Fields that are about the connection only, or for which curl would wait in vain.
_NOT_REPEATED: Final = frozenset(
    ("connection", "expect", "keep-alive", "proxy-connection", "te", "trailer", "upgrade", "via")
)

# One violation, as an object for a line of JSON.
ViolationRecord: TypeAlias = Mapping[str, Any]


@dataclass
class Found:
    """A finding, and the number of times that it was found."""

    finding: Finding
    count: int = 1


class Traffic:
    """Records all exchanges with the upstream at `base_url`, masked: it keeps no credentials and no bodies.

    With `keep_host` the upstream gets the `Host` that the client sent. `curl_options` are those of `Verdict`.
    """

    def __init__(
        self,
        contract: Contract,
        base_url: str,
        strict: Contract | None = None,
        *,
        keep_host: bool = False,
        curl_options: tuple[str, ...] = (),
    ) -> None:
        self.contract = contract
        self.base_url = base_url
        self._strict = strict
        self._base_path = urlsplit(base_url).path.rstrip("/")
        self._not_repeated = _NOT_REPEATED if keep_host else _NOT_REPEATED | {"host"}
        self._curl_options = curl_options
        self.secrets = Secrets(frozenset(scheme.key.lower() for scheme in contract.api_keys).union(_SECRET_PARAMETERS))
        self._started = datetime.now(UTC)
        self._clock = time.monotonic()
        self._statuses: dict[str, Counter[int]] = defaultdict(Counter)
        self._seconds: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=_MAX_TIMES))
        self.requests = 0
        self.found: dict[str, Found] = {}
        self.violations: Counter[str] = Counter()
        # Requests that broke the contract and were refused, by rule.
        self.refused: Counter[str] = Counter()
        self.unjudged: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()

    def note(self, exchange: PassingExchange) -> list[ViolationRecord]:
        """Record an exchange that has passed, and return its violations."""
        self.requests += 1
        operation = label_of(exchange.operation)
        response = exchange.response
        if exchange.operation is not None and response is not None:
            self._statuses[operation][response.status] += 1
            self._seconds[operation].append(response.seconds)
        accepted = response is not None and 200 <= response.status < 300
        of_request, of_response = (
            [self._masked(exchange, violation) for violation in found]
            for found in (exchange.request_violations, exchange.response_violations)
        )
        violations = [self._request(exchange, violation, accepted) for violation in of_request]
        violations += [self._response(exchange, violation) for violation in of_response]
        for reason in exchange.unjudged:
            self.not_judged(reason)
        return violations

    def not_judged(self, reason: str) -> None:
        """Count something that was not judged."""
        is_kept = reason in self.unjudged or len(self.unjudged) < _MAX_REASONS
        self.unjudged[reason if is_kept else _OTHER_REASONS] += 1

    def verdict(self) -> Verdict:
        """The verdict on all exchanges so far."""
        left_out = [LeftOut("", f"{count} not judged: {reason}") for reason, count in self.unjudged.items()]
        left_out += [LeftOut("", f"{count} without an answer: {code}") for code, count in self.failures.items()]
        return Verdict(
            contract=self.contract.source,
            base_url=self.base_url,
            profile="proxy",
            seed=0,
            started=self._started,
            seconds=time.monotonic() - self._clock,
            requests=self.requests,
            cases=tuple(self._cases()),
            coverage=tuple(map(self._coverage, self.contract.operations)),
            findings=in_order(found.finding for found in self.found.values()),
            left_out=tuple(left_out),
            curl_options=self._curl_options,
        )

    def _request(self, exchange: PassingExchange, violation: Violation, accepted: bool) -> ViolationRecord:
        rule = OF_REQUESTS[violation.rule]
        if exchange.response is None:
            # Without a response, the request was neither refused nor accepted.
            return self._line(exchange, violation, label_of(exchange.operation), refused=False)
        if not accepted:
            self.refused[rule.id] += 1
            return self._line(exchange, violation, label_of(exchange.operation), refused=True)
        return self._violation(
            exchange, violation, rule, "the request is answered with {status}, but breaks the contract: {violation}"
        )

    def _response(self, exchange: PassingExchange, violation: Violation) -> ViolationRecord:
        return self._violation(
            exchange, violation, OF_RESPONSES[violation.rule], "the answer with {status}: {violation}"
        )

    def _violation(self, exchange: PassingExchange, violation: Violation, rule: Rule, message: str) -> ViolationRecord:
        self.violations[rule.id] += 1
        request, response = self._shown(exchange)
        unknown = exchange.operation is None
        finding = Finding(
            rule,
            label_of(exchange.operation),
            message.format(status=response.status, violation=violation),
            self._expected(violation, response),
            self.contract.as_written(violation.pointer),
            request.path if unknown else violation.where,
            Certainty.PROBABLE if unknown else Certainty.CERTAIN,
            self._as_passed_on(request),
            response,
        )
        if (known := self.found.get(finding.fingerprint)) is not None:
            known.count += 1
        elif sum(found.finding.rule is rule for found in self.found.values()) < MAX_OF_A_RULE:
            operation = exchange.operation
            origin = finding.pointer if operation is None else operation.origin_of(violation.pointer)
            self.found[finding.fingerprint] = Found(replace(finding, origin=origin))
        return self._line(exchange, violation, finding.operation, fingerprint=finding.fingerprint)

    def _line(self, exchange: PassingExchange, violation: Violation, operation: str, **more: Any) -> ViolationRecord:
        request, response = self._shown(exchange)
        return {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "of": "request" if violation.rule in OF_REQUESTS else "response",
            "rule": violation.rule,
            "operation": operation,
            "method": request.method,
            "target": request.target,
            "status": response.status or None,
            "where": violation.where,
            "reason": violation.reason,
            "pointer": self.contract.as_written(violation.pointer),
            **more,
        }

    def _masked(self, exchange: PassingExchange, violation: Violation) -> Violation:
        """A violation in which the server repeats no credentials of the request."""
        secrets = self.secrets.with_credentials_of(exchange.request)
        where, reason = shown(secrets.text(violation.where)), shown(secrets.text(violation.reason))
        return replace(violation, where=where, reason=reason)

    def _shown(self, exchange: PassingExchange) -> tuple[Request, Response]:
        secrets = self.secrets.with_credentials_of(exchange.request)
        request = secrets.request(replace(exchange.request, body=b""))
        response = exchange.response or Response(0)
        return (
            Request(request.method, request.target[:_LONGEST], _shortened(request.headers)),
            replace(response, headers=_shortened(secrets.headers(response.headers)), body=b""),
        )

    def _as_passed_on(self, request: Request) -> Request:
        """The request as it is sent to the upstream again."""
        kept = tuple(field for field in request.headers if field[0].lower() not in self._not_repeated)
        return replace(request, target=self._base_path + request.target, headers=kept)

    def _expected(self, violation: Violation, response: Response) -> str:
        """What stands in the contract at the place that a violation leads to."""
        if violation.rule == "content-encoding":
            return expected_coding(values_of(response.headers, "content-encoding"))
        return expectation(self._strict or self.contract, violation)

    def _coverage(self, operation: Operation) -> OperationCoverage:
        name = label_of(operation)
        seen = dict(sorted(self._statuses[name].items())) if name in self._statuses else {}
        return OperationCoverage(
            name, operation.operation_id, tuple(operation.responses), seen, tuple(self._seconds.get(name, ()))
        )

    def _cases(self) -> Iterator[Case]:
        findings: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        for found in self.found.values():
            findings[found.finding.rule.id, found.finding.operation].append(found.finding)
        for operation in (*map(label_of, self.contract.operations), ""):
            for rule in (*OF_RESPONSES.values(), *OF_REQUESTS.values()):
                if (broken := findings.get((rule.id, operation))) is not None:
                    yield Case(rule, operation, Outcome.FAILED, tuple(broken))
                elif operation and self._applies(rule):
                    seen = operation in self._statuses
                    reason = "" if seen else "no request to this operation was seen"
                    yield Case(rule, operation, Outcome.PASSED if seen else Outcome.NOT_SEEN, reason=reason)

    def _applies(self, rule: Rule) -> bool:
        """Whether a rule is about one operation and can be judged."""
        if rule.id == "body-strict":
            return self._strict is not None
        return rule.id not in ("path-undeclared", "method-undeclared")


def _shortened(fields: Iterable[tuple[str, str]]) -> Fields:
    return tuple((name, value[:_LONGEST]) for name, value in fields)
