"""The files of `tether-relay mock export` give the same answers as the mock."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import yaml

from openapi.contract import load_contract
from openapi.mock.export.answers import Answers
from openapi.mock.scenarios.scenario_file import SCENARIOS, load_scenarios
from openapi.mock.scenarios.scenarios import MockedOperation, Scenario, all_scenarios, mocked_operations
from openapi.mock.settings import MockSettings
from tests.frozen import FROZEN
from tests.openapi.mock.test_export import END, SETUP, Tool, compile_module, project, run

if TYPE_CHECKING:
    from subprocess import CompletedProcess

    from tests.conftest import Running, Server

__all__ = ["project"]

ROOT = Path(__file__).parents[3]
Relay = Callable[..., "CompletedProcess[str]"]
TOKEN = {"Authorization": "Bearer mock"}
HEADERS = ("content-type", "retry-after", "www-authenticate")
FAULTS = {
    "hanging": {"kind": "hang"},
    "resetting": {"kind": "reset"},
    "truncated": {"kind": "truncate"},
    "malformed": {"kind": "malform"},
    "unavailable": {"kind": "unavailable", "retryAfter": 7},
    "unavailable-twice": {"kind": "unavailable", "times": 2},
    "failing": {"kind": "error", "delay": [1, 2]},
}
# A contract with unusual error bodies, and with bodies that a serializer changes easily.
ODD = """\
openapi: 3.0.3
info: {title: Odd, version: '1'}
paths:
  /thing:
    get:
      operationId: getThing
      responses:
        '200':
          description: x
          content: {application/json: {example: {gr\u00f6\u00dfe: 1.5, number: 12345678901234567890}}}
        '202': {description: x, content: {text/plain; charset=utf-8: {example: "\u00e9\u00e9\u00e9"}}}
        '204': {description: x}
        '500':
          description: x
          content:
            application/problem+json:
              schema:
                type: object
                required: [title, status]
                properties: {title: {type: string}, status: {type: integer}}
        '503':
          description: x
          headers: {X-Hint: {schema: {type: string, example: wait}}}
          content: {text/plain: {schema: {type: string}}}
