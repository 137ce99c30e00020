"""The scenarios of a mock as handlers of Mock Service Worker 2, in TypeScript."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from openapi.http.messages import Response
from openapi.mock.log.contents import content_of
from openapi.mock.scenarios.faults import Fault
from openapi.mock.scenarios.scenarios import Course, MockedOperation, Scenario, Step
from openapi.typescript.literals import literal, string


class Answering(Protocol):
    """What the mock answers to a request without wishes."""

    def step(self, mocked: MockedOperation, step: Step) -> Response:
        """When a scenario is at a step."""

    def fault(self, mocked: MockedOperation, fault: Fault) -> Response | None:
        """When a fault hits it; None for one that leaves or breaks the answer of the step."""


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
    operations: Mapping[str, MockedOperation], scenarios: Mapping[str, Scenario], answering: Answering
) -> str:
    """A TypeScript module that exports `handlers(scenario)`, `scenarios`, `ScenarioName` and `OperationId`.

    `answering` has what the mock itself would answer. It raises what that raises, for an operation that cannot be
    answered.
    """
    answers = _Answers(operations, answering)
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

    def __init__(self, operations: Mapping[str, MockedOperation], answering: Answering) -> None:
        self._operations = operations
        self._answering = answering

    def scenario(self, scenario: Scenario) -> dict[str, Any]:
        courses = {name: self.course(name, course) for name, course in scenario.operations.items()}
        fault = _fault(scenario.fault) | self._failures(scenario.fault)
        return {"description": scenario.description, **fault, "operations": courses}

    def _failures(self, fault: Fault | None) -> dict[str, Any]:
        """What each operation answers to a fault that holds for all."""
        if fault is None:
            return {}
        found = {name: self._failure(mocked, fault) for name, mocked in self._operations.items()}
        return {"failures": failures} if (failures := {name: one for name, one in found.items() if one}) else {}

    def _failure(self, mocked: MockedOperation, fault: Fault | None) -> dict[str, Any] | None:
        response = None if fault is None else self._answering.fault(mocked, fault)
        return None if response is None else _answer(response)

    def course(self, operation: str, course: Course) -> dict[str, Any]:
        end = {"end": course.end} if course.end != "stay" else {}
        return {"steps": [self._step(self._operations[operation], step) for step in course.steps], **end}

    def _step(self, mocked: MockedOperation, step: Step) -> dict[str, Any]:
        times = {"times": step.times} if step.times != 1 else {}
        failure = {"failure": failure} if (failure := self._failure(mocked, step.fault)) else {}
        return {**_answer(self._answering.step(mocked, step)), **times, **_fault(step.fault), **failure}


def _answer(response: Response) -> dict[str, Any]:
    headers = {name: value for name, value in response.headers if not _NOT_REPLAYED.fullmatch(name)}
    kind, value = content_of(response)
    return {"status": response.status, "headers": headers, **({} if kind == "none" else {kind: value})}


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
