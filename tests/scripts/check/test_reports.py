"""One run of `tether-relay check` writes all reports, and no check starts if a report cannot be written."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jwt
import pytest

from scripts.cli.check.files import check_writable
from scripts.cli.failures import Refused
from scripts.cli.telemetry.lines import lines_to
from tests.conftest import clean_environment, executable, without_progress
from tests.frozen import FROZEN
from tests.openapi.check.family.faults import answering
from tests.openapi.check.family.honest import SECRET, Server, serving

Check = Callable[..., subprocess.CompletedProcess[str]]
REPORTS = ("junit", "sarif", "html", "jsonl")
TOKEN = jwt.encode({"sub": "user_fay", "exp": int(time.time()) + 3600}, SECRET, "HS256")


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Check:
    """Runs the command in a separate folder, to which it writes its reports."""

    def check(
        url: str, *arguments: str, environment: Mapping[str, str] | None = None, folder: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        environment = {**clean_environment(), "TETHER_RELAY_CHECK_TOKEN": TOKEN, "COLUMNS": "80", **(environment or {})}
        command = [executable("tether-relay"), "check", url, "--contract", str(FROZEN), *arguments]
        folder = folder or tmp_path_factory.mktemp("check")
        return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=120)

    return check


@pytest.fixture(scope="module")
def folder(checked: Check, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the reports on a server whose answers break the schema."""
    folder = tmp_path_factory.mktemp("reports")
    files = [word for name in REPORTS for word in (f"--{name}", f"report.{name}")]
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    (folder / "summary.md").write_text("before\n")
    with serving(answering({"provider": "telnyx", "phoneNumber": None})) as url:
        done = checked(url, *files, environment=environment, folder=folder)
    (folder / "output").write_text(done.stdout)
    (folder / "code").write_text(f"{done.returncode} {without_progress(done.stderr)}")
    return folder


def test_a_broken_contract_is_exit_code_1(folder: Path) -> None:
    assert (folder / "code").read_text() == "1 "


def test_every_report_has_the_finding(folder: Path) -> None:
    failures = ElementTree.parse(folder / "report.junit").iter("failure")  # noqa: S314 - it is our own
    (run,) = json.loads((folder / "report.sarif").read_bytes())["runs"]
    lines: list[dict[str, Any]] = [json.loads(line) for line in (folder / "report.jsonl").read_text().splitlines()]

    assert [failure.get("type") for failure in failures] == ["body-schema"]
    assert [result["ruleId"] for result in run["results"]] == ["body-schema"]
    assert [line["rule"] for line in lines if line["type"] == "finding"] == ["body-schema"]
    assert "The contract is broken: 1 finding</h1>" in (folder / "report.html").read_text()


def test_annotations_are_printed_in_github_actions(folder: Path) -> None:
    assert "\n::error file=" in "\n" + (folder / "output").read_text()
    assert (folder / "summary.md").read_text().startswith("before\n## The contract is broken: 1 finding\n")


def test_the_token_is_in_no_report(folder: Path) -> None:
    parts = TOKEN.split(".")[1:]
    texts = {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}

    assert [name for name, text in texts.items() if any(part in text for part in parts)] == []


def test_the_printed_curl_line_reproduces_the_finding(
    checked: Check, tool: Callable[[str], str], tmp_path: Path
) -> None:
    tool("curl")
    with serving(answering({"provider": "telnyx"})) as url:
        line = next(line for line in checked(url, folder=tmp_path).stdout.splitlines() if line.startswith("curl"))
        environment = {**clean_environment(), "TOKEN": TOKEN}
        pasted = subprocess.run(["/bin/sh", "-c", line], env=environment, capture_output=True, text=True, check=True)

    assert pasted.stdout.splitlines()[-1] == '{"provider": "telnyx"}'


@pytest.mark.long
def test_known_findings_pass_and_leave_the_baseline_when_they_are_fixed(checked: Check, tmp_path: Path) -> None:
    baseline = ("--baseline", "known.json", "--quiet")
    with serving(answering({"provider": "telnyx"})) as url:
        written = checked(url, *baseline, "--update-baseline", folder=tmp_path)
        again = checked(url, *baseline, folder=tmp_path)
    with serving(Server()) as url:
        mended = checked(url, *baseline, folder=tmp_path)

    assert [done.returncode for done in (written, again, mended)] == [0, 0, 0]
    assert again.stdout == "Nothing new; 1 known finding remains\n"
    assert mended.stdout.endswith("0 findings, 1 gone\n")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--html", "missing/report.html"], "does not exist; create it first"),
        (["--junit", "a", "--sarif", "a"], "a is named for two reports; name a file for each"),
    ],
)
def test_an_unwritable_report_is_refused_before_the_first_request(
    checked: Check, arguments: list[str], reason: str
) -> None:
    done = checked("http://127.0.0.1:1", *arguments)

    assert done.returncode == 2
    assert done.stderr.rstrip().endswith(reason)
    assert done.stderr.count("\n") == 1


def test_a_folder_is_refused_as_a_report(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="it is a folder; name a file in it"):
        check_writable([tmp_path])


@pytest.mark.long
def test_a_report_on_stdout_is_the_only_output_there(checked: Check, tmp_path: Path) -> None:
    with serving(answering({"provider": "telnyx"})) as url:
        done = checked(url, "--jsonl", "-", folder=tmp_path)

    assert json.loads(done.stdout.splitlines()[-1])["exitCode"] == done.returncode == 1
    assert done.stderr.endswith("The contract is broken: 1 finding\n")
    assert list(tmp_path.iterdir()) == []


def test_a_hyphen_writes_json_lines_to_stdout(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with lines_to(Path("-")) as lines:
        lines([{"a": 1}])

    assert (capsysbinary.readouterr().out, list(tmp_path.iterdir())) == (b'{"a": 1}\n', [])
