"""The guide to `contract diff` and its pipeline files agree with the program."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from openapi.compatibility.acceptance import read_acceptance
from openapi.compatibility.settings import read_settings
from scripts.cli.commands import cli
from scripts.cli.contract.changelog import changelog
from scripts.cli.contract.diff import diff

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs/diff.md").read_text()
WORKFLOWS = [ROOT / "docs/ci/github-diff.yml", ROOT / "docs/ci/gitlab-diff.yml"]
COMMANDS = {"diff": diff, "changelog": changelog}
LINES = [
    (page.name, line.strip().removeprefix("- "))
    for page in (ROOT / "docs/diff.md", *WORKFLOWS)
    for line in page.read_text().splitlines()
    if re.match(r"\s*(- )?tether-relay contract ", line)
]


def parsed(line: str) -> dict[str, Any]:
    """The parameters of a line, parsed by the real command."""
    _, _, name, *words = shlex.split(line)
    command: click.Command = COMMANDS[name]
    return command.make_context(name, words, **cli.context_settings).params


def block(language: str, number: int) -> bytes:
    """A code block of the guide."""
    found: str = re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)[number]
    return found.encode()


@pytest.mark.parametrize(("page", "line"), LINES)
def test_every_line_with_the_command_parses(page: str, line: str) -> None:
    assert parsed(line)["new"] == "openapi.yaml"


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_every_option_is_in_the_guide(command: click.Command) -> None:
    options = {name for parameter in command.params for name in parameter.opts if name.startswith("--")}

    assert {option for option in options if option not in GUIDE} == set()


def test_every_format_is_in_the_guide() -> None:
    (form,) = (parameter for parameter in diff.params if parameter.name == "form")
    assert isinstance(form.type, click.Choice)

    assert re.findall(r"^\| `([a-z]+)` \|", GUIDE, re.MULTILINE) == list(form.type.choices)


def test_the_example_of_accepted_changes_is_valid() -> None:
    assert len(read_acceptance(block("yaml", 0), "accepted.yaml")) == 2


def test_the_example_of_settings_is_valid() -> None:
    assert read_settings(block("yaml", 1), "settings.yaml").levels


def test_the_example_of_the_json_report_is_json() -> None:
    assert json.loads(block("json", 0))["verdict"] == "breaking"


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_is_yaml_and_runs_the_diff(file: Path) -> None:
    assert isinstance(yaml.safe_load(file.read_text()), dict)
    assert file.name in {name for name, _ in LINES}


def test_the_gitlab_pipeline_shows_the_reports_of_the_diff() -> None:
    artifacts = yaml.safe_load(WORKFLOWS[1].read_text())["contract-diff"]["artifacts"]
    written = {str(parsed(line)["output"]) for name, line in LINES if name == "gitlab-diff.yml"}

    assert {*artifacts["paths"], artifacts["reports"]["junit"]} <= written
