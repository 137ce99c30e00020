"""The plan of one operation: from a request and the state of the scenarios to a decision."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final

from openapi.engine.endpoints import Answer
from openapi.mock.answers.authentication import check
from openapi.mock.answers.bodies import Bodies, DataChoice
from openapi.mock.answers.decision import Decision
from openapi.mock.answers.errors import ErrorAnswer, error_answer, failure_by, own_answer
from openapi.mock.answers.own_headers import merged_headers
from openapi.mock.answers.refusals import PreferenceRefused, Refusal, RequestInvalid, failure_by_status, failure_of
from openapi.mock.answers.selection import select, statuses
from openapi.mock.requests.coded_bodies import uncoded
from openapi.mock.requests.request import MockRequest
from openapi.mock.requests.suggestions import did_you_mean
from openapi.mock.scenarios.faults import FaultHit
from openapi.mock.scenarios.scenarios import MockedOperation, Scenario, Step
from openapi.mock.scenarios.state import State
from openapi.mock.settings import MockSettings
from openapi.parameters.request_parts import RequestParts
from openapi.validation import RequestReader, refusal_of

# The next choice may change the answer, so it must not be cached (RFC 9111 section 5.2.2.5).
_NO_STORE: Final = (b"cache-control", b"no-store")
# The statuses for a refused request, by preference, if the contract declares them: clients of a contract with 422
# expect it for invalid requests, and do not expect a 415 that it does not declare.
_INSTEAD: Final[Mapping[int, Sequence[int]]] = {400: (422, 400), 413: (413, 422, 400), 415: (415, 422, 400)}
# The most names per preference in the alternatives.
_MOST_NAMED: Final = 20


class MockPlan:
    """Decides about the requests for one operation. `decide` advances the sequences of the scenario, the faults, and
    the counter of dynamic data; everything else is pure."""

    def __init__(
        self,
        mocked: MockedOperation,
        bodies: Bodies,
        settings: MockSettings,
        state: State,
        scenarios: Mapping[str, Scenario],
    ) -> None:
        self.name = mocked.id
        self.mocked = mocked
        self._bodies = bodies
        self._settings = settings
        self._state = state
        self._scenarios = scenarios
        self._numbers = itertools.count()

    @property
    def takes_body(self) -> bool:
        """Whether the operation takes a body."""
        return self.mocked.operation.body is not None

    def is_for_upstream(self, request: MockRequest) -> bool:
        """Whether to forward a request: the upstream is the source of the operation, no scenario is in force, and the
        request has no preference of the mock."""
        if self._state.source(self.name) != "upstream":
            return False
        try:
            preferences = request.preferences
        except PreferenceRefused:
            return False
        named = (preferences.code, preferences.example, preferences.dynamic, preferences.scenario)
        return all(value is None for value in named) and self._scenario(request)[0] is None

    def refusal(self, request: MockRequest, parts: RequestParts, now: float) -> Refusal | None:
        """The refusal of a request regardless of its parameters and body: for an unknown scenario, status or example,
        or for credentials that are missing or invalid at `now`, in seconds since 1970. None without one."""
        try:
            preferences = request.preferences
            wanted = preferences.scenario
            if wanted is not None and not self._knows(wanted):
                return PreferenceRefused(404, "SCENARIO_NOT_FOUND", self._no_scenario(wanted))
            if preferences.code is not None or preferences.example is not None:
                # A preference that cannot be fulfilled is told, whatever else is wrong with the request.
                select(self.mocked, preferences.code, preferences.example, None)
            check(self.mocked.operation, parts, self._settings.auth, now)
        except Refusal as refusal:
            return refusal
        return None

    def accepts_path(self, parts: RequestParts) -> bool:
        """Whether the parameters in the path of a request satisfy their schemas."""
        return self._reader.accepts_path(parts)

    def violation(self, parts: RequestParts, body: bytes | None) -> RequestInvalid | None:
        """The refusal of a request with this body that breaks the contract; None if it keeps the contract."""
        try:
            body = uncoded(body, parts.headers)
        except RequestInvalid as refusal:
            return refusal
        if self._reader.is_empty or not (violations := self._reader.read(parts, body).violations):
            return None
        status, sentence = refusal_of(violations)
        return RequestInvalid(status, failure_by_status(status).code, sentence)

    def decide(self, request: MockRequest, refusal: Refusal | None) -> Decision:
        """The decision about a request; with a `refusal`, an error."""
        scenario, origin = self._scenario(request)
        # A refused request consumes no step of a sequence.
        step, hit = self._state.turn(request.session, scenario, self.name, counts=refusal is None)
        if hit is not None and hit.fault.replaces_answer:
            return self._failed(request, scenario, step, hit)
        situation = f"Scenario {scenario.name} ({origin})" if scenario else "No scenario"
        try:
            decision = self._refused(request, refusal) if refusal else self._given(request, scenario, step, situation)
        except Refusal as error:
            decision = self._refused(request, error)
        return decision if hit is None else decision.hit_by(hit)

    @cached_property
    def _reader(self) -> RequestReader:
        """The reader of requests, compiled at its first use."""
        return RequestReader(self.mocked.operation)

    def _knows(self, scenario: str) -> bool:
        return scenario in self._scenarios and self._scenarios[scenario].knows(self.name)

    def _no_scenario(self, wanted: str) -> str:
        known = ", ".join(name for name in self._scenarios if self._knows(name)) or "none"
        if wanted in self._scenarios:
            return f"The scenario {wanted!r} does not apply to {self.name}. Available scenarios: {known}."
        return f"There is no scenario {wanted!r}. Available scenarios: {known}.{did_you_mean(wanted, self._scenarios)}"

    def _scenario(self, request: MockRequest) -> tuple[Scenario | None, str]:
        """The scenario in force, and the origin of the choice."""
        try:
            chosen = ((request.preferences.scenario, "by Prefer"), (request.scenario_cookie, "by cookie"))
        except PreferenceRefused:
            return None, ""
        for name, origin in chosen:
            if name is not None and self._knows(name):
                return self._scenarios[name], origin
        session = request.session
        found = self._state.scenario(session, self.name, self._scenarios)
        return found, "by choice" if session is None else f"by choice, session {session}"

    def _given(self, request: MockRequest, scenario: Scenario | None, step: Step, situation: str) -> Decision:
        """The answer of a step, or the preferred one; Refusal if it does not exist."""
        preferences = request.preferences
        if preferences.code is not None or preferences.example is not None:
            step = Step(preferences.code if preferences.code is not None else step.status, example=preferences.example)
            scenario, situation = None, "As preferred"
        selection = select(self.mocked, step.status, step.example, request.accept)
        # A named example takes precedence over --dynamic, but not over the preference of this request.
        usual = self._settings.dynamic and step.example is None
        dynamic = usual if preferences.dynamic is None else preferences.dynamic
        # HEAD has the headers of GET (RFC 9110 section 9.3.2).
        key = f"{'GET' if request.method == 'HEAD' else request.method} {request.target}"
        if dynamic:
            key += f" {next(self._numbers)}"
        body = self._bodies.body(selection, step, DataChoice(step.example, dynamic, key))
        headers = merged_headers(self._bodies.headers(selection, key), step.headers)
        return Decision(
            _answer(selection.status, selection.content_type, headers, body.content),
            " ".join([f"{situation}: {selection.status}, {body.reason}.", *self._ignored(request)]),
            operation=self.name,
            scenario=scenario.name if scenario is not None else None,
            alternatives=self._alternatives(selection.response.example_names()),
            violations=body.violations,
        )

    def _refused(self, request: MockRequest, refusal: Refusal) -> Decision:
        """An error instead of the answer. No scenario is named: the scenario in force did not answer."""
        failure = failure_of(refusal)
        if isinstance(refusal, PreferenceRefused):
            response = own_answer(failure, self._settings.envelope)
        else:
            wanted = _INSTEAD.get(failure.status, ())
            if failure.status != 400 and self.mocked.operation.response_for(failure.status) is not None:
                wanted = (failure.status,)
            response = error_answer(self.mocked, self._bodies, wanted, failure, request.accept)
        violations = (failure.message,) if isinstance(refusal, RequestInvalid) else ()
        return self._error(response, failure.message, None, violations)

    def _failed(self, request: MockRequest, scenario: Scenario | None, step: Step, hit: FaultHit) -> Decision:
        """The error, or no answer, of a fault that replaces the answer."""
        fault = hit.fault
        own = scenario is not None and fault in (step.fault, scenario.fault)
        name, reason = scenario.name if scenario is not None and own else None, f"Fault: {fault.kind}."
        if (failure := failure_by(fault)) is None:
            return Decision(None, reason, self.name, name, self._alternatives(), hit=hit)
        response = error_answer(self.mocked, self._bodies, (failure.status,), failure, request.accept)
        return self._error(response, reason, name, hit=hit)

    def _error(
        self,
        response: ErrorAnswer,
        reason: str,
        scenario: str | None,
        violations: tuple[str, ...] = (),
        hit: FaultHit | None = None,
    ) -> Decision:
        answer = _answer(response.status, response.content_type, response.headers, response.content)
        return Decision(
            answer,
            reason,
            self.name,
            scenario,
            self._alternatives(),
            violations=violations,
            hit=hit,
            is_declared=response.is_declared,
        )

    def _ignored(self, request: MockRequest) -> list[str]:
        """The preferences that the mock ignored, a sentence each."""
        cookie = request.scenario_cookie
        if not cookie or cookie in self._scenarios:
            return request.unknown_preferences
        return [*request.unknown_preferences, f"The cookie mock-scenario names the unknown scenario {cookie!r}."]

    def _alternatives(self, examples: Sequence[str] = ()) -> str:
        """The preferences with other answers, with the `examples` of the response."""
        values = {"code": self._statuses, "example": examples, "scenario": self._shown}
        named = [f"{preference}={'|'.join(names[:_MOST_NAMED])}" for preference, names in values.items() if names]
        return f"Prefer: {', '.join(named)}"

    @cached_property
    def _statuses(self) -> Sequence[str]:
        return statuses(self.mocked)

    @cached_property
    def _shown(self) -> Sequence[str]:
        return [name for name in self._scenarios if self._knows(name) and not self._scenarios[name].derived]


def _answer(status: int, content_type: str | None, headers: Mapping[str, str], content: bytes) -> Answer:
    usual = {} if content_type is None else {"content-type": content_type}
    sent = merged_headers(usual, headers)
    fields = [(name.encode("ascii"), value.encode("latin-1", "replace")) for name, value in sent.items()]
    # A Cache-Control of a scenario or of the contract applies instead.
    return Answer(status, (*fields, *(() if "cache-control" in sent else (_NO_STORE,))), content)
