"""The path of a request through the mock: routed once, decided as a value, logged once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from openapi.contract.router import Route, Router
from openapi.engine.endpoints import Answer
from openapi.mock.answers.decision import Decision
from openapi.mock.answers.undeclared import decide_undeclared, granted_preflight
from openapi.mock.log.log import LoggedExchange, RequestLog
from openapi.mock.requests.request import MockRequest
from openapi.mock.scenarios.faults import Fault, FaultHit
from openapi.mock.upstream import UpstreamMode
from tests.loopback import Handler, listening

if TYPE_CHECKING:
    from tests.openapi.mock.conftest import Asked, MockOf

ROOT = Path(__file__).parents[3]
THINGS = """\
servers: [{url: https://api.example/v1}]
paths:
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: get_thing
      responses: {'200': {description: A, content: {application/json: {schema: {type: object}}}}}
    put:
      operationId: put_thing
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {'204': {description: Put}}
"""
LARGE = (
    "paths: {/a: {get: {operationId: a, responses: {'200': {description: A, content: {text/plain: {example: %s}}}}}}}"
)


class Origin(Handler):
    """An upstream that answers every GET."""

    def do_GET(self) -> None:
        self.reply(200, b'"no object"', Content_Type="application/json")


@pytest.fixture
def things(mock_of: MockOf) -> Asked:
    return mock_of(THINGS)


@pytest.fixture
def finds(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The paths of all lookups of routes."""
    found: list[bytes] = []
    find = Router.find

    def counted(self: Router[Any], raw_path: bytes, method: str = "") -> tuple[Route[Any], Mapping[str, str]] | None:
        found.append(raw_path)
        return find(self, raw_path, method)

    monkeypatch.setattr(Router, "find", counted)
    return found


def asked_for(path: bytes, method: str = "GET", **headers: str) -> MockRequest:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return MockRequest(method, path, b"", raw, 0.0)


@pytest.mark.parametrize("module", ["app", "upstream", "control.app"])
def test_the_mock_imports_neither_connexion_nor_the_server(module: str) -> None:
    code = f"import sys, openapi.mock.{module}; print('connexion' in sys.modules, 'openapi.server' in sys.modules)"
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, cwd=ROOT, env={"PATH": os.defpath}, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "False"]


@pytest.mark.parametrize(("method", "path"), [("GET", "/things/1"), ("PUT", "/things/1"), ("GET", "/nothing")])
def test_a_request_is_routed_once(things: Asked, finds: list[bytes], method: str, path: str) -> None:
    things(path, method)

    assert finds == [path.encode()]


def test_a_request_for_the_upstream_is_also_routed_once(things: Asked, finds: list[bytes]) -> None:
    with listening(Origin) as url:
        things.mock.upstream = UpstreamMode(url)
        things.mock.state.choose_source("get_thing", "upstream")
        things("/things/1")

    assert finds == [b"/things/1"]


def test_a_request_below_the_path_of_the_server_is_validated(things: Asked) -> None:
    with listening(Origin) as url:
        things.mock.upstream = UpstreamMode(url)
        things.mock.state.choose_source("get_thing", "upstream")
        things("/v1/things/x")
    (logged,) = things.mock.log.after(0, None)

    assert [violation.partition(":")[0] for violation in logged.violations] == ["request", "the body"]


def test_every_request_is_logged_once(things: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    added: list[LoggedExchange] = []
    monkeypatch.setattr(RequestLog, "add", lambda self, exchange: added.append(exchange))
    for method, path, headers in [
        ("GET", "/things/1", {}),
        ("GET", "/things/x", {}),
        ("GET", "/nothing", {}),
        ("PATCH", "/things/1", {}),
        ("GET", "/things/1", {"X-Mock-Session": "a b"}),
    ]:
        things(path, method, headers=headers)

    assert [(entry.status, entry.operation) for entry in added] == [
        (200, "get_thing"),
        (400, "get_thing"),
        (404, None),
        (405, None),
        (400, None),
    ]


def test_the_decision_about_a_request_is_deterministic(things: Asked) -> None:
    request = asked_for(b"/things/1")
    plan = things.mock.snapshot.route(b"/things/1", "GET").plan
    assert plan is not None
    first, again = (plan.decide(request, None) for _ in range(2))

    assert first == again
    assert (first.operation, first.reason) == ("get_thing", "No scenario: 200, data generated from the schema.")


def test_a_violation_is_a_refusal_in_the_decision(things: Asked) -> None:
    request = asked_for(b"/things/x")
    target = things.mock.snapshot.route(b"/things/x", "GET")
    assert target.plan is not None
    refusal = target.plan.violation(request.parts(target.raw_path, target.path_values), None)
    decision = target.plan.decide(request, refusal)

    assert decision.answer is not None
    assert (decision.answer.status, decision.violations) == (400, (decision.reason,))


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        (b"/nothing", "GET", 404),
        (b"/things/1", "DELETE", 405),
        (b"/things/1", "OPTIONS", 204),
        (b"/openapi.yaml", "GET", 200),
    ],
)
def test_a_request_for_no_operation_is_decided_by_its_target(
    things: Asked, path: bytes, method: str, status: int
) -> None:
    decision = decide_undeclared(asked_for(path, method), things.mock.snapshot.route(path, method), None)

    assert decision.answer is not None
    assert (decision.answer.status, decision.open_to_origin, decision.operation) == (status, True, None)


