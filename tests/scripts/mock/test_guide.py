"""The statements of docs/mock.md."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from tests.conftest import Running

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "mock.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
CURLS = [line for block in BLOCKS for line in block.replace("\\\n", "").splitlines() if line.startswith("curl ")]


def section(title: str) -> str:
    return GUIDE.partition(f"## {title}\n")[2].partition("\n## ")[0]


def first_cells(text: str) -> list[str]:
    """The names in the first cell of each row."""
    return [name for row in re.findall(r"^\| (`.*?`) \|", text, re.MULTILINE) for name in re.findall(r"`(.*?)`", row)]


def test_the_table_has_all_scenarios() -> None:
    scenarios = yaml.safe_load((ROOT / "openapi" / "scenarios.yaml").read_text())["scenarios"]
    table = section("Choose a scenario").partition("They are in")[0]

    assert first_cells(table) == list(scenarios)


def test_the_table_of_faults_has_every_member_and_kind() -> None:
    control = yaml.safe_load((ROOT / "openapi" / "mock" / "control" / "control.yaml").read_text())
    members = control["components"]["schemas"]["Fault"]["properties"]
    kinds = re.findall(r"`(\w+)`", re.findall(r"^\| `kind` \| (.*) \|$", section("Inject faults"), re.MULTILINE)[0])

    assert set(first_cells(section("Inject faults"))) == members.keys()
    assert set(kinds) == set(members["kind"]["enum"])


def test_the_requests_of_the_guide_are_accepted(running_server: Running, tool: Callable[[str], str]) -> None:
    tool("curl")
    with running_server(command=("tether-relay", "mock")) as mock:
        statuses = [
            subprocess.run(
                [
                    "/bin/sh",
                    "-c",
                    line.replace("http://127.0.0.1:2212", mock.url) + " -s -o /dev/null -w '%{http_code}'",
                ],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            for line in CURLS
        ]

    assert statuses == ["200"] * 4


def test_the_links_of_the_guide_work(running_server: Running) -> None:
    links = re.findall(r"/__mock/use[^`\s]*", GUIDE)
    with running_server(command=("tether-relay", "mock")) as mock:
        statuses = [mock.client.get(link).status_code for link in links]

    assert statuses == [303] * 2


@pytest.mark.parametrize(
    ("headers", "provider"),
    [
        ({"Prefer": "scenario=twilio", "Cookie": "mock-scenario=sinch; mock-session=mine"}, "twilio"),
        ({"Cookie": "mock-scenario=sinch; mock-session=mine"}, "sinch"),
        ({"Cookie": "mock-session=mine"}, "twilio"),
        ({"X-Mock-Session": "mine"}, "twilio"),
        ({}, None),
    ],
)
def test_the_first_way_in_the_table_wins(
    headers: dict[str, str], provider: str | None, running_server: Running
) -> None:
    with running_server("--scenario", "sinch", command=("tether-relay", "mock")) as mock:
        mock.client.put("/__mock/scenario", json={"name": "none"})
        mock.client.put("/__mock/scenario", json={"name": "twilio"}, headers={"X-Mock-Session": "mine"})
        answer = mock.client.get("/api/calls/providers", headers={"Authorization": "Bearer any", **headers})

    assert answer.json()["provider"] == provider
