"""The choices, for every client and for each session, and the progress of their sequences."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Final, NamedTuple

from openapi.mock.scenarios.faults import Fault, FaultHit
from openapi.mock.scenarios.scenarios import Scenario, Step

# The most sessions; beyond it, the least recently used one is dropped.
_MOST_SESSIONS: Final = 1000


class ActiveFault:
    """A fault in force, with its own random numbers and its count of hits."""

    def __init__(self, fault: Fault, seed: int) -> None:
        self.fault = fault
        self._random = Random(seed)  # noqa: S311 - it decides about nothing secret
        self._hits = 0

    @property
    def over(self) -> bool:
        """Whether the fault has ended, after as many hits as its `times`."""
        return self.fault.times is not None and self._hits >= self.fault.times

    def hit(self) -> FaultHit | None:
        """The hit of the next request, which is counted; None if the fault spares it."""
        if self.over or not self.fault.hits(self._random):
            return None
        self._hits += 1
        return FaultHit(self.fault, self.fault.milliseconds(self._random))


@dataclass
class Choices:
    """The choices of a session, or for every client: for all operations and by `MockedOperation.id`."""

    scenario: str | None = None
    scenarios: dict[str, str] = field(default_factory=dict)
    fault: ActiveFault | None = None
    faults: dict[str, ActiveFault] = field(default_factory=dict)
    # The number of requests so far by (scenario, operation), and the faults that are part of scenarios.
    asked: dict[tuple[str, str], int] = field(default_factory=dict)
    scenario_faults: dict[tuple[str, str, int], ActiveFault] = field(default_factory=dict)

    def restart(self, scenario: str) -> None:
        """Restart the sequences and the faults of a scenario."""
        self.asked = {key: count for key, count in self.asked.items() if key[0] != scenario}
        self.scenario_faults = {key: fault for key, fault in self.scenario_faults.items() if key[0] != scenario}


class Turn(NamedTuple):
    """The step and the fault hit of one request."""

    step: Step
    hit: FaultHit | None


class State:
    """The shared choices and those of each session; a session without a choice uses the shared one."""

    def __init__(self, seed: int, scenario: str | None = None, source: str = "mock") -> None:
        self.seed = seed
        self._source = source
        self._scenario = scenario
        self._sessions: OrderedDict[str | None, Choices] = OrderedDict()
        self._sources: dict[str, str] = {}
        self.reset(None)

    def choices(self, session: str | None) -> Choices:
        """The choices of a session, to be changed; for None, the shared ones."""
        if session not in self._sessions:
            self._sessions[session] = Choices()
            if len(self._sessions) > _MOST_SESSIONS:
                oldest = next(name for name in self._sessions if name is not None)
                del self._sessions[oldest]
        elif session is not None:
            self._sessions.move_to_end(session)
        return self._sessions[session]

    def seen(self, session: str | None) -> Choices:
        """The choices for all operations that apply to a session: its own, or else the shared ones."""
        own = self._sessions.get(session, Choices())
        shared = self._sessions[None]
        return Choices(scenario=own.scenario or shared.scenario, fault=own.fault or shared.fault)

    def reset(self, session: str | None) -> None:
        """Restore the state at start: of a session, or for None, of everything."""
        if session is not None:
            self._sessions.pop(session, None)
            return
        self._sessions.clear()
        self._sources.clear()
        self.choices(None).scenario = self._scenario

    def choose_scenario(self, session: str | None, name: str, operation: str | None) -> None:
        """Choose a scenario for an operation, or for all that it applies to; its sequences restart."""
        choices = self.choices(session)
        for seeing in [choices] if session is not None else self._sessions.values():
            seeing.restart(name)
        if operation is None:
            choices.scenario, choices.scenarios = name, {}
        else:
            choices.scenarios[operation] = name

    def choose_no_scenario(self, session: str | None, operation: str | None) -> None:
        """Remove the choice, for an operation or for all."""
        choices = self.choices(session)
        if operation is None:
            choices.scenario, choices.scenarios = None, {}
        else:
            choices.scenarios.pop(operation, None)

    def choose_fault(self, session: str | None, fault: Fault | None, operation: str | None) -> None:
        """Set the fault for an operation, or for all; None removes it, without an operation also those of
        operations."""
        choices = self.choices(session)
        active = None if fault is None else ActiveFault(fault, self.seed)
        if operation is not None:
            choices.faults.pop(operation, None)
            if active is not None:
                choices.faults[operation] = active
            return
        choices.fault = active
        if active is None:
            choices.faults = {}

    def drop_removed(self, scenarios: Mapping[str, Scenario], operations: Mapping[str, object]) -> None:
        """Drop the choices of scenarios and operations that no longer exist after a reload."""
        for choices in self._sessions.values():
            if choices.scenario not in scenarios:
                choices.scenario = None
            choices.scenarios = {
                operation: name
                for operation, name in choices.scenarios.items()
                if operation in operations and name in scenarios
            }
            choices.faults = {name: fault for name, fault in choices.faults.items() if name in operations}
            choices.asked, choices.scenario_faults = {}, {}

    def scenario(self, session: str | None, operation: str, scenarios: Mapping[str, Scenario]) -> Scenario | None:
        """The scenario in force for an operation: the session's choice before the shared one, and the choice for the
        operation before the one for all."""
        for choices in self._seen_by(session):
            for name in (choices.scenarios.get(operation), choices.scenario):
                if name is not None and (found := scenarios.get(name)) is not None and found.knows(operation):
                    return found
        return None

    def turn(self, session: str | None, scenario: Scenario | None, operation: str, *, counts: bool) -> Turn:
        """The next step of a scenario for an operation, and the hit of the faults in force. A refused request does not
        count (`counts`): it consumes no step."""
        step = self.step(session, scenario, operation, counts=counts)
        return Turn(step, self.hit(session, operation, scenario, step))

    def step(self, session: str | None, scenario: Scenario | None, operation: str, *, counts: bool) -> Step:
        """The next step of a scenario for an operation; a request that `counts` consumes it."""
        if scenario is None or (course := scenario.operations.get(operation)) is None:
            return Step()
        asked = self.choices(session).asked
        number = asked.get((scenario.name, operation), 0)
        if counts:
            asked[scenario.name, operation] = number + 1
        return course.step(number)

    def fault(self, session: str | None, operation: str) -> ActiveFault | None:
        """The chosen fault in force for an operation, in the order of `scenario`."""
        return next(self._faults(session, operation), None)

    def hit(self, session: str | None, operation: str, scenario: Scenario | None, step: Step) -> FaultHit | None:
        """The hit of the next request: a chosen fault before that of the step, and that before the scenario's."""
        for active in [*self._faults(session, operation), *self._faults_of(session, operation, scenario, step)]:
            if (hit := active.hit()) is not None:
                return hit
        return None

    def source(self, operation: str) -> str:
        """The source of an operation's answers, "mock" or "upstream": the choice, or the source at start."""
        return self._sources.get(operation, self._source)

    def choose_source(self, operation: str, source: str) -> None:
        """Choose the source of an operation's answers, "mock" or "upstream"."""
        self._sources[operation] = source

    def _seen_by(self, session: str | None) -> Iterator[Choices]:
        if session is not None and session in self._sessions:
            yield self._sessions[session]
        yield self._sessions[None]

    def _faults(self, session: str | None, operation: str) -> Iterator[ActiveFault]:
        for choices in self._seen_by(session):
            for active in (choices.faults.get(operation), choices.fault):
                if active is not None and not active.over:
                    yield active

    def _faults_of(
        self, session: str | None, operation: str, scenario: Scenario | None, step: Step
    ) -> Iterator[ActiveFault]:
        if scenario is None:
            return
        known = self.choices(session).scenario_faults
        for number, fault in enumerate((step.fault, scenario.fault)):
            if fault is not None:
                # Each fault of a step has its own count: two steps may have different faults.
                key = (scenario.name, operation, hash(fault) if number == 0 else -1)
                if key not in known:
                    known[key] = ActiveFault(fault, self.seed)
                yield known[key]
