"""An error of the program itself is exit code 2 and one line, and the other reports are written."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, SECRET
from tests.openapi.gateway.bytewise import behind, sending

pytestmark = pytest.mark.long

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
ANSWERS = {"200": {"description": "d", "content": {"application/json": {"schema": {"type": "array"}}}}}
CONTRACT = {
    "openapi": "3.0.3",
    "info": {"title": "T", "version": "1"},
    "paths": {"/a": {"get": {"responses": ANSWERS}}},
}
# No contract and no server is known that provokes these.
BREAK = """
import sys
from importlib import import_module
from scripts.cli import main

def broken(*args, **options):
    raise {error}("a text with a secret")

setattr(import_module({module!r}){attribute}, {name!r}, broken)
main()
"""


def broken(module: str, name: str, url: str, folder: Path, error: str = "KeyError") -> subprocess.CompletedProcess[str]:
    """The end of a check in which a function of the program raises an error."""
    (folder / "contract.json").write_text(json.dumps(CONTRACT))
    attribute, _, function = name.rpartition(".")
    code = BREAK.format(module=module, attribute=f".{attribute}" if attribute else "", name=function, error=error)
    files = [f"--{kind}={folder / kind}" for kind in ("html", "jsonl", "junit", "sarif")]
    command = [sys.executable, "-c", code, "check", url, "--contract", str(folder / "contract.json"), *files]
    return subprocess.run(
        [*command, "--timeout", "3", "--max-requests", "60", "--no-color"],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "500"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("openapi.check.probes.http_semantics", "ProtocolProbe.run"),
        ("openapi.check.response_checks", "ResponseChecks.answer"),
        ("openapi.check.fuzzing.generated_answers", "GeneratedAnswers.judge"),
        ("openapi.check.fuzzing.schemathesis", "Generation._note"),
        ("openapi.check.recorder", "FindingsRecorder.judged"),
    ],
)
def test_error_in_the_check_is_exit_code_2_and_the_reports_are_written(module: str, name: str, tmp_path: Path) -> None:
    with behind(sending(OK)) as url:
        done = broken(module, name, url, tmp_path)

    assert done.returncode == 2
    assert "The check failed: internal error: KeyError at " in done.stdout.splitlines()[-1]
    assert "please report it" in done.stdout.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert "a text with a secret" not in done.stdout + done.stderr
    assert all((tmp_path / kind).stat().st_size > 500 for kind in ("html", "jsonl", "junit", "sarif"))


@pytest.mark.parametrize("error", ["RecursionError", "MemoryError"])
def test_worker_that_a_limit_ends_is_told(error: str, tmp_path: Path) -> None:
    with behind(sending(OK)) as url:
        done = broken("schemathesis.core.deserialization", "deserialize_response", url, tmp_path, error)

    assert done.returncode == 1
    assert f"the generation of requests was cut short, so not all of them were judged: {error}" in done.stdout
    assert "Traceback" not in done.stderr


def test_error_in_a_report_is_exit_code_2_and_the_others_are_written(tmp_path: Path) -> None:
    with behind(sending(OK)) as url:
        done = broken("openapi.findings.reports.sarif", "sarif", url, tmp_path)

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("tether-relay: internal error: KeyError at ")
    assert "The contract is broken" in done.stdout.splitlines()[-1]
    assert not (tmp_path / "sarif").exists()
    assert all((tmp_path / kind).stat().st_size > 500 for kind in ("html", "jsonl", "junit"))


def test_error_in_another_command_is_exit_code_2_and_one_line(tmp_path: Path) -> None:
    code = BREAK.format(module="scripts.cli.token", attribute="", name="signing_key", error="TypeError")
    env = {**os.environ, "TETHER_RELAY_DATABASE": str(tmp_path / "relay.db"), "TETHER_RELAY_JWT_SECRET": SECRET}
    command = [sys.executable, "-c", code, "token", "ada"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 2
    assert done.stderr.startswith("tether-relay: internal error: TypeError at ")
    assert len(done.stderr.splitlines()) == 1


def test_closed_output_is_not_exit_code_1(tmp_path: Path) -> None:
    with behind(sending(OK)) as url:
        (tmp_path / "contract.json").write_text(json.dumps(CONTRACT))
        # Not a pipe: a process that another thread starts meanwhile could inherit its other end.
        reading, writing = socket.socketpair()
        reading.shutdown(socket.SHUT_RD)
        code = "from scripts.cli import main; main()"
        arguments = ["check", url, "--contract", str(tmp_path / "contract.json"), "--max-requests", "5"]
        with reading, writing:
            done = subprocess.run(
                [sys.executable, "-c", code, *arguments],
                cwd=ROOT,
                stdout=writing.fileno(),
                stderr=subprocess.PIPE,
                timeout=60,
                check=False,
            )

    assert done.returncode == 2
