"""The scenario file: read, and validated against the contracts (docs/scenarios.md)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import jsonschema_rs
import orjson

from openapi.contract import Content
from openapi.documents.errors import ContractError
from openapi.documents.pointer import join_pointer, pointer_to, resolve_pointer
from openapi.documents.reading import read_document
from openapi.http.media_types import is_json, parse_media_type
from openapi.mock.answers.own_headers import follows
from openapi.mock.answers.refusals import Refusal
from openapi.mock.answers.selection import usual_key
from openapi.mock.requests.suggestions import did_you_mean
from openapi.mock.scenarios.faults import Fault
from openapi.mock.scenarios.scenarios import (
    ABSENT,
    Course,
    End,
    MockedOperation,
    Scenario,
    Step,
    status_of,
)
from openapi.schemas import Direction, SchemaValidator

# The scenarios of the published contract.
SCENARIOS: Final = Path(__file__).parents[2] / "scenarios.yaml"

_SCHEMA: Final = Path(__file__).with_name("scenarios.schema.json")
_EVERY: Final = "*"


def load_scenarios(file: Path, operations: Mapping[str, MockedOperation]) -> tuple[Scenario, ...]:
    """The scenarios in a file (docs/scenarios.md); ContractError with file, place and reason if it cannot be used."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ContractError(str(file), "", f"cannot be read: {error.strerror}") from None
    return read_scenarios(content, str(file), operations)


def read_scenarios(content: bytes, source: str, operations: Mapping[str, MockedOperation]) -> tuple[Scenario, ...]:
    """The scenarios in `content`, with every body, example and status validated against the contracts."""
    document = read_document(content, source)
    if "openapi" in document and "scenarios" not in document:
        raise ContractError(source, "", "this is a contract, not a scenario file: pass it without --scenarios")
    for error in _schema().iter_errors(document):
        raise ContractError(source, join_pointer(error.instance_path), _reason(error))
    return tuple(_Reading(source, name, operations).scenario(value) for name, value in document["scenarios"].items())


