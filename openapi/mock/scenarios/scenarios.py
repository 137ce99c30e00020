"""Scenarios: named situations of the operations, read from a file and derived from the contracts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from openapi.contract import Contract, Operation
from openapi.mock.scenarios.faults import Fault

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# A step without a body, which differs from the body null.
ABSENT: Final[Any] = object()

End: TypeAlias = Literal["stay", "repeat"]


class MockedOperation(NamedTuple):
    """An operation of one of the contracts; `id` is its operationId, with the prefix of its contract."""

    id: str
    prefix: str
    contract: Contract
    operation: Operation

    @property
    def path(self) -> str:
        """The path in the mock, with the prefix."""
        return self.prefix + self.operation.path


@dataclass(frozen=True, slots=True)
class Step:
    """An answer, given `times` in a row.

    Without a `status`, the usual one is sent. If `body` is `ABSENT`, `example` names an example in the contract;
    without it the mock chooses. `headers` are sent in addition to the usual ones.
    """

    status: int | None = None
    body: Any = ABSENT
    example: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: Fault | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Course:
    """A sequence of answers of an operation. After the last step, `end` repeats it ("stay") or restarts ("repeat")."""

    steps: tuple[Step, ...]
    end: End = "stay"

    def step(self, number: int) -> Step:
        """The answer to the request with this number, counted from 0."""
        length = sum(step.times for step in self.steps)
        number = number % length if self.end == "repeat" else min(number, length - 1)
        for step in self.steps:
            number -= step.times
            if number < 0:
                return step
        return self.steps[-1]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named situation: the courses of operations by `MockedOperation.id`, and the fault for every operation.

    `derived` scenarios come from the contract, not from a file.
    """

    name: str
    description: str
    operations: Mapping[str, Course] = field(default_factory=dict)
    fault: Fault | None = None
    derived: bool = False

    def knows(self, operation: str) -> bool:
        """Whether the scenario applies to an operation."""
        return self.fault is not None or operation in self.operations


def mocked_operations(contracts: Mapping[str, Contract]) -> dict[str, MockedOperation]:
    """Every operation of `contracts`, which are by prefix ("" or "/billing"): id -> operation.

    The id is the operationId; with a prefix, ``billing/<operationId>``.
    """
    found = {}
    for prefix, contract in contracts.items():
        for operation in contract.operations:
            name = f"{prefix[1:]}/{operation.operation_id}" if prefix else operation.operation_id
            found[name] = MockedOperation(name, prefix, contract, operation)
    return found


def all_scenarios(written: Iterable[Scenario], operations: Mapping[str, MockedOperation]) -> dict[str, Scenario]:
    """Name -> scenario: those that are `written` in a file, then those derived from the contracts."""
    scenarios = {scenario.name: scenario for scenario in written}
    for scenario in derive_scenarios(operations):
        scenarios.setdefault(scenario.name, scenario)
    return scenarios


def derive_scenarios(operations: Mapping[str, MockedOperation]) -> Iterator[Scenario]:
    """The scenarios of the contracts themselves: ``404`` for a declared status, ``4XX`` for a range, ``default``, and
    ``404-gone`` for the example ``gone`` of the status 404."""
    courses: dict[str, dict[str, Course]] = {}
    texts: dict[str, str] = {}
    for mocked in operations.values():
        responses = mocked.operation.responses
        for key in final_keys(responses):
            status = status_of(key, responses)
            courses.setdefault(key, {})[mocked.id] = Course((Step(status),))
            texts.setdefault(key, f"The response {status} of the contract.")
            for example in responses[key].example_names():
                name = f"{key}-{example}"
                if NAME.fullmatch(name):
                    courses.setdefault(name, {})[mocked.id] = Course((Step(status, example=example),))
                    texts.setdefault(name, f"The response {status} with the example {example!r}.")
    for name in sorted(courses):
        yield Scenario(name, texts[name], courses[name], derived=True)


def final_keys(keys: Iterable[str]) -> list[str]:
    """The keys of a Responses Object without extensions and informational statuses, which are not final responses (RFC
    9110 section 15.2)."""
    return [key for key in keys if not key.startswith(("x-", "1"))]


def status_of(key: str, keys: Iterable[str]) -> int:
    """A status for a key of a Responses Object: the first of a range; 500 for `default`, or 200 if no other key is for
    success."""
    if key == "default":
        return 500 if any(other.startswith("2") for other in keys) else 200
    return int(key.upper().replace("X", "0"))
