"""The guide to the check and its pipeline files agree with the program."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from openapi.findings.rules import RULES
from scripts.cli.check.command import check
from scripts.cli.commands import cli

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs/check.md").read_text()
WORKFLOWS = [ROOT / "docs/ci/github.yml", ROOT / "docs/ci/gitlab.yml"]
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
LINES = [
    (page.name, line.strip().removeprefix("- "))
    for page in (ROOT / "docs/check.md", *WORKFLOWS)
    for line in page.read_text().splitlines()
    if re.match(r"\s*(- )?tether-relay check ", line)
]


def parsed(line: str) -> click.Context:
    """A line, parsed by the real command."""
    words = shlex.split(line.replace("$PROFILE", "deep"))
    return check.make_context("check", words[2:], **cli.context_settings)


def test_the_table_of_rules_matches_the_check() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*) \| (.*) \|$", GUIDE, re.MULTILINE)

    assert rows == [(rule.id, rule.title, rule.why) for rule in RULES.values()]


@pytest.mark.parametrize(("page", "line"), LINES)
def test_every_line_with_the_check_parses(page: str, line: str) -> None:
    assert parsed(line).params["url"]


def test_every_option_is_in_the_guide() -> None:
    options = {name for parameter in check.params for name in parameter.opts if name.startswith("--")}
    hidden = {"--github-summary"}

    assert {option for option in options - hidden if option not in GUIDE} == set()


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_is_yaml_and_runs_the_check(file: Path) -> None:
    assert isinstance(yaml.safe_load(file.read_text()), dict)
    assert file.name in {name for name, _ in LINES}


def test_the_github_workflow_uploads_the_reports_of_the_check() -> None:
    job = yaml.safe_load(WORKFLOWS[0].read_text())["jobs"]["check"]
    (line,) = (line for name, line in LINES if name == "github.yml")
    uploaded = {step["with"].get("sarif_file") or step["with"].get("path") for step in job["steps"] if "if" in step}

    assert uploaded == {str(parsed(line).params["sarif"]), str(parsed(line).params["html"])}


def test_the_gitlab_pipeline_shows_the_reports_of_the_check() -> None:
    artifacts = yaml.safe_load(WORKFLOWS[1].read_text())["contract"]["artifacts"]
    (line,) = (line for name, line in LINES if name == "gitlab.yml")
    given = parsed(line).params

    assert (artifacts["paths"], artifacts["reports"]["junit"]) == ([str(given["html"])], str(given["junit"]))


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_a_hook_runs_an_existing_command(hook: dict[str, Any]) -> None:
    program, *words = hook["entry"].split()
    command: click.Command = cli
    for word in (word for word in words if not word.startswith("--")):
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), word)
        assert found is not None
        command = found

    assert (program, hook["language"], hook["pass_filenames"]) == ("tether-relay", "python", False)
    assert re.search(hook["files"], "openapi/openapi.yaml")


def test_the_python_example_of_the_guide_compiles() -> None:
    (block,) = re.findall(r"^```python\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)

    assert compile(block, "docs/check.md", "exec") is not None