class _Reading:
    """Reads one scenario of a file."""

    def __init__(self, source: str, name: str, operations: Mapping[str, MockedOperation]) -> None:
        self._source = source
        self._pointer = pointer_to("scenarios", name)
        self._operations = operations
        self._name = name

    def scenario(self, value: Mapping[str, Any]) -> Scenario:
        """The scenario; ContractError if it does not fit the contracts."""
        fault = self._fault(value, ())
        courses: dict[str, Course] = {}
        for name, course in value.get("operations", {}).items():
            if name == _EVERY:
                continue
            if (mocked := self._operations.get(name)) is None:
                reason = f"there is no operation {name!r}.{did_you_mean(name, self._operations)}"
                raise self._error(("operations", name), reason)
            courses[name] = self._course(course, mocked, ("operations", name))
        if (course := value.get("operations", {}).get(_EVERY)) is not None:
            others = self._every(course, courses)
            if not others:
                statuses = ", ".join(map(str, _statuses(course)))
                reason = f"no other operation declares {statuses}" if statuses else "there is no other operation"
                raise self._error(("operations", _EVERY), reason)
            courses |= others
        if fault is None and not courses:
            raise self._error((), "the scenario is empty: add `operations` or a `fault`")
        return Scenario(self._name, value["description"], courses, fault)

    def _every(self, course: Mapping[str, Any], named: Mapping[str, Course]) -> dict[str, Course]:
        statuses = _statuses(course)
        return {
            mocked.id: self._course(course, mocked, ("operations", _EVERY))
            for mocked in self._operations.values()
            if mocked.id not in named and all(mocked.operation.response_for(status) for status in statuses)
        }

    def _course(self, value: Mapping[str, Any], mocked: MockedOperation, path: tuple[str | int, ...]) -> Course:
        if "steps" not in value:
            return Course((self._step(value, mocked, path),))
        steps = [self._step(step, mocked, (*path, "steps", index)) for index, step in enumerate(value["steps"])]
        return Course(tuple(steps), cast(End, value.get("end", "stay")))

    def _step(self, value: Mapping[str, Any], mocked: MockedOperation, path: tuple[str | int, ...]) -> Step:
        step = Step(
            status=value.get("status"),
            body=value.get("body", ABSENT),
            example=value.get("example"),
            headers=value.get("headers", {}),
            fault=self._fault(value, path),
            times=value.get("times", 1),
        )
        if step.body is not ABSENT and step.example is not None:
            raise self._error(path, "use either `body` or `example`, not both")
        if step.body is not ABSENT and step.status is None:
            raise self._error(path, "a `body` needs a `status`")
        if own := [name for name in step.headers if follows(name)]:
            raise self._error((*path, "headers"), f"the mock sets {own[0]} itself: remove it")
        self._check(step, self._usual(mocked, path) if step.status is None else step.status, mocked, path)
        return step

    def _usual(self, mocked: MockedOperation, path: tuple[str | int, ...]) -> int:
        responses = mocked.operation.responses
        try:
            return status_of(usual_key(responses), responses)
        except Refusal as refusal:
            raise self._error(path, f"{mocked.id} has no answer: {refusal}") from None

    def _check(self, step: Step, status: int, mocked: MockedOperation, path: tuple[str | int, ...]) -> None:
        if (found := mocked.operation.response_for(status)) is None:
            declared = ", ".join(mocked.operation.responses)
            raise self._error((*path, "status"), f"{mocked.id} does not declare {status}; it declares {declared}")
        if step.example is not None and step.example not in (names := found.example_names()):
            declared = f"it has {', '.join(names)}" if names else "it has no examples"
            reason = f"{mocked.id} has no example {step.example!r} for {status}; {declared}"
            raise self._error((*path, "example"), reason)
        if step.body is not ABSENT:
            if not found.contents:
                raise self._error((*path, "body"), f"{mocked.id} declares no body for {status}")
            content = next((each for each in found.contents if is_json(parse_media_type(each.media_type).name)), None)
            if content is not None and (reasons := violations(content, step.body)):
                raise self._error((*path, "body"), f"the body breaks the contract of {mocked.id}: {'; '.join(reasons)}")

    def _fault(self, value: Mapping[str, Any], path: tuple[str | int, ...]) -> Fault | None:
        try:
            return Fault.parse(value["fault"]) if "fault" in value else None
        except ValueError as error:
            raise self._error((*path, "fault"), str(error)) from None

    def _error(self, path: tuple[str | int, ...], reason: str) -> ContractError:
        return ContractError(self._source, self._pointer + join_pointer(path), reason)


def violations(content: Content, body: Any) -> list[str]:
    """The violations of the schema of a declared content in `body`, a sentence each."""
    validator = SchemaValidator(content.schema, Direction.RESPONSE)
    return [str(violation) for violation in validator.violations(body)]


def _reason(error: jsonschema_rs.ValidationError) -> str:
    """What is wrong, with the allowed names and the most similar one."""
    kind = error.kind
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.Enum):
        return f"{error.instance!r} is not one of {', '.join(map(str, kind.options))}"
    if not isinstance(kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        return error.message
    names = list(resolve_pointer(_document(), join_pointer(error.schema_path[:-1]))["properties"])
    name = kind.unexpected[0]
    return f"unknown member {name!r}; allowed are {', '.join(names)}.{did_you_mean(name, names)}"


def _statuses(course: Mapping[str, Any]) -> list[int]:
    return [step["status"] for step in course.get("steps", [course]) if "status" in step]


@cache
def _document() -> Any:
    return orjson.loads(_SCHEMA.read_bytes())


@cache
def _schema() -> jsonschema_rs.Draft7Validator:
    return jsonschema_rs.Draft7Validator(_document())
