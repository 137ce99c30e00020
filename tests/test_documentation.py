"""The documentation agrees with the program."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from handlers.errors import ERRORS, HTTP_ERRORS, INTERNAL
from openapi.http.heads import MAX_HEADERS
from scripts.cli.commands import cli
from scripts.cli.mock.export import export
from scripts.cli.serve.command import HEADER_TIMEOUT, STOP_TIMEOUT
from scripts.cli.settings import PREFIX, Settings
from tests.loopback import reserved_port

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("deploy/*.md")])
TEXTS = {str(page.relative_to(ROOT)): page.read_text() for page in PAGES}


def shell_lines(text: str) -> Iterator[str]:
    """The lines of the `sh` blocks of a page."""
    for block in re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        yield from block.splitlines()


def commands() -> Iterator[tuple[list[str], click.Command]]:
    """Every command with its words, e.g. (["data", "import"], …)."""

    def walk(words: list[str], command: click.Command) -> Iterator[tuple[list[str], click.Command]]:
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                child = command.get_command(context, name)
                assert child is not None
                yield from walk([*words, name], child)
        else:
            yield words, command

    yield from walk([], cli)
    # The only subcommand of a command that is not a group.
    yield ["mock", "export"], export


LINKS = [(name, link) for name, text in TEXTS.items() for link in re.findall(r"\]\((?!https?:|#)([^)#]+)[^)]*\)", text)]
RELAY_LINES = [
    (name, line.partition("tether-relay ")[2].removesuffix(")"))
    for name in TEXTS
    if not name.startswith("deploy/")
    for line in shell_lines(TEXTS[name])
    if re.match(r"(\w+=\$\()?(\S*/)?tether-relay ", line)
]
README_JSON = re.findall(r"^```json\n(.*?)^```$", TEXTS["README.md"], re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(("page", "link"), LINKS)
def test_every_link_leads_to_a_file(page: str, link: str) -> None:
    assert (ROOT / page).parent.joinpath(link).exists()


@pytest.mark.parametrize(("page", "line"), RELAY_LINES)
def test_every_command_line_parses(page: str, line: str) -> None:
    words = shlex.split(line.removesuffix("&"), comments=True)
    found = max(
        ((path, command) for path, command in commands() if words[: len(path)] == path), key=lambda pair: len(pair[0])
    )

    # With the settings of the program, because click caches the help option of the first context.
    context = found[1].make_context("tether-relay", words[len(found[0]) :], **cli.context_settings)

    assert context.command is found[1]


@pytest.mark.parametrize("words", [pytest.param(words, id=" ".join(words)) for words, _ in commands()])
def test_every_command_is_documented(words: list[str]) -> None:
    assert any(" ".join(words) in text for text in TEXTS.values())


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented_with_its_meaning(name: str) -> None:
    field = Settings.model_fields[name]
    value = ",".join(field.default) if isinstance(field.default, tuple) else field.default
    text = str(value).lower() if isinstance(value, bool) else value
    shown = "-" if text in (None, "") else f"`{text}`"
    row = next(line for line in TEXTS["docs/settings.md"].splitlines() if f"| `{PREFIX}{name.upper()}` |" in line)

    assert [cell.strip() for cell in row.split("|")[3:5]] == [shown, field.description]


def test_every_option_of_a_setting_is_documented_with_it() -> None:
    (serve,) = (command for words, command in commands() if words == ["serve"])
    options = {parameter.name for parameter in serve.params if parameter.name in Settings.model_fields}
    rows = re.findall(rf"^\| `{PREFIX}(\w+)` \| `--", TEXTS["docs/settings.md"], re.MULTILINE)

    assert {row.lower() for row in rows} == options


def test_every_code_is_documented_with_its_status() -> None:
    failures = {(str(f.status), f.code) for f in (*ERRORS.values(), *HTTP_ERRORS.values(), INTERNAL)}
    rows = set(re.findall(r"^\| (\d{3}) \| `(\w+)` \|", TEXTS["docs/tokens.md"], re.MULTILINE))

    assert rows == failures


def test_the_documented_limits_are_those_of_the_server() -> None:
    rows = re.findall(r"^\| [^|]* \| (\d+) (?:s|KiB) \|$", TEXTS["docs/operating.md"], re.MULTILINE)

    assert rows == [str(HEADER_TIMEOUT // 1000), str(MAX_HEADERS // 1024), str(STOP_TIMEOUT)]


def test_the_import_of_the_readme_gives_the_answer_of_the_readme(own_server: Any, tmp_path: Path) -> None:
    organizations, answer = README_JSON[1:3]
    (tmp_path / "organizations.json").write_text(organizations)
    own_server.run(f"data import {tmp_path / 'organizations.json'}")

    got = own_server.get(user="user_zoe")

    assert got.json() == json.loads(answer)


@pytest.mark.long
def test_the_tour_of_the_readme_gives_the_answer_of_the_readme(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """The test runs every line, in a folder with the program and the file that the reader writes."""
    section = TEXTS["README.md"].partition("## Serve your own data\n")[2].partition("\n## ")[0]
    organizations, answer = README_JSON[1:3]
    (tmp_path / "organizations.json").write_text(organizations)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    with reserved_port() as port:
        script = "\n".join(shell_lines(section)).replace(":2212/", f":{port}/")
        ran = subprocess.run(
            [tool("bash"), "-euo", "pipefail", "-c", f"{script}\nwait"],
            cwd=tmp_path,
            env={"PATH": f"{Path(tool('curl')).parent}:{os.defpath}", "TETHER_RELAY_PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    assert (ran.returncode, json.loads(answer)) == (0, answer_in(ran.stdout)), ran.stderr
    assert (tmp_path / "backup.db").exists()


def answer_in(output: str) -> object:
    """The one JSON answer in the output."""
    (found,) = re.findall(r'\{"provider".*?\}', output)
    return json.loads(found)


def test_the_request_that_the_demo_prints_has_the_answer_of_the_readme(
    running_server: Callable[..., Any], tmp_path: Path, tool: Callable[[str], str]
) -> None:
    tool("curl")
    with running_server("--demo", database=tmp_path / "demo.db") as server:
        (curl,) = re.findall(r"^ +(curl .*)$", server.output, re.MULTILINE)
        got = subprocess.run(["/bin/sh", "-c", curl], check=True, capture_output=True, text=True)

    assert json.loads(got.stdout.splitlines()[-1]) == json.loads(README_JSON[0])
