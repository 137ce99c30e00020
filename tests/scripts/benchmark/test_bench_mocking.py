"""The report of `scripts/bench --mock`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.benchmark.mocking import OURS, PRISM, Mocked, is_ahead, memory_of, write

ROOT = Path(__file__).parents[3]
MOCKED = Mocked(OURS, [500, 400, 900], [60, 50, 55], [4000, 1, 5000])


def test_medians_are_in_the_table_and_the_files(tmp_path: Path) -> None:
    table = write([MOCKED], {"date": "today"}, tmp_path / "figures")

    assert table.splitlines()[-1] == f"| {OURS} | 500 | 55 | 4,000 |"
    assert (tmp_path / "figures.md").read_text() == table + "\n"
    assert (tmp_path / "figures.json").exists()


@pytest.mark.parametrize(
    ("other", "ahead"),
    [
        (Mocked(PRISM, [501], [56], [3999]), True),
        (Mocked(PRISM, [499], [56], [3999]), False),
        (Mocked(PRISM, [501], [54], [3999]), False),
        (Mocked(PRISM, [501], [56], [4001]), False),
    ],
)
def test_our_mock_is_ahead_only_if_all_three_measurements_are_better(other: Mocked, ahead: bool) -> None:
    assert is_ahead([MOCKED, other]) is ahead


@pytest.mark.long
@pytest.mark.parametrize(("peer", "column"), [("--mock", OURS), ("--proxy", "tether-relay proxy, report")])
def test_without_npm_the_run_reports_the_missing_peer_and_fails(peer: str, column: str, tmp_path: Path) -> None:
    arguments = [peer, "--seconds", "1", "--rounds", "1", "--output", str(tmp_path / "figures")]
    environment = {name: value for name, value in os.environ.items() if name != "PATH"}

    ran = subprocess.run(
        [sys.executable, "-m", "scripts.benchmark", *arguments],
        cwd=ROOT,
        env=environment | {"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    said = "Prism was not measured, because npm is not installed: there is no comparison"
    assert (ran.returncode, ran.stderr.splitlines()[-1]) == (2, f"scripts/bench: {said}"), ran.stderr
    assert f"- peer: {said}" in ran.stdout
    assert f"| {column} |" in (tmp_path / "figures.md").read_text()


def test_the_memory_of_a_process_is_measured_in_mebibytes() -> None:
    assert 5 < memory_of(os.getpid()) < 5000
