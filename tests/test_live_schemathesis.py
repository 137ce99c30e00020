"""The command schemathesis finds no fault in a server process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from openapi.contract import load_contract

if TYPE_CHECKING:
    from tests.conftest import Server

# Without `fill-missing`, schemathesis would skip the examples phase, because the contract has no request examples.
# Without `fail-on`, a run with only 401 answers would pass.
CONFIGURATION = """
seed = 20260101
continue-on-failure = true

[generation]
database = "none"

[phases.examples]
fill-missing = true

[warnings]
fail-on = true
"""


def run_schemathesis(server: Server, folder: Path, token: str) -> tuple[subprocess.CompletedProcess[str], Any]:
    """The run with all checks and phases, and its report."""
    (folder / "schemathesis.toml").write_text(CONFIGURATION)
    report = folder / "report.json"
    arguments = ["--url", server.url, "--header", f"Authorization: Bearer {token}", "--checks", "all"]
    done = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"),
            *("run", f"{server.url}/openapi.yaml", *arguments),
            *("--report", "json", "--report-json-path", report),
        ],
        cwd=folder,
        env=server.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done, json.loads(report.read_text())


def test_a_live_server_passes_every_check_in_every_phase(server: Server, tmp_path: Path) -> None:
    done, report = run_schemathesis(server, tmp_path, server.token())

    assert done.returncode == 0, done.stdout
    assert report["operations"]["tested"] == report["operations"]["total"] > 0
    assert {name: phase["status"] for name, phase in report["phases"].items()} == {
        "examples": "success",
        "coverage": "success",
        "fuzzing": "success",
        "stateful": "skip",  # one operation has no links to follow
    }
    assert report["test_cases"]["generated"] > 10
    assert [phase["accepted"] for phase in report["valid_rates"]["GET /api/calls/providers"].values()] == [1, 1, 1]
    assert (report["failures"], report["errors"]) == ([], [])


@pytest.mark.parametrize("user", ["user_unknown", "user_cem"])
def test_a_run_without_access_fails(server: Server, tmp_path: Path, user: str) -> None:
    """So a passing run has seen successful answers."""
    done, report = run_schemathesis(server, tmp_path, server.token(user))
    protected = [operation.label for operation in load_contract().operations if not operation.public]

    assert (done.returncode, report["warnings"]["missing_auth"]) == (1, protected)
