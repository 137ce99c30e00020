"""A check that runs: `--jsonl` grows, progress is printed, and a signal ends it with all reports."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from openapi.http.messages import Request
from tests.conftest import clean_environment, executable, holds_eventually, without_progress
from tests.frozen import FROZEN
from tests.openapi.check.family.faults import finishing
from tests.openapi.check.family.honest import PATH, Reply, Server, good_token, serving

REPORTS = ("junit", "sarif", "html", "jsonl")
PATIENCE = 60
TOKEN = good_token()


def slow(seconds: float) -> Server:
    """A server that answers late, and whose provider is not in the contract."""

    def late(request: Request, reply: Reply) -> Reply:
        wrong = reply.status == 200 and request.path == PATH
        return replace(reply.saying({"provider": "telnyx"}) if wrong else reply, delay=seconds)

    return finishing(late)


@contextmanager
def checking(url: str, folder: Path, *options: str, ignoring: bool = False) -> Iterator[subprocess.Popen[str]]:
    """A running check; `ignoring` starts it like a shell in the background, without SIGINT."""
    handler = signal.SIG_IGN if ignoring else signal.SIG_DFL
    check = subprocess.Popen(
        [executable("tether-relay"), "check", url, "--contract", str(FROZEN), "--jsonl", "report.jsonl", *options],
        cwd=folder,
        env={**clean_environment(), "TETHER_RELAY_CHECK_TOKEN": TOKEN, "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, handler),
    )
    try:
        yield check
    finally:
        check.kill()
        check.communicate()


def lines(folder: Path) -> list[dict[str, Any]]:
    """The complete lines that are written so far."""
    file = folder / "report.jsonl"
    written = file.read_bytes() if file.exists() else b""
    return [json.loads(line) for line in written.splitlines(keepends=True) if line.endswith(b"\n")]


def has(folder: Path, **fields: str) -> bool:
    return any(fields.items() <= line.items() for line in lines(folder))


def test_a_finding_is_in_the_lines_while_the_check_runs(tmp_path: Path) -> None:
    with serving(slow(0.2)) as url, checking(url, tmp_path) as check:
        assert holds_eventually(partial(has, tmp_path, type="finding", rule="body-schema"), PATIENCE)
        running, so_far = check.poll(), lines(tmp_path)

    assert running is None
    assert (so_far[0]["type"], has(tmp_path, type="summary")) == ("run", False)
    assert {line["type"] for line in so_far} == {"run", "progress", "finding"}
    assert [part for part in TOKEN.split(".")[1:] if part in json.dumps(so_far)] == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
@pytest.mark.parametrize("step", ["authentication", "generated requests"])
def test_a_signal_ends_the_check_with_all_reports(step: str, number: signal.Signals, tmp_path: Path) -> None:
    files = [word for name in REPORTS for word in (f"--{name}", f"report.{name}")]
    with serving(slow(0.1)) as url, checking(url, tmp_path, *files) as check:
        assert holds_eventually(partial(has, tmp_path, type="progress", step=step), PATIENCE)
        check.send_signal(number)
        output, errors = check.communicate(timeout=30)

    assert (check.returncode, without_progress(errors)) == (1, "")
    assert ", interrupted" in output
    assert "The contract is broken: 1 finding" in output.splitlines()[-1]
    assert lines(tmp_path)[-1]["interrupted"] is True
    assert [failure.get("type") for failure in ElementTree.parse(tmp_path / "report.junit").iter("failure")] == [  # noqa: S314 - it is our own
        "body-schema"
    ]
    assert json.loads((tmp_path / "report.sarif").read_bytes())["runs"][0]["results"] != []
    assert "The check was interrupted" in (tmp_path / "report.html").read_text()


@pytest.mark.parametrize("step", ["authentication", "generated requests"])
def test_reports_do_not_wait_for_a_server_that_hangs(step: str, tmp_path: Path) -> None:
    """CI kills a job a few seconds after its signal."""
    hanging, ended = threading.Event(), threading.Event()

    def hang(request: Request, reply: Reply) -> Reply:
        if has(tmp_path, type="progress", step=step):
            hanging.set()
            ended.wait(PATIENCE)
        return replace(reply, delay=0.1)

    with serving(finishing(hang)) as url, checking(url, tmp_path, "--timeout", "60") as check:
        try:
            assert hanging.wait(PATIENCE)
            check.send_signal(signal.SIGTERM)
            written = holds_eventually(partial(has, tmp_path, type="summary"), seconds=5)
        finally:
            ended.set()

    assert written


def test_a_second_sigterm_does_not_lose_the_reports(tmp_path: Path) -> None:
    with serving(slow(0.5)) as url, checking(url, tmp_path) as check:
        assert holds_eventually(partial(has, tmp_path, type="finding"), PATIENCE)
        for _ in range(3):
            check.send_signal(signal.SIGTERM)
        check.communicate(timeout=30)

    assert (check.returncode, lines(tmp_path)[-1]["type"]) == (1, "summary")


def test_a_check_in_the_background_ends_at_sigint(tmp_path: Path) -> None:
    with serving(slow(0.2)) as url, checking(url, tmp_path, ignoring=True) as check:
        assert holds_eventually(partial(has, tmp_path, type="finding"), PATIENCE)
        check.send_signal(signal.SIGINT)
        check.communicate(timeout=30)

    assert lines(tmp_path)[-1]["interrupted"] is True


def test_each_finding_is_written_once_and_the_summary_last(tmp_path: Path) -> None:
    with serving(slow(0.0)) as url, checking(url, tmp_path, "--quiet") as check:
        check.communicate(timeout=PATIENCE)
    written = lines(tmp_path)
    found = [line["fingerprint"] for line in written if line["type"] == "finding"]

    assert (written[0]["type"], written[-1]["type"]) == ("run", "summary")
    assert (len(found), len(set(found))) == (written[-1]["findings"], written[-1]["findings"])
    assert written[0]["seed"] == 0


def test_a_finding_of_the_baseline_is_written_as_known(tmp_path: Path) -> None:
    with serving(slow(0.0)) as url:
        with checking(url, tmp_path, "--quiet", "--baseline", "known.json", "--update-baseline") as first:
            first.communicate(timeout=PATIENCE)
        with checking(url, tmp_path, "--quiet", "--baseline", "known.json") as check:
            output, _ = check.communicate(timeout=PATIENCE)

    assert [line["state"] for line in lines(tmp_path) if line["type"] == "finding"] == ["known"]
    assert (check.returncode, output) == (0, "Nothing new; 1 known finding remains\n")


def test_findings_of_a_server_that_cannot_be_judged_are_withdrawn(tmp_path: Path) -> None:
    """Every answer is a 401 with a wrong body: the credentials are refused, so nothing else is known."""
    refusing = finishing(lambda request, reply: Reply(401, b"[]", {"Content-Type": "application/json"}))
    with serving(refusing) as url, checking(url, tmp_path, "--quiet") as check:
        check.communicate(timeout=PATIENCE)
    written = lines(tmp_path)
    found = {line["fingerprint"] for line in written if line["type"] == "finding"}

    assert found == {line["fingerprint"] for line in written if line["type"] == "withdrawn"}
    assert (check.returncode, written[-1]["findings"]) == (2, 0)


@pytest.mark.long
def test_a_long_check_prints_what_it_asks_in_a_pipe_unless_it_is_quiet(tmp_path: Path) -> None:
    with (
        serving(slow(1.0)) as url,
        checking(url, tmp_path) as loud,
        checking(url, tmp_path, "--quiet") as quiet,
    ):
        assert loud.stderr is not None
        line = loud.stderr.readline()
        for check in (loud, quiet):
            check.send_signal(signal.SIGINT)
        _, silence = quiet.communicate(timeout=30)

    assert line.startswith("tether-relay check: 1")
    assert line.endswith(f", asking GET {PATH}\n")
    assert silence == ""


def test_a_refused_address_leaves_no_file(tmp_path: Path) -> None:
    with checking("not-a-url", tmp_path) as check:
        _, errors = check.communicate(timeout=PATIENCE)

    assert (check.returncode, os.listdir(tmp_path)) == (2, [])
    assert "is not the URL of a server" in errors