"""


@dataclass
class Mocked:
    """A running mock, and its contract and scenarios."""

    server: Server
    contract: Path
    scenario_file: Path

    @property
    def mocked(self) -> MockedOperation:
        """The one operation of the contract."""
        (found,) = mocked_operations({"": load_contract(self.contract, lenient=True)}).values()
        return found

    @property
    def scenarios(self) -> dict[str, Scenario]:
        operations = {self.mocked.id: self.mocked}
        return all_scenarios(load_scenarios(self.scenario_file, operations), operations)

    def told(self, scenario: str) -> Any:
        """The answer to a client: status, headers and body, or the kind of failure."""
        patience = 0.3 if scenario == "hanging" else 30
        headers = {**TOKEN, "Prefer": f"scenario={scenario}"}
        try:
            with self.server.client.stream("GET", self.mocked.path, headers=headers, timeout=patience) as response:
                fields = [response.status_code, *map(response.headers.get, HEADERS)]
                try:
                    return [*fields, response.read().decode()]
                except httpx.RemoteProtocolError:
                    return [*fields, "cut off"]
        except httpx.ReadTimeout:
            return "hangs"
        except (httpx.ReadError, httpx.RemoteProtocolError):
            return "no answer"


def courses(operation: str, *steps: dict[str, Any]) -> dict[str, Any]:
    """Scenarios with these steps for an operation, with each kind of end, or with a fault."""
    found: dict[str, Any] = {name: {"fault": fault} for name, fault in FAULTS.items()}
    for end in ("stay", "repeat"):
        found[f"course-{end}"] = {"operations": {operation: {"steps": list(steps), "end": end}}}
    # The fault of a step comes before that of the scenario, and both are counted.
    failing = {**steps[-1], "fault": {"kind": "unavailable", "times": 1}}
    found["failing-step"] = {"operations": {operation: failing}, "fault": {"kind": "error", "times": 1}}
    return {name: {"description": "x", **scenario} for name, scenario in found.items()}


@pytest.fixture(scope="module", params=["ours", "odd"])
def mock(
    request: pytest.FixtureRequest, running_server: Running, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mocked]:
    """Our contract with its scenarios, and an unusual contract; with sequences and faults for both."""
    folder = tmp_path_factory.mktemp("export")
    if request.param == "ours":
        contract = FROZEN
        scenarios = yaml.safe_load(SCENARIOS.read_text())["scenarios"]
        body = {"provider": None, "phoneNumber": None}
        scenarios |= courses("get_calls_providers", {"status": 500, "times": 2}, {}, {"status": 200, "body": body})
    else:
        contract = folder / "odd.yaml"
        contract.write_text(ODD)
        scenarios = courses("getThing", {}, {"status": 202, "times": 2}, {"status": 204})
    (folder / "scenarios.yaml").write_text(json.dumps({"scenarios": scenarios}))
    arguments = (str(contract), "--scenarios", str(folder / "scenarios.yaml"))
    with running_server(*arguments, command=("tether-relay", "mock")) as running:
        yield Mocked(running, contract, folder / "scenarios.yaml")


def test_every_exported_step_equals_the_answer_of_the_mock(mock: Mocked) -> None:
    mock.server.client.post("/__mock/reset")
    answers = Answers({"": load_contract(mock.contract, lenient=True)}, MockSettings())
    for name, scenario in mock.scenarios.items():
        course = scenario.operations.get(mock.mocked.id)
        if course is None or scenario.fault is not None:
            continue
        for number in range(sum(step.times for step in course.steps) + 2):
            exported = answers.step(mock.mocked, course.step(number))
            expected = [exported.status, *map(exported.header, HEADERS), exported.body.decode()]

            assert mock.told(name) == expected, (name, number)


def test_export_prints_and_writes_the_same(relay: Relay, tmp_path: Path) -> None:
    printed = relay("mock", "export", "--to", "types").stdout
    written = relay("mock", "export", "--to", "types", "--output", str(tmp_path / "types.ts"))

    assert "export type CallsActiveProviderResponse = {" in printed
    assert written.stdout == ""
    assert (tmp_path / "types.ts").read_text() == printed


@pytest.mark.parametrize("page", ["README.md", "docs/mock.md"])
def test_the_exports_of_the_documentation_write_their_files(page: str, relay: Relay, tmp_path: Path) -> None:
    lines = re.findall(r"^tether-relay (mock export .* --output (.*))$", (ROOT / page).read_text(), re.MULTILINE)
    for line, name in lines:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        relay(*line.split())

    assert len(lines) == 2
    assert all((tmp_path / name).stat().st_size > 0 for _, name in lines)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "html"], "'html' is not one of 'msw', 'types'"),
        (["missing.yaml", "--to", "msw"], "missing.yaml: cannot be read"),
        (["--to", "msw", "--scenarios", "missing.yaml"], "missing.yaml: cannot be read"),
        (["--to", "types", "--output", "/missing/types.ts"], "name another file with --output"),
    ],
)
def test_an_impossible_export_is_one_line_on_stderr(relay: Relay, arguments: list[str], said: str) -> None:
    refused = relay("mock", "export", *arguments)

    assert refused.returncode == 2
    assert said in refused.stderr


def test_a_contract_file_named_export_is_mocked_by_its_path(relay: Relay) -> None:
    refused = relay("mock", "./export")

    assert (refused.returncode, refused.stderr) == (
        2,
        "tether-relay: export: cannot be read: No such file or directory\n",
    )


ASK = """
const told = async (name: ScenarioName) => {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort("hangs"), name === ("hanging" as string) ? 300 : 30_000);
  let response: Response;
  try {
    response = await fetch("http://api.test" + PATH, { signal: patience.signal });
  } catch (error) {
    return error === "hangs" ? "hangs" : "no answer";
  } finally {
    clearTimeout(timer);
  }
  const fields = [response.status, ...HEADERS.map((name) => response.headers.get(name))];
  try {
    return [...fields, await response.text()];
  } catch {
    return [...fields, "cut off"];
  }
};
const all: Record<string, unknown[]> = {};
for (const name of scenarioNames) {
  server.resetHandlers(...handlers(name));
  all[name] = [];
  for (let count = 0; count < (["hanging", "slow"].includes(name) ? 1 : 6); count++) all[name].push(await told(name));
}
found.push(all);
"""


@pytest.mark.long
def test_the_handlers_answer_every_scenario_as_the_mock_does(
    relay: Relay, mock: Mocked, tool: Tool, project: Path
) -> None:
    mock.server.client.post("/__mock/reset")
    words = ("mock", "export", mock.contract, "--to", "msw", "--scenarios", mock.scenario_file)
    constants = f"const PATH = {json.dumps(mock.mocked.path)}; const HEADERS = {json.dumps(HEADERS)};"

    (answers,) = run(tool, project, relay(*words).stdout, SETUP + constants + ASK + END)

    assert answers == {
        name: [mock.told(name) for _ in range(1 if name in ("hanging", "slow") else 6)] for name in mock.scenarios
    }


@pytest.mark.long
def test_the_types_compile(relay: Relay, tool: Tool, project: Path) -> None:
    compile_module(tool, project, types=relay("mock", "export", "--to", "types").stdout)


@pytest.mark.long
def test_the_example_of_the_guide_answers_with_the_last_chosen_scenario(
    relay: Relay, tool: Tool, project: Path
) -> None:
    guide = (ROOT / "docs" / "mock.md").read_text()
    (example,) = re.findall(r"^```ts\n(import \{ setupServer.*?)^```$", guide, re.DOTALL | re.MULTILINE)
    ask = """
server.listen({ onUnhandledRequest: "error" });
console.log(JSON.stringify((await fetch("http://api.test/api/calls/providers")).status));
server.close();
"""

    status = run(
        tool, project, relay("mock", "export", "--to", "msw").stdout, example.replace("./mocks", "./msw.js") + ask
    )

    assert status == 401