def test_a_preflight_is_granted_only_for_methods_of_the_path(things: Asked) -> None:
    target = things.mock.snapshot.route(b"/things/1", "OPTIONS")
    headers = {"origin": "http://app.example", "access_control_request_method": "PUT"}
    granted = granted_preflight(asked_for(b"/things/1", "OPTIONS", **headers), target)
    headers["access_control_request_method"] = "DELETE"
    request = asked_for(b"/things/1", "OPTIONS", **headers)

    assert granted is not None
    assert granted.answer is not None
    assert dict(granted.answer.headers)[b"access-control-allow-methods"] == b"GET, HEAD, PUT"
    assert granted_preflight(request, target) is None
    assert decide_undeclared(request, target, None).open_to_origin is False


@pytest.mark.parametrize(
    ("fault", "body", "reason"),
    [
        (Fault("malform"), b'{"a"{"', "Fault: malform. As usual."),
        (Fault("truncate", (5, 5)), b'{"a": 1}', "Fault: truncate, 5 ms. As usual."),
        (Fault(delay=(5, 5)), b'{"a": 1}', "Fault: 5 ms. As usual."),
    ],
)
def test_a_fault_that_keeps_the_answer_is_part_of_the_decision(fault: Fault, body: bytes, reason: str) -> None:
    hit = FaultHit(fault, fault.delay[0])
    decision = Decision(Answer(200, (), b'{"a": 1}'), "As usual.").hit_by(hit)

    assert decision.answer is not None
    assert (decision.answer.body, decision.reason, decision.hit) == (body, reason, hit)


def test_the_explanation_joins_foreword_reason_and_alternatives() -> None:
    decision = Decision(reason="No scenario: 200.")

    assert decision.explanation == "No scenario: 200."
    assert replace(decision, foreword="First.", alternatives="Prefer: code=200").explanation == (
        "First. No scenario: 200. Prefer: code=200"
    )


def test_a_large_answer_is_complete_and_the_log_keeps_its_beginning(mock_of: MockOf) -> None:
    ask = mock_of(LARGE % ("x" * 200_000))
    response = ask("/a")
    (logged,) = ask.mock.log.after(0, None)

    assert (len(response.content), len(logged.response_body)) == (200_000, 64 * 1024)


@pytest.mark.parametrize(
    ("cookie", "session"),
    [("mock-session=one; a=b", "one"), ('a="mock-session"', None), ("a=b", None), ('mock-session="t\\167o"', "two")],
)
def test_the_session_of_a_cookie_is_found(cookie: str, session: str | None) -> None:
    assert asked_for(b"/things", cookie=cookie).session == session
