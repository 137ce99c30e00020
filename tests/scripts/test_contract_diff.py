"""`tether-relay contract diff` and `changelog` on files, URLs and git revisions."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.loopback import Handler, listening

Relay = Callable[..., CompletedProcess[str]]

OLD = """\
openapi: 3.0.3
info: {title: Things, version: "1"}
paths:
  /things:
    get:
      operationId: list_things
      parameters:
        - {name: size, in: query, schema: {type: string, enum: [small, large]}}
      responses:
        "200":
          description: Things
    delete:
      operationId: delete_things
      responses:
        "204":
          description: Gone
"""
NARROWED = OLD.replace("[small, large]", "[small]")
WIDENED = OLD.replace("[small, large]", "[small, large, huge]")
REMOVED = OLD.partition("    delete:")[0]
SHARED = OLD.replace("schema: {type: string, enum: [small, large]}", 'schema: {$ref: "parts/size.yaml"}')


@pytest.fixture
def files(folder: Path) -> Path:
    """A folder with several contracts."""
    for name, text in {"old": OLD, "narrowed": NARROWED, "widened": WIDENED, "removed": REMOVED}.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


@pytest.fixture
def repository(folder: Path) -> Path:
    """A git repository whose first commit has the contract, and whose files have a narrowed one."""
    (folder / "api").mkdir()
    (folder / "api/openapi.yaml").write_text(OLD)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "first")
    (folder / "api/openapi.yaml").write_text(NARROWED)
    return folder


def git(folder: Path, *arguments: str) -> None:
    author = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *author, *arguments], cwd=folder, check=True, capture_output=True)  # noqa: S607


@pytest.mark.parametrize(
    ("new", "code", "verdict"),
    [("old", 0, "unchanged"), ("widened", 0, "compatible"), ("narrowed", 1, "breaking"), ("removed", 1, "breaking")],
)
def test_exit_code_is_1_if_clients_break(relay: Relay, files: Path, new: str, code: int, verdict: str) -> None:
    done = relay("contract", "diff", "old.yaml", f"{new}.yaml")

    assert done.returncode == code, done.stderr
    assert done.stdout.splitlines()[-1].startswith(f"old.yaml -> {new}.yaml: {verdict}")


@pytest.mark.parametrize(
    ("level", "new", "code"), [("none", "narrowed", 0), ("any", "widened", 1), ("risky", "widened", 0)]
)
def test_level_that_fails_can_be_chosen(relay: Relay, files: Path, level: str, new: str, code: int) -> None:
    assert relay("contract", "diff", "old.yaml", f"{new}.yaml", "--fail-on", level).returncode == code


def test_a_value_that_is_no_longer_accepted_is_shown(relay: Relay, files: Path) -> None:
    report = json.loads(relay("contract", "diff", "old.yaml", "narrowed.yaml", "--format", "json").stdout)
    (change,) = report["changes"]

    assert change["witness"]["value"] == "large"
    assert (change["operations"], change["direction"]) == (["GET /things"], "request")
    assert change["old"]["line"] == change["new"]["line"] == 8


@pytest.mark.parametrize("form", ["text", "json", "markdown", "github", "sarif", "junit", "html"])
def test_every_format_names_the_rule(relay: Relay, files: Path, form: str) -> None:
    done = relay("contract", "diff", "old.yaml", "removed.yaml", "--format", form)

    assert done.returncode == 1
    assert "operation-removed" in done.stdout


def test_removal_is_annotated_in_the_new_contract(relay: Relay, files: Path) -> None:
    done = relay("contract", "diff", "old.yaml", "removed.yaml", "--format", "github")

    assert done.stdout.startswith("::error file=removed.yaml,line=4,title=")


def test_report_is_written_to_a_file(relay: Relay, files: Path) -> None:
    done = relay("contract", "diff", "old.yaml", "removed.yaml", "--format", "sarif", "--output", "out.sarif")

    assert (done.returncode, done.stdout) == (1, "")
    assert "breaking" in done.stderr
    assert json.loads((files / "out.sarif").read_text())["version"] == "2.1.0"


def test_accepted_change_does_not_fail(relay: Relay, files: Path) -> None:
    entry = "{rule: operation-removed, operation: DELETE /things, reason: agreed, until: 2999-01-01}"
    (files / "accepted.yaml").write_text(f"accepted: [{entry}]")

    done = relay("contract", "diff", "old.yaml", "removed.yaml", "--ignore", "accepted.yaml")

    assert done.returncode == 0
    assert "accepted until 2999-01-01" in done.stdout


def test_level_of_a_rule_can_be_set(relay: Relay, files: Path) -> None:
    (files / "settings.yaml").write_text("levels: {operation-removed: compatible}")

    assert relay("contract", "diff", "old.yaml", "removed.yaml", "--settings", "settings.yaml").returncode == 0


def test_file_is_compared_with_its_last_commit(relay: Relay, repository: Path) -> None:
    done = relay("contract", "diff", "HEAD:api/openapi.yaml", "api/openapi.yaml", "--format", "github")

    assert done.returncode == 1
    assert done.stdout.startswith("::error file=api/openapi.yaml,line=8,")


def test_contract_of_several_files_is_read_from_a_revision(relay: Relay, repository: Path) -> None:
    (repository / "api/parts").mkdir()
    (repository / "api/parts/size.yaml").write_text("{type: string, enum: [small, large]}")
    (repository / "api/openapi.yaml").write_text(SHARED)
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "shared")
    (repository / "api/parts/size.yaml").write_text("{type: string, enum: [small]}")

    assert relay("contract", "diff", "HEAD~1:api/openapi.yaml", "HEAD:api/openapi.yaml").returncode == 0
    assert relay("contract", "diff", "HEAD:api/openapi.yaml", "api/openapi.yaml").returncode == 1


def test_contract_at_a_url_is_compared(relay: Relay, files: Path) -> None:
    class Site(Handler):
        def do_GET(self) -> None:
            self.reply(200, OLD.encode())

    with listening(Site) as address:
        assert relay("contract", "diff", f"{address}/openapi.yaml", "narrowed.yaml").returncode == 1


def test_changelog_has_the_release_and_what_breaks(relay: Relay, files: Path) -> None:
    done = relay("contract", "changelog", "old.yaml", "removed.yaml", "--release", "2.0.0")

    assert done.returncode == 0
    assert done.stdout.startswith("## 2.0.0 (")
    assert "### Breaking" in done.stdout


def test_rules_are_listed_without_contracts(relay: Relay) -> None:
    done = relay("contract", "diff", "--rules")

    assert done.returncode == 0
    assert "operation-removed" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["nowhere.yaml", "old.yaml"], "tether-relay: nowhere.yaml: cannot be read"),
        (["old.yaml", "nowhere.yaml"], "tether-relay: nowhere.yaml: cannot be read"),
        (["HEAD:old.yaml", "old.yaml"], "tether-relay: HEAD:old.yaml cannot be read: "),
        (["old.yaml", "old.yaml", "--ignore", "nowhere.yaml"], "tether-relay: nowhere.yaml: cannot be read"),
        (["old.yaml", "old.yaml", "--settings", "unknown.yaml"], "there is no rule operation-removd; did you mean"),
        (["old.yaml", "old.yaml", "--output", "nowhere/out"], "the folder"),
        (["--", "--output=x:y", "old.yaml"], "begins with a hyphen"),
        (["old.yaml", "broken.yaml"], "tether-relay: broken.yaml"),
    ],
)
def test_bad_input_ends_with_2_and_one_line(relay: Relay, files: Path, arguments: list[str], reason: str) -> None:
    (files / "broken.yaml").write_text("openapi: [")
    (files / "unknown.yaml").write_text("levels: {operation-removd: risky}")

    done = relay("contract", "diff", *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("revision", ["missing:api/openapi.yaml", "HEAD:missing.yaml", "HEAD:api", "HEAD:", ":"])
def test_unknown_revision_ends_with_2_and_one_line(relay: Relay, repository: Path, revision: str) -> None:
    done = relay("contract", "diff", revision, "api/openapi.yaml")

    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
