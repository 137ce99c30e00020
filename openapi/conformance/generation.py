"""Requests that Schemathesis makes up, and what it finds; each answer that it sees is judged here too.

Schemathesis is imported when it runs, for that takes a while.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from openapi.conformance.assessing import OF_GATEWAYS, Assessor
from openapi.conformance.credentials import Credentials
from openapi.conformance.findings import Certainty
from openapi.conformance.ledger import name_of
from openapi.conformance.options import Options, Profile
from openapi.conformance.protocol import options as judge_options
from openapi.conformance.protocol import undeclared_method
from openapi.conformance.session import Session
from openapi.conformance.wire import Exchange
from openapi.contract import Operation
from openapi.messages import Request, Response, fields_of

if TYPE_CHECKING:
    from schemathesis.engine.events import EngineEvent
    from schemathesis.engine.recorder import ScenarioRecorder

_EXAMPLES: Final = {Profile.FAST: 25, Profile.DEEP: 500}
# What its client adds to each request, and nobody who repeats one needs.
_ITS_OWN: Final = ("accept-encoding", "connection", "content-length", "user-agent", "x-schemathesis-testcaseid")
_TEST_CASE: Final = "X-Schemathesis-TestCaseId"
_SAFE: Final = ["GET", "TRACE", "OPTIONS"]
_UNSAFE: Final = ["POST", "PUT", "PATCH", "DELETE"]

# Its checks -> our rules. What it asks of methods and of credentials is judged by our own rules, which ask more.
_RULES: Final = {
    "not_a_server_error": "server-error",
    "positive_data_acceptance": "valid-refused",
    "negative_data_rejection": "invalid-accepted",
    "missing_required_header": "invalid-accepted",
    "use_after_free": "resource-lifecycle",
    "ensure_resource_availability": "resource-lifecycle",
    "object_level_authorization": "auth-object",
}
# Its checks that ask what the judge asks: where the judge finds nothing, the two disagree.
_JUDGED_TOO: Final = {
    "status_code_conformance": "status-undeclared",
    "content_type_conformance": "media-type-undeclared",
    "response_headers_conformance": "header-schema",
    "response_schema_conformance": "body-schema",
}


class Generation:
    """Runs Schemathesis over operations: all phases, all checks, and no end at the first failure."""

    def __init__(
        self, session: Session, assessor: Assessor, credentials: Credentials, options: Options, seed: int
    ) -> None:
        self._session = session
        self._assessor = assessor
        self._ledger = assessor.ledger
        self._credentials = credentials
        self._options = options
        self._seed = seed
        self._operations: dict[str, Operation] = {}
        self._scenarios = 0
        # The headers with credentials that Schemathesis is configured with.
        self._given: dict[str, str] = {}

    def run(self, operations: Iterable[Operation], seconds: float | None) -> None:
        """Check these operations, for so many seconds at most.

        KeyboardInterrupt is let through once Schemathesis has been told to stop.
        """
        self._operations = {name_of(operation): operation for operation in operations}
        if not self._operations:
            return
        from schemathesis.engine import from_schema

        schema = self._schema()
        started = time.monotonic()
        with _before_each_call(schema, self._renew):
            stream = from_schema(schema).execute()
            try:
                for event in stream:
                    self._note(event)
                    if seconds is not None and time.monotonic() - started > seconds:
                        stream.stop()
            except KeyboardInterrupt:
                stream.stop()
                raise

    def _schema(self) -> Any:
        import schemathesis
        from schemathesis.config import SchemathesisConfig

        contract = self._assessor.contract
        document = copy.deepcopy(dict(contract.document))
        config = SchemathesisConfig.from_dict(self._configuration())
        schema = schemathesis.openapi.from_dict(document, config=config)
        return schema.include(lambda context: context.operation.label in self._operations)

    def _configuration(self) -> dict[str, Any]:
        options = self._options
        methods = [*_SAFE, *(_UNSAFE if options.allow_writes else ())]
        configuration: dict[str, Any] = {
            "seed": self._seed,
            "base-url": self._session.url,
            "continue-on-failure": True,
            "workers": options.workers,
            "max-redirects": 0,
            "request-timeout": options.timeout,
            "headers": {**self._headers(), _TEST_CASE: "check"},
            "generation": {
                "database": "none",
                "deterministic": options.profile is Profile.FAST,
                "max-examples": _EXAMPLES[options.profile],
                "no-shrink": True,
            },
            # Without `fill-missing` a contract that has no examples of requests would skip the phase.
            "phases": {"examples": {"fill-missing": True}, "coverage": {"unexpected-methods": methods}},
            "checks": {"enabled": True},
        }
        if options.rate:
            configuration["rate-limit"] = f"{max(1, round(options.rate * 60))}/m"
        if options.proxy:
            configuration["proxy"] = options.proxy
        if options.insecure or options.ca_bundle:
            configuration["tls-verify"] = False if options.insecure else str(options.ca_bundle)
        if options.client_cert:
            certificate, key = options.client_cert
            configuration |= {"request-cert": str(certificate)} | ({"request-cert-key": str(key)} if key else {})
        return configuration

    def _headers(self) -> dict[str, str]:
        """What goes with every request. It lets `${NAME}` stand for the environment, which is not wanted here."""
        carried = [self._credentials.carried(operation).headers for operation in self._operations.values()]
        self._given = dict(field for fields in carried for field in fields)
        return {**dict(self._options.headers), **self._given}

    def _renew(self, case: Any, kwargs: dict[str, Any]) -> None:
        """Put the credentials in that are good now; those of the operation, which differ from one to the other."""
        operation = self._operations.get(case.operation.label)
        if operation is None:
            return
        carried = self._credentials.carried(operation)

        def renewed(prepared: Any) -> Any:
            # Only what was set by the configuration: without it, or with another value, it is a test of its own.
            for field, value in carried.headers:
                if prepared.headers.get(field) == self._given.get(field):
                    prepared.headers[field] = value
            return prepared

        kwargs["auth"] = renewed
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
            self._ledger.obstacle(f"Schemathesis failed: {_line(event.exception)}")
        elif isinstance(event, events.Interrupted):
            raise KeyboardInterrupt
        elif isinstance(event, events.EngineFinished) and event.stop_reason is StopReason.SERVER_UNAVAILABLE:
            self._ledger.obstacle("the server stopped answering while requests were generated")

    def _scenario(self, recorder: ScenarioRecorder) -> None:
        exchanges: dict[str, Exchange] = {}
        for id, interaction in recorder.interactions.items():
            exchanges[id] = exchange = _exchange(interaction)
            operation = self._operations.get(recorder.cases[id].value.operation.label) if id in recorder.cases else None
            self._ledger.count()
            if operation is not None and exchange.response is not None:
                self._answer(operation, exchange)
        for id, nodes in recorder.checks.items():
            operation = self._operations.get(recorder.cases[id].value.operation.label)
            for node in nodes:
                if operation is None:
                    continue
                if node.name in _RULES:
                    self._ledger.judged(operation, _RULES[node.name])
                if node.failure_info is not None:
                    failure = node.failure_info.failure
                    self._failure(operation, node.name, failure, exchanges.get(failure.case_id or id))

    def _answer(self, operation: Operation, exchange: Exchange) -> None:
        method = exchange.request.method
        if method != operation.method.upper():
            path = [other for other in self._assessor.contract.operations if other.path == operation.path]
            declared = {other.method.upper() for other in path}
            if method == "OPTIONS":
                judge_options(self._assessor, operation, declared, exchange)
            elif method not in declared:
                undeclared_method(self._assessor, operation, declared, exchange)
            return
        self._assessor.answer(operation, exchange, status_is_judged=self._has_credentials(operation, exchange.request))

    def _has_credentials(self, operation: Operation, request: Request) -> bool:
        """Whether a request has the good credentials; others are the matter of the rules of authentication."""
        carried = self._credentials.carried(operation)
        return carried.query in request.query and all(request.header(name) == value for name, value in carried.headers)

    def _failure(self, operation: Operation, check: str, failure: Any, exchange: Exchange | None) -> None:
        """What a check of Schemathesis says, unless it is about a method or credentials that we judge ourselves."""
        rule = _RULES.get(check) or _JUDGED_TOO.get(check)
        if rule is None or exchange is None or exchange.response is None:
            return
        if exchange.request.method != operation.method.upper():
            return
        if not self._has_credentials(operation, exchange.request):
            return
        if check in _JUDGED_TOO and self._assessor.judge.response(
            operation, exchange.request.method, exchange.response
        ):
            return
        status = exchange.response.status
        sure = check == "not_a_server_error" and status not in OF_GATEWAYS
        self._ledger.found(
            rule,
            operation,
            f"answered with {status}: {_line(failure.message) or failure.title}",
            _EXPECTED.get(rule, "what the contract says"),
            exchange,
            pointer=operation.pointer if rule != "server-error" else "",
            certainty=Certainty.CERTAIN if sure else Certainty.PROBABLE,
        )

    def _error(self, label: str, error: Exception) -> None:
        """What kept Schemathesis from going on with an operation."""
        import requests

        operation = self._operations.get(label)
        if not isinstance(error, requests.RequestException):
            self._ledger.obstacle(f"{label}: no requests could be generated: {_line(error)}")
            return
        # The same faults, seen by a client that tells less of them.
        if self._ledger.has(
            operation, "no-answer", "http-malformed", "content-length", "content-encoding", "head-body"
        ):
            return
        rule, message = _network_fault(error)
        request = getattr(error, "request", None)
        exchange = (
            Exchange(_request(request.method, request.url, request.headers, request.body), None) if request else None
        )
        self._ledger.found(rule, operation, message, "a whole answer in HTTP/1.1", exchange)


@contextmanager
def _before_each_call(schema: Any, renew: Callable[[Any, dict[str, Any]], None]) -> Iterator[None]:
    """Have `renew` see each case of `schema`, and what it is sent with. Schemathesis has such hooks for a whole process
    only."""
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
    "valid-refused": "a request that follows the contract is taken",
    "invalid-accepted": "4xx for a request that breaks the contract",
}


def _network_fault(error: Exception) -> tuple[str, str]:
    import requests

    if isinstance(error, requests.exceptions.ContentDecodingError):
        return "content-encoding", "the content is not coded as Content-Encoding says"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "content-length", "the connection was closed before the content was whole"
    if isinstance(error, requests.Timeout):
        return "no-answer", "the answer did not come in time"
    return "no-answer", "the connection ended without an answer"


def _exchange(interaction: Any) -> Exchange:
    sent, came = interaction.request, interaction.response
    request = _request(sent.method, sent.uri, {name: values[0] for name, values in sent.headers.items()}, sent.body)
    if came is None:
        return Exchange(request, None)
    headers = tuple((name, value) for name, values in came.headers.items() for value in values)
    return Exchange(request, Response(came.status_code, headers, came.content or b"", came.elapsed))


def _request(method: str, url: str, headers: Mapping[str, Any], body: bytes | str | None) -> Request:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kept = {name: value for name, value in headers.items() if name.lower() not in _ITS_OWN}
    content = body.encode() if isinstance(body, str) else body or b""
    return Request(
        method,
        target,
        fields_of({n: v if isinstance(v, str) else v.decode("latin-1") for n, v in kept.items()}),
        content,
    )


def _line(text: object) -> str:
    return " ".join(str(text).split())[:300]
