"""The scenario file: its contents, and the errors about invalid ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from openapi.contract import PUBLISHED, load_contract, parse_contract
from openapi.documents.errors import ContractError
from openapi.mock.scenarios.faults import Fault
from openapi.mock.scenarios.scenario_file import SCENARIOS, load_scenarios, read_scenarios
from openapi.mock.scenarios.scenarios import Course, MockedOperation, Scenario, Step, mocked_operations

CONTRACT = """\
openapi: 3.0.3
info: {title: Invented, version: '1'}
paths:
  /job:
    get:
      operationId: get_job
      responses:
        '200':
          description: The job
          content:
            application/json:
              schema:
                type: object
                required: [state]
                properties: {state: {type: string, enum: [pending, done]}}
              examples: {done: {value: {state: done}}}
        '404': {description: Gone}
    delete:
      operationId: delete_job
      responses:
        '204': {description: Gone}
        '404': {description: Not there}
"""


@pytest.fixture(scope="module")
def operations() -> dict[str, MockedOperation]:
    return mocked_operations({"": parse_contract(CONTRACT.encode(), "job.yaml")})


def scenario(text: str, operations: dict[str, MockedOperation]) -> Scenario:
    content = f"scenarios: {{one: {{description: It is., {text}}}}}".encode()
    (found,) = read_scenarios(content, "scenarios.yaml", operations)
    return found


def states(course: Course, count: int) -> list[object]:
    return [course.step(number).body["state"] for number in range(count)]


def test_the_scenario_file_of_the_project_fits_the_contract() -> None:
    names = [found.name for found in load_scenarios(SCENARIOS, mocked_operations({"": load_contract(PUBLISHED)}))]

    expected = "twilio sinch none no-number token-missing token-expired error-string error-structured slow offline"
    assert " ".join(names) == expected


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("", ["pending", "pending", "done", "done", "done", "done"]),
        (", end: stay", ["pending", "pending", "done", "done", "done", "done"]),
        (", end: repeat", ["pending", "pending", "done", "pending", "pending", "done"]),
    ],
)
def test_a_sequence_continues_as_its_end_says(
    operations: dict[str, MockedOperation], end: str, expected: list[str]
) -> None:
    steps = "[{status: 200, body: {state: pending}, times: 2}, {status: 200, body: {state: done}}]"
    found = scenario(f"operations: {{get_job: {{steps: {steps}{end}}}}}", operations)

    assert states(found.operations["get_job"], 6) == expected


def test_a_star_is_every_other_operation_with_the_status(operations: dict[str, MockedOperation]) -> None:
    found = scenario("operations: {get_job: {status: 200}, '*': {status: 404, headers: {X-A: b}}}", operations)

    assert found.operations == {
        "get_job": Course((Step(200),)),
        "delete_job": Course((Step(404, headers={"X-A": "b"}),)),
    }
    assert scenario("operations: {'*': {status: 204}}", operations).operations.keys() == {"delete_job"}


def test_a_fault_can_be_of_a_scenario_or_of_a_step(operations: dict[str, MockedOperation]) -> None:
    found = scenario("fault: {delay: [1, 5]}, operations: {get_job: {fault: {kind: reset, times: 2}}}", operations)

    assert found.fault == Fault(delay=(1, 5))
    assert found.operations["get_job"].steps == (Step(fault=Fault("reset", times=2)),)


@pytest.mark.parametrize(
    ("text", "pointer", "reason"),
    [
        ("operations: {get_jobs: {status: 200}}", "/operations/get_jobs", "Did you mean 'get_job'?"),
        ("operations: {zzz: {status: 200}}", "/operations/zzz", "there is no operation 'zzz'"),
        (
            "operations: {get_job: {status: 418}}",
            "/operations/get_job/status",
            "does not declare 418; it declares 200, 404",
        ),
        ("operations: {get_job: {status: 200, body: {state: x}}}", "/operations/get_job/body", "/state"),
        (
            "operations: {delete_job: {status: 204, body: {}}}",
            "/operations/delete_job/body",
            "declares no body for 204",
        ),
        ("operations: {get_job: {body: {}}}", "/operations/get_job", "a `body` needs a `status`"),
        (
            "operations: {get_job: {status: 200, body: {state: done}, example: done}}",
            "/operations/get_job",
            "use either `body` or `example`, not both",
        ),
        (
            "operations: {get_job: {status: 200, example: gone}}",
            "/operations/get_job/example",
            "has no example 'gone' for 200; it has done",
        ),
        ("operations: {get_job: {status: 404, example: x}}", "/operations/get_job/example", "; it has no examples"),
        ("operations: {get_job: {example: x}}", "/operations/get_job/example", "; it has done"),
        ("operations: {get_job: {steps: [{status: 200}, {status: 418}]}}", "/operations/get_job/steps/1/status", "418"),
        ("operations: {'*': {status: 418}}", "/operations/*", "no other operation declares 418"),
        ("fault: {delay: [9, 1]}", "/fault", "in the delay [9, 1], the least is greater than the most"),
        ("fault: {share: 0.5}", "/fault", "a fault needs a kind (hang, reset,"),
        (
            "fault: {kind: explode}",
            "/fault/kind",
            "'explode' is not one of hang, reset, truncate, malform, unavailable, error",
        ),
        ("fault: {share: 2}", "/fault/share", "2"),
        ("operations: {get_job: {steps: []}}", "/operations/get_job/steps", "[]"),
        ("operations: {get_job: {steps: [{times: 0}]}}", "/operations/get_job/steps/0/times", "0"),
        ("operations: {get_job: {times: 2}}", "/operations/get_job", "times"),
        ("operations: {get_job: {headers: {X-A: 'é'}}}", "/operations/get_job/headers/X-A", "é"),
        (
            "operations: {get_job: {headers: {Content-Length: '1'}}}",
            "/operations/get_job/headers",
            "the mock sets Content-Length itself",
        ),
        ("tilt: 1", "", "unknown member 'tilt'; allowed are description, fault, operations."),
        ("operation: {}", "", "Did you mean 'operations'?"),
        ("operations: {get_job: {stauts: 1}}", "/operations/get_job", "Did you mean 'status'?"),
        ("fault: {delay: 1}, operations: {}", "/operations", "{}"),
    ],
)
def test_an_error_names_its_place_and_reason(
    operations: dict[str, MockedOperation], text: str, pointer: str, reason: str
) -> None:
    with pytest.raises(ContractError) as raised:
        scenario(text, operations)

    assert raised.value.pointer == f"/scenarios/one{pointer}"
    assert reason in raised.value.reason
    assert "\n" not in str(raised.value)


def test_an_empty_scenario_is_refused(operations: dict[str, MockedOperation]) -> None:
    with pytest.raises(ContractError, match="the scenario is empty: add `operations` or a `fault`"):
        read_scenarios(b"scenarios: {one: {description: It is.}}", "scenarios.yaml", operations)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"scenarios: [", "scenarios.yaml"),
        (b"- 1", "scenarios.yaml"),
        (b"{}", '"scenarios" is a required property'),
        (b"openapi: 3.0.3", "this is a contract, not a scenario file: pass it without --scenarios"),
        (b"scenarios: {'a b': {description: It is., fault: {delay: 1}}}", "a b"),
        (b"scenarios: {one: {fault: {delay: 1}}}", '"description" is a required property'),
    ],
)
def test_an_invalid_scenario_file_is_refused_in_one_line(
    operations: dict[str, MockedOperation], content: bytes, reason: str
) -> None:
    with pytest.raises(ContractError) as raised:
        read_scenarios(content, "scenarios.yaml", operations)

    assert reason in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_missing_file_is_named(operations: dict[str, MockedOperation], tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"nowhere\.yaml: cannot be read: No such file"):
        load_scenarios(tmp_path / "nowhere.yaml", operations)
