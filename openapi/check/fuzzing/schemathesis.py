"""Requests that Schemathesis generates, and its findings; the check also judges each answer itself.

Schemathesis is imported when it runs, because the import is slow.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from openapi.check.budget import Budget, OutOfBudget
from openapi.check.client.session import Session
from openapi.check.client.wire import Exchange
from openapi.check.credentials import Credentials
from openapi.check.fuzzing.background import in_background
from openapi.check.fuzzing.files import no_files_left
from openapi.check.fuzzing.records import exchange_of, line, network_fault, request_of
from openapi.check.fuzzing.settings import configuration
from openapi.check.options import Options
from openapi.check.probes.http_semantics import options as judge_options
from openapi.check.probes.http_semantics import undeclared_method
from openapi.check.response_checks import OF_GATEWAYS, ResponseChecks, expected_on_the_wire
from openapi.contract import Operation
from openapi.findings.findings import Certainty
from openapi.http.messages import Request

if TYPE_CHECKING:
    from schemathesis.engine.events import EngineEvent
    from schemathesis.engine.recorder import ScenarioRecorder

# Its checks -> our rules, for what only Schemathesis checks.
_RULES: Final = {
    "not_a_server_error": "server-error",
    "positive_data_acceptance": "valid-refused",
    "negative_data_rejection": "invalid-accepted",
    "missing_required_header": "invalid-accepted",
    "use_after_free": "resource-lifecycle",
    "ensure_resource_availability": "resource-lifecycle",
}
# Its checks of what the contract validator checks too; they count where the validator finds nothing.
_JUDGED_TOO: Final = {
    "status_code_conformance": "status-undeclared",
    "content_type_conformance": "media-type-undeclared",
    "response_headers_conformance": "header-schema",
    "response_schema_conformance": "body-schema",
}
# Its checks of methods and credentials, which the probes of these rules cover more precisely.
_PROBED: Final = {
    "unsupported_method": "method-undeclared",
    "allow_header_conformance": "allow",
    "ignored_auth": "auth-missing",
}
# It compares the answers to two callers, and a check has the credentials of one.
_NEEDS_TWO_CALLERS: Final = ("object_level_authorization",)
# Every check of Schemathesis -> the rule of its findings; None for one that this check cannot run.
RULES_OF_CHECKS: Final[Mapping[str, str | None]] = {
    **_RULES,
    **_JUDGED_TOO,
    **_PROBED,
    **dict.fromkeys(_NEEDS_TWO_CALLERS),
}


class Generation:
    """Runs Schemathesis on operations: all phases, all checks, and without a stop at the first failure."""

    def __init__(
        self,
        session: Session,
        checks: ResponseChecks,
        credentials: Credentials,
        options: Options,
        seed: int,
        budget: Budget,
        bases: Mapping[Operation, str],
    ) -> None:
        self._session = session
        self._checks = checks
        self._recorder = checks.recorder
        self._credentials = credentials
        self._options = options
        self._seed = seed
        self._budget = budget
        self._bases = bases
        self._operations: dict[str, Operation] = {}
        self._scenarios = 0
        # The headers with credentials in the configuration of Schemathesis.
        self._given: dict[str, str] = {}

    def run(self, operations: Iterable[Operation]) -> None:
        """Check these operations. Raises OutOfBudget when the limit of the check is reached.

        KeyboardInterrupt stops Schemathesis and is raised again.
        """
        self._operations = {operation.label: operation for operation in operations}
        if not self._operations:
            return
        with no_files_left():
            self._generate()

    def _generate(self) -> None:
        from schemathesis.engine import from_schema

        from openapi.check.fuzzing.interim import interim_passed_over

        schema = self._schema()
        with _before_each_call(schema, self._renew), interim_passed_over():
            stream = from_schema(schema).execute()
            try:
                for event in in_background(stream, stream.stop):
                    self._note(event)
                    if self._budget.is_spent:
                        stream.stop()
                        raise OutOfBudget(self._budget.spent_on)
            except KeyboardInterrupt:
                stream.stop()
                raise

    def _schema(self) -> Any:
        import schemathesis
        from schemathesis.config import SchemathesisConfig

        contract = self._checks.contract
        config = SchemathesisConfig.from_dict(
            configuration(self._options, self._session.url, self._headers(), self._seed)
        )
        schema = schemathesis.openapi.from_dict(copy.deepcopy(contract.as_dict()), config=config)
        return schema.include(lambda context: context.operation.label in self._operations)

    def _headers(self) -> dict[str, str]:
        """The headers of every request. Schemathesis would replace `${NAME}` by the environment variable: a `${` is
        escaped, so that it stays what was given."""
        carried = [self._credentials.carried(operation).headers for operation in self._operations.values()]
        self._given = dict(field for fields in carried for field in fields)
        headers = {**dict(self._options.headers), **self._given}
        return {name.replace("${", "$${"): value.replace("${", "$${") for name, value in headers.items()}

    def _renew(self, case: Any, kwargs: dict[str, Any]) -> None:
        """Replace the configured credentials by the current ones of the operation."""
        operation = self._operations.get(case.operation.label)
        if operation is None:
            return
        self._options.asking(operation.label)
        carried = self._credentials.carried(operation)
        base = self._bases.get(operation)

        def renewed(prepared: Any) -> Any:
            if base is not None:
                origin = self._session.origin
                prepared.url = prepared.url.replace(self._session.url, f"{origin.scheme}://{origin.netloc}{base}", 1)
            # Only those from the configuration: a missing or another value is a test of Schemathesis.
            for field, value in carried.headers:
                if prepared.headers.get(field) == self._given.get(field):
                    prepared.headers[field] = value
            return prepared

        kwargs["auth"] = renewed
        # No credentials from a `.netrc`, and no proxy but the given one.
        if (session := kwargs.get("session")) is not None:
            session.trust_env = False
        if carried.query:
            name, _, value = carried.query.partition("=")
            case.query = {**(case.query or {}), name: value}

    def _note(self, event: EngineEvent) -> None:
        from schemathesis.engine import StopReason, events

        if isinstance(event, events.ScenarioFinished | events.FuzzScenarioFinished):
            self._scenarios += 1
            self._options.progress("generated requests", self._scenarios, 0)
            self._scenario(event.recorder)
        elif isinstance(event, events.NonFatalError):
            self._error(event.label, event.value)
        elif isinstance(event, events.FatalError):
            self._recorder.obstacle(f"Schemathesis failed: {line(event.exception)}")
        elif isinstance(event, events.Interrupted):
            raise KeyboardInterrupt
        elif isinstance(event, events.EngineFinished) and event.stop_reason is StopReason.SERVER_UNAVAILABLE:
            self._recorder.obstacle("the server stopped answering the generated requests")

    def _scenario(self, recorder: ScenarioRecorder) -> None:
        exchanges: dict[str, Exchange] = {}
        for id, interaction in recorder.interactions.items():
            exchanges[id] = exchange = exchange_of(interaction)
            operation = self._operations.get(recorder.cases[id].value.operation.label) if id in recorder.cases else None
            self._recorder.count(seconds=exchange.seconds)
            self._budget.count()
            if operation is not None and exchange.response is not None:
                self._answer(operation, exchange)
        for id, nodes in recorder.checks.items():
            operation = self._operations.get(recorder.cases[id].value.operation.label)
            for node in nodes:
                if operation is None:
                    continue
                if node.name in _RULES:
                    self._recorder.judged(operation, _RULES[node.name])
                if node.failure_info is not None:
                    failure = node.failure_info.failure
                    self._failure(operation, node.name, failure, exchanges.get(failure.case_id or id))

    def _answer(self, operation: Operation, exchange: Exchange) -> None:
        method = exchange.request.method
        if method != operation.method.upper():
            path = [other for other in self._checks.contract.operations if other.path == operation.path]
            declared = {other.method.upper() for other in path}
            if method == "OPTIONS":
                judge_options(self._checks, operation, declared, exchange)
            elif method not in declared:
                undeclared_method(self._checks, operation, declared, exchange)
            return
        self._checks.answer(operation, exchange, status_is_judged=self._has_credentials(operation, exchange.request))

    def _has_credentials(self, operation: Operation, request: Request) -> bool:
        """Whether a request has the valid credentials; the rules of authentication judge other requests."""
        carried = self._credentials.carried(operation)
        return carried.query in request.query and all(request.header(name) == value for name, value in carried.headers)

    def _failure(self, operation: Operation, check: str, failure: Any, exchange: Exchange | None) -> None:
        """Record a failed check of Schemathesis, unless it is about a method or credentials, which have probes."""
        rule = _RULES.get(check) or _JUDGED_TOO.get(check)
        if rule is None or exchange is None or exchange.response is None:
            return
        if exchange.request.method != operation.method.upper():
            return
        if not self._has_credentials(operation, exchange.request):
            return
        # Our own rules have judged each header, and a status without content.
        response = exchange.response
        own = check == "response_headers_conformance" or response.status in (204, 205, 304)
        if check in _JUDGED_TOO and (own or self._checks.judge.response(operation, exchange.request.method, response)):
            return
        status = response.status
        message = self._message(operation, rule, failure, exchange.request)
        if message is None:
            return
        sure = check == "not_a_server_error" and status not in OF_GATEWAYS
        self._recorder.found(
            rule,
            operation,
            f"answered with {status}: {message}",
            _EXPECTED.get(rule, "what the contract says"),
            exchange,
            pointer=operation.pointer if rule != "server-error" else "",
            certainty=Certainty.CERTAIN if sure else Certainty.PROBABLE,
        )

    def _message(self, operation: Operation, rule: str, failure: Any, request: Request) -> str | None:
        """What a failed check of Schemathesis says, by our own reading of the request as it was sent; None if this
        reading does not agree that the request breaks the contract, or that it follows it."""
        if rule not in ("invalid-accepted", "valid-refused"):
            return line(failure.message) or str(failure.title)
        violations = self._checks.judge.sent(operation, request)
        if rule == "valid-refused":
            return None if violations else "the request follows the contract"
        certain = [violation for violation in violations if not violation.is_probable]
        return f"the request breaks the contract: {certain[0]}" if certain else None

    def _error(self, label: str, error: Exception) -> None:
        """Record the error that ended the generation of requests for an operation."""
        import requests

        operation = self._operations.get(label)
        if not isinstance(error, requests.RequestException):
            self._recorder.obstacle(f"{label}: no requests could be generated: {line(error)}")
            return
        # The client of the check has recorded the same fault in more detail.
        if self._recorder.has(
            operation, "no-answer", "http-malformed", "content-length", "content-encoding", "head-body"
        ):
            return
        rule, message = network_fault(error)
        request = getattr(error, "request", None)
        exchange = (
            Exchange(request_of(request.method, request.url, request.headers, request.body), None) if request else None
        )
        self._recorder.found(rule, operation, message, expected_on_the_wire(rule, exchange), exchange)


@contextmanager
def _before_each_call(schema: Any, renew: Callable[[Any, dict[str, Any]], None]) -> Iterator[None]:
    """Call `renew` with each case of `schema` and the arguments of its call. The hooks of Schemathesis are global, so
    the cases of other schemas are skipped."""
    from schemathesis import hook, hooks

    def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
        if case.operation.schema.raw_schema is schema.raw_schema:
            renew(case, kwargs)

    hook(before_call)
    try:
        yield
    finally:
        hooks.unregister(before_call)


_EXPECTED: Final = {
    "server-error": "no 5xx",
    "valid-refused": "a request that follows the contract is accepted",
    "invalid-accepted": "4xx for a request that breaks the contract",
}
