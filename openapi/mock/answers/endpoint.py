"""An operation, answered by the mock: what stands in the engine where a server has its handler."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from time import time
from typing import Final

import orjson
from starlette.exceptions import HTTPException

from openapi.engine.arguments import Arguments
from openapi.engine.endpoints import Answer, Headers, Incoming
from openapi.engine.errors import ClientLeft
from openapi.mock.answers.authentication import Auth, check
from openapi.mock.answers.bodies import Bodies, Wish
from openapi.mock.answers.errors import failure_by, told
from openapi.mock.answers.own_headers import merged_headers
from openapi.mock.answers.refusals import MockFailure, Refusal, WishRefused, failure_of
from openapi.mock.answers.selection import select, statuses
from openapi.mock.requests.request import Asking, MockIncoming, mock_incoming
from openapi.mock.requests.suggestions import did_you_mean
from openapi.mock.scenarios.scenarios import MockedOperation, Scenario, Step, example_names
from openapi.mock.scenarios.state import Blow, State
from openapi.mock.transport.connection import connection_of

MAX_BODY: Final = 10 * 1024 * 1024
# Nobody is to keep an answer that the next choice changes (RFC 9111 section 5.2.2.5).
_NO_STORE: Final = (b"cache-control", b"no-store")
# The statuses that are as good for a refused request, where the contract declares them: where it has 422 for what does
# not follow it, that is what its clients expect, and nobody expects a 415 that it does not have.
_INSTEAD: Final[Mapping[int, Sequence[int]]] = {400: (422, 400), 413: (413, 422, 400), 415: (415, 422, 400)}
# Scenarios that are named beside an answer.
_MOST_NAMED: Final = 20


@dataclass(frozen=True)
class MockSettings:
    """How a mock answers: `auth` as in `Auth`, `dynamic` for data that differs between requests."""

    auth: Auth = "presence"
    seed: int = 0
    dynamic: bool = False


class MockedEndpoint:
    """Endpoint of one operation (openapi.engine.endpoints): credentials, arguments, scenario, fault, response."""

    headers: Headers = (_NO_STORE,)

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

    async def __call__(self, incoming: Incoming) -> Answer:
        """The answer to one request."""
        incoming = mock_incoming(incoming)
        asking = incoming.asking
        asking.exchange.operation = self.name
        asking.alternatives = self._alternatives()
        refusal = await self._refusal(incoming)
        scenario, origin = self._scenario(asking)
        asking.exchange.scenario = scenario.name if scenario is not None else None
        # A request that is refused uses no step of a sequence up.
        step = self._state.step(asking.session, scenario, self.name, counts=refusal is None)
        blow = self._state.blow(asking.session, self.name, scenario, step)
        if blow is not None:
            await asyncio.sleep(blow.milliseconds / 1000)
            if blow.fault.kind in ("hang", "reset", "unavailable", "error"):
                if scenario is not None and blow.fault not in (step.fault, scenario.fault):
                    asking.exchange.scenario = None
                return await self._failed(blow, incoming)
        situation = f"Scenario {scenario.name} ({origin})" if scenario else "No scenario"
        try:
            answer = self._answer(asking, step, situation) if refusal is None else self._refused(refusal, asking)
        except Refusal as error:
            answer = self._refused(error, asking)
        return answer if blow is None else self._broken(answer, blow, asking)

    async def _refusal(self, incoming: MockIncoming) -> Refusal | HTTPException | None:
        asking = incoming.asking
        try:
            wanted = asking.preferences.scenario
            if wanted is not None and not self._knows(wanted):
                raise WishRefused(404, "SCENARIO_NOT_FOUND", self._no_scenario(wanted))
            check(self.mocked, asking.credentials, self._settings.auth, time())
            if self._arguments is not None:
                await self._arguments.read(incoming)
        except (Refusal, HTTPException) as error:
            return error
        return None

    @cached_property
    def _arguments(self) -> Arguments | None:
        """What the operation takes, compiled when it is first called; None where there is nothing to be read."""
        operation = self.mocked.operation
        if not operation.parameters and operation.body is None:
            return None
        return Arguments(operation, MAX_BODY)

    def is_wished(self, asking: Asking) -> bool:
        """Whether a request, or a choice, asks for something that only the mock has. Refusal for a wish that cannot be
        read."""
        preferences = asking.preferences
        named = (preferences.code, preferences.example, preferences.dynamic, preferences.scenario)
        return any(wish is not None for wish in named) or self._scenario(asking)[0] is not None

    def _knows(self, scenario: str) -> bool:
        return scenario in self._scenarios and self._scenarios[scenario].knows(self.name)

    def _no_scenario(self, wanted: str) -> str:
        known = ", ".join(name for name in self._scenarios if self._knows(name)) or "none"
        if wanted in self._scenarios:
            return f"The scenario {wanted!r} says nothing about {self.name}: for it there is {known}."
        return f"There is no scenario {wanted!r}: there is {known}.{did_you_mean(wanted, self._scenarios)}"

    def _scenario(self, asking: Asking) -> tuple[Scenario | None, str]:
        """The scenario in force, and by whose choice."""
        try:
            wishes = ((asking.preferences.scenario, "by Prefer"), (asking.scenario_cookie, "by cookie"))
        except WishRefused:
            return None, ""
        for name, origin in wishes:
            if name is not None and self._knows(name):
                return self._scenarios[name], origin
        found = self._state.scenario(asking.session, self.name, self._scenarios)
        return found, "by choice" if asking.session is None else f"by choice, session {asking.session}"

    def _answer(self, asking: Asking, step: Step, situation: str) -> Answer:
        wishes = asking.preferences
        if wishes.code is not None or wishes.example is not None:
            step = Step(wishes.code if wishes.code is not None else step.status, example=wishes.example)
            situation = "As preferred"
            asking.exchange.scenario = None
        selection = select(self.mocked, step.status, step.example, asking.accept)
        # An example that is named is meant, unless new data is wished for with this very request.
        usual = self._settings.dynamic and step.example is None
        dynamic = usual if wishes.dynamic is None else wishes.dynamic
        exchange = asking.exchange
        # HEAD tells what GET would answer (RFC 9110 section 9.3.2).
        key = f"{'GET' if exchange.method == 'HEAD' else exchange.method} {exchange.target}"
        if dynamic:
            key += f" {next(self._numbers)}"
        body = self._bodies.body(self.mocked, selection, step, Wish(step.example, dynamic, key))
        headers = merged_headers(self._bodies.headers(self.mocked, selection, key), step.headers)
        exchange.reason = " ".join([f"{situation}: {selection.status}, {body.reason}.", *self._not_heard(asking)])
        asking.alternatives = self._alternatives(example_names(self.mocked, selection.key))
        exchange.violations += body.violations
        return self._sent(selection.status, selection.content_type, headers, body.content)

    def _not_heard(self, asking: Asking) -> list[str]:
        """What was wished for in vain, a sentence each."""
        cookie = asking.scenario_cookie
        if not cookie or cookie in self._scenarios:
            return asking.unknown_wishes
        return [*asking.unknown_wishes, f"The cookie mock-scenario names {cookie!r}, which there is not."]

    def _refused(self, error: Refusal | HTTPException, asking: Asking) -> Answer:
        failure = failure_of(error)
        asking.exchange.reason = failure.message
        # Whatever is in force, it did not answer.
        asking.exchange.scenario = None
        if failure.status in (400, 413, 415) and not isinstance(error, Refusal):
            asking.exchange.violations.append(failure.message)
        if isinstance(error, WishRefused):
            return self._sent(failure.status, "application/json", failure.headers, orjson.dumps(failure.body))
        wanted = _INSTEAD.get(failure.status, ())
        if failure.status != 400 and self.mocked.operation.response_for(failure.status) is not None:
            wanted = (failure.status,)
        return self._error(wanted, failure, asking)

    def _error(self, wanted: Sequence[int], failure: MockFailure, asking: Asking) -> Answer:
        return self._sent(*told(self.mocked, self._bodies, wanted, failure, asking.accept))

    async def _failed(self, blow: Blow, incoming: MockIncoming) -> Answer:
        fault, asking = blow.fault, incoming.asking
        asking.exchange.reason = f"Fault: {fault.kind}."
        if (failure := failure_by(fault)) is not None:
            return self._error((failure.status,), failure, asking)
        connection = connection_of(asking.scope)
        if fault.kind == "reset" and connection is not None:
            connection.reset()
        await incoming.left()
        raise ClientLeft

    def _broken(self, answer: Answer, blow: Blow, asking: Asking) -> Answer:
        kind = blow.fault.kind
        waited = f"{blow.milliseconds} ms" if blow.milliseconds or kind is None else ""
        asking.exchange.reason = f"Fault: {', '.join(filter(None, (kind, waited)))}. {asking.exchange.reason}"
        if kind == "truncate":
            asking.truncated = True
        if kind == "malform":
            # The first half of anything, and then this, is no JSON.
            return answer._replace(body=answer.body[: len(answer.body) // 2] + b'{"')
        return answer

    def _sent(self, status: int, content_type: str | None, headers: Mapping[str, str], content: bytes) -> Answer:
        usual = {} if content_type is None else {"content-type": content_type}
        sent = merged_headers(usual, headers)
        fields = [(name.encode("ascii"), value.encode("latin-1", "replace")) for name, value in sent.items()]
        # Only a scenario says otherwise, and then means it.
        return Answer(status, (*fields, *(() if "cache-control" in sent else self.headers)), content)

    def _alternatives(self, examples: Sequence[str] = ()) -> str:
        """What else can be asked for, with the `examples` of the response that is given."""
        wishes = {"code": self._statuses, "example": examples, "scenario": self._shown}
        named = [f"{wish}={'|'.join(names[:_MOST_NAMED])}" for wish, names in wishes.items() if names]
        return f"Prefer: {', '.join(named)}"

    @cached_property
    def _statuses(self) -> Sequence[str]:
        return statuses(self.mocked)

    @cached_property
    def _shown(self) -> Sequence[str]:
        return [name for name in self._scenarios if self._knows(name) and not self._scenarios[name].derived]
