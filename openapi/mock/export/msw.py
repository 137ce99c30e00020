"""The scenarios of a mock as handlers of Mock Service Worker 2, in TypeScript."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from openapi.judging import is_json
from openapi.messages import Response
from openapi.mock.faults import Fault
from openapi.mock.javascript import literal, string
from openapi.mock.scenarios import Course, MockedOperation, Scenario, Step

# The answer of the mock to a request without wishes, when a scenario is at this step.
AnswerOf: TypeAlias = Callable[[MockedOperation, Step], Response]

_RUNTIME: Final = Path(__file__).with_name("runtime.ts")
_HEAD: Final = """\
// The scenarios of the mock for Mock Service Worker, made by `tether-relay mock export --to msw`.
// Make them anew instead of editing them.
import { delay, http, HttpResponse, type HttpHandler } from "msw";
"""
# What belongs to one delivery of an answer, or to the server that sent it.
_NOT_REPLAYED: Final = re.compile(
    r"content-length|connection|date|server|vary|access-control-.*|x-mock-.*|x-request-id|x-content-type-options",
    re.IGNORECASE,
)


def msw_module(
    operations: Mapping[str, MockedOperation], scenarios: Mapping[str, Scenario], answer_of: AnswerOf
) -> str:
    """A TypeScript module that exports `handlers(scenario)`, `scenarios`, `ScenarioName` and `OperationId`.

    `answer_of` gives what the mock itself would answer. It raises what that raises, for an operation that cannot be
    answered.
    """
    answers = _Answers(operations, answer_of)
    parts = [
        _HEAD,
        _union_type("OperationId", operations),
        _union_type("ScenarioName", scenarios),
        f"export const scenarioNames: readonly ScenarioName[] = {literal(list(scenarios))};\n",
        _constant(
            "operations",
            "Readonly<Record<OperationId, { method: string; path: string }>>",
            # What is fixed comes before what a parameter would match too (OpenAPI 3.0 section "Paths Object").
            {
                name: {"method": mocked.operation.method.upper(), "path": _pattern(mocked.path)}
                for name, mocked in sorted(operations.items(), key=lambda item: item[1].path.count("{"))
            },
        ),
        _constant(
            "usual",
            "Readonly<Record<OperationId, Course>>",
            {name: answers.course(name, Course((Step(),))) for name in operations},
        ),
        _constant(
            "scenarios",
            "Readonly<Record<ScenarioName, Scenario>>",
            {name: answers.scenario(scenario) for name, scenario in scenarios.items()},
        ),
        _RUNTIME.read_text("utf-8"),
    ]
    return "\n".join(parts)


class _Answers:
    """Scenarios as values for the runtime."""

    def __init__(self, operations: Mapping[str, MockedOperation], answer_of: AnswerOf) -> None:
        self._operations = operations
        self._answer_of = answer_of

    def scenario(self, scenario: Scenario) -> dict[str, Any]:
        courses = {name: self.course(name, course) for name, course in scenario.operations.items()}
        return {"description": scenario.description, **_fault(scenario.fault), "operations": courses}

    def course(self, operation: str, course: Course) -> dict[str, Any]:
        end = {"end": course.end} if course.end != "stay" else {}
        return {"steps": [self._step(self._operations[operation], step) for step in course.steps], **end}

    def _step(self, mocked: MockedOperation, step: Step) -> dict[str, Any]:
        response = self._answer_of(mocked, step)
        headers = {name: value for name, value in response.headers if not _NOT_REPLAYED.fullmatch(name)}
        times = {"times": step.times} if step.times != 1 else {}
        return {"status": response.status, "headers": headers, **_content(response), **times, **_fault(step.fault)}


def _content(response: Response) -> dict[str, Any]:
    if not response.body:
        return {}
    if is_json(response.media_type or ""):
        return {"json": json.loads(response.body)}
    return {"text": response.body.decode("utf-8", "replace")}


def _fault(fault: Fault | None) -> dict[str, Any]:
    if fault is None:
        return {}
    return {"fault": {**fault.as_json(), "delay": list(fault.delay)}}


def _pattern(path: str) -> str:
    """A path as MSW matches it: parameters by number, everything else as it is."""
    parts = re.split(r"\{[^{}]+\}", path)
    escaped = [re.sub(r"[()*+?:\\{}]", r"\\\g<0>", part) for part in parts]
    return "".join(f"{part}:p{number}" for number, part in enumerate(escaped[:-1])) + escaped[-1]


def _union_type(name: str, members: Mapping[str, object]) -> str:
    lines = "".join(f"\n  | {string(member)}" for member in members)
    return f"export type {name} ={lines or ' never'};\n"


def _constant(name: str, kind: str, value: object) -> str:
    return f"export const {name}: {kind} = {literal(value)};\n"
