"""`tether-relay mock export`: what it writes is what the mock answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openapi.contract import load_contract
from openapi.mock.export.answers import answers_of
from openapi.mock.scenario_file import SCENARIOS, load_scenarios
from openapi.mock.scenarios import all_scenarios, mocked_operations
from tests.openapi.mock.test_export import END, SETUP, Tool, compile_module, project, run

if TYPE_CHECKING:
    from subprocess import CompletedProcess

    from tests.conftest import Running, Server

__all__ = ["project"]

Relay = Callable[..., "CompletedProcess[str]"]
PATH = "/api/calls/providers"
TOKEN = {"Authorization": "Bearer mock"}


@pytest.fixture(scope="module")
def mock(running_server: Running) -> Iterator[Server]:
    with running_server(command=("tether-relay", "mock")) as running:
        yield running


def test_an_exported_step_is_what_the_mock_answers(mock: Server) -> None:
    contracts = {"": load_contract(lenient=True)}
    operations = mocked_operations(contracts)
    scenarios = all_scenarios(load_scenarios(SCENARIOS, operations), operations)
    answer_of = answers_of(contracts, seed=0)
    for name, scenario in scenarios.items():
        course = scenario.operations.get("get_calls_providers")
        if course is None:
            continue
        sent = mock.client.get(PATH, headers={**TOKEN, "Prefer": f"scenario={name}"})
        exported = answer_of(operations["get_calls_providers"], course.steps[0])

        assert (sent.status_code, sent.content) == (exported.status, exported.body)
        assert sent.headers["content-type"] == exported.header("content-type")
        assert sent.headers.get("www-authenticate") == exported.header("www-authenticate")


def test_it_prints_or_writes_the_same(relay: Relay, tmp_path: Path) -> None:
    printed = relay("mock", "export", "--to", "types").stdout
    written = relay("mock", "export", "--to", "types", "--output", str(tmp_path / "types.ts"))

    assert "export type CallsActiveProviderResponse = {" in printed
    assert written.stdout == ""
    assert (tmp_path / "types.ts").read_text() == printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "html"], "'html' is not one of 'msw', 'types'"),
        (["missing.yaml", "--to", "msw"], "missing.yaml: cannot be read"),
        (["--to", "msw", "--scenarios", "missing.yaml"], "missing.yaml: cannot be read"),
        (["--to", "types", "--output", "/missing/types.ts"], "name another file with --output"),
    ],
)
def test_what_cannot_be_exported_is_told(relay: Relay, arguments: list[str], said: str) -> None:
    refused = relay("mock", "export", *arguments)

    assert refused.returncode == 2
    assert said in refused.stderr


def test_a_contract_that_is_called_export_is_mocked_by_its_path(relay: Relay) -> None:
    refused = relay("mock", "./export")

    assert (refused.returncode, refused.stderr) == (
        2,
        "tether-relay: export: cannot be read: No such file or directory\n",
    )


@pytest.mark.long
def test_the_handlers_compile_and_answer_as_the_mock_does(
    relay: Relay, mock: Server, tool: Tool, project: Path
) -> None:
    compile_module(tool, project, types=relay("mock", "export", "--to", "types").stdout)
    script = """
for (const name of ["twilio", "sinch", "none", "no-number", "token-expired", "error-structured", "500"] as const) {
  server.resetHandlers(...handlers(name));
  await ask("/api/calls/providers");
}
"""
    answers = run(tool, project, relay("mock", "export", "--to", "msw").stdout, SETUP + script + END)

    names = re.findall(r'"([a-z0-9-]+)"', script.splitlines()[1])
    sent = [mock.client.get(PATH, headers={**TOKEN, "Prefer": f"scenario={name}"}) for name in names]
    assert answers == [[response.status_code, response.text] for response in sent]
