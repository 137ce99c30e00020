"""Requests that Schemathesis generates, and its findings; the check also judges each answer itself.

Schemathesis is imported when it runs, because the import is slow.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from openapi.check.budget import Budget, OutOfBudget
from openapi.check.client.sendable import NotSendable
from openapi.check.client.session import Session
from openapi.check.client.wire import Exchange, TargetUnreachable
from openapi.check.credentials import Credentials
from openapi.check.fuzzing.background import in_background
from openapi.check.fuzzing.checks import OWN_RULES
from openapi.check.fuzzing.files import no_files_left
from openapi.check.fuzzing.generated_answers import GeneratedAnswers
from openapi.check.fuzzing.narrowing import Narrowing
from openapi.check.fuzzing.records import line
from openapi.check.fuzzing.settings import configuration
from openapi.check.fuzzing.workers import ended_workers
from openapi.check.options import Options
from openapi.check.response_checks import ResponseChecks
from openapi.check.valid_requests import ValidRequests
from openapi.contract import Operation
from openapi.contract.views import generation_view
from openapi.examples.requests import OF_PATHS

if TYPE_CHECKING:
    from schemathesis.engine.events import EngineEvent
    from schemathesis.engine.recorder import ScenarioRecorder


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
        valid: ValidRequests,
    ) -> None:
        self._session = session
        self._checks = checks
        self._recorder = checks.recorder
        self._credentials = credentials
        self._options = options
        self._seed = seed
        self._budget = budget
        self._bases = valid.bases
        self._answers = GeneratedAnswers(checks, credentials, Narrowing(session, valid.requests))
        self._operations: dict[str, Operation] = {}
        self._scenarios = 0
        # Exchanges of the running scenarios, by the id of their case.
        self._exchanges: dict[str, Exchange] = {}
        self._lock = threading.Lock()
        # The first error of the check itself, in a thread of Schemathesis.
        self._own_error: Exception | None = None
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

        from openapi.check.fuzzing.transport import CheckTransport, use_transport, without_own_requests

        schema = self._schema()
        use_transport(schema, CheckTransport(self._session, self._seen))
        with _before_each_call(schema, self._renew), without_own_requests(), ended_workers(self._cut_short):
            stream = from_schema(schema).execute()
            try:
                # Making a request can take long, also for ever, without an event.
                for event in in_background(stream, stream.stop, self._go_on):
                    self._note(event)
                    self._go_on()
            except BaseException as error:
                stream.stop()
                if not isinstance(error, _LIMITS):
                    raise
                self._cut_short(error)

    def _go_on(self) -> None:
        """Raise the error, or the limit, that ends the generation."""
        if self._own_error is not None:
            raise self._own_error
        if self._budget.is_spent:
            raise OutOfBudget(self._budget.spent_on)

    def _schema(self) -> Any:
        import schemathesis
        from schemathesis.config import SchemathesisConfig

        contract = self._checks.contract
        config = SchemathesisConfig.from_dict(
            configuration(self._options, self._session.url, self._headers(), self._seed)
        )
        schema = schemathesis.openapi.from_dict(generation_view(contract), config=config)
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
                prepared.url = prepared.url.replace(
                    self._session.url, f"{origin.scheme}://{origin.netloc}{quote(base, safe=OF_PATHS)}", 1
                )
            # Only those from the configuration: a missing or another value is a test of Schemathesis.
            for field, value in carried.headers:
                if prepared.headers.get(field) == self._given.get(field):
                    prepared.headers[field] = value
            prepared.case_id, prepared.operation = case.id, operation
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
            self._recorder.obstacle(f"Schemathesis failed: {line(event.exception)}")
        elif isinstance(event, events.Interrupted):
            raise KeyboardInterrupt
        elif isinstance(event, events.EngineFinished) and event.stop_reason is StopReason.SERVER_UNAVAILABLE:
            self._recorder.obstacle("the server stopped answering the generated requests")

    def _seen(self, prepared: Any, exchange: Exchange) -> None:
        """Judge an exchange as soon as it is over, in the thread of its worker."""
        operation: Operation | None = getattr(prepared, "operation", None)
        if operation is None:
            return
        with self._lock:
            self._exchanges[prepared.case_id] = exchange.shortened()
        try:
            self._answers.judge(operation, exchange)
        except Exception as error:
            # Schemathesis would take it for an error of the request.
            self._own_error = self._own_error or error

    def _scenario(self, recorder: ScenarioRecorder) -> None:
        """Record what Schemathesis found in a scenario, whose exchanges are then forgotten."""
        for id, nodes in recorder.checks.items():
            operation = self._operations.get(recorder.cases[id].value.operation.label)
            for node in nodes:
                if operation is None:
                    continue
                if node.name in OWN_RULES:
                    self._recorder.judged(operation, OWN_RULES[node.name])
                if node.failure_info is not None:
                    failed = node.failure_info.failure.case_id or id
                    self._answers.failed(operation, node.name, self._exchanges.get(failed))
        with self._lock:
            for id in recorder.cases:
                self._exchanges.pop(id, None)

    def _error(self, label: str, error: Exception) -> None:
        """Record the error that ended the generation of requests for an operation."""
        from openapi.check.fuzzing.transport import Unanswered

        if isinstance(error, Unanswered):
            # The reason of a missing answer is a finding already.
            if isinstance(error.__cause__, TargetUnreachable):
                self._recorder.obstacle(f"{label}: {error}")
            elif isinstance(error.__cause__, NotSendable):
                self._recorder.left_out(label, f"some generated requests were not sent: {error}")
        elif isinstance(error, _LIMITS):
            self._cut_short(error, label)
        else:
            self._recorder.obstacle(f"{label}: no requests could be generated: {line(error)}")

    def _cut_short(self, error: BaseException, label: str = "") -> None:
        """Record that not all requests were generated, for an operation or for those of a worker."""
        reason = f"the generation of requests was cut short, so not all of them were judged: {type(error).__name__}"
        self._recorder.left_out(label, f"{reason}: {line(error)}".rstrip(": "))


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


# Limits of the interpreter, which hostile data can reach in the code of Schemathesis.
_LIMITS: Final = (RecursionError, SystemError, MemoryError)
