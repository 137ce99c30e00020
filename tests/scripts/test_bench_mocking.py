"""What `scripts/bench --mock` makes of its measurements."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scripts.benchmark.mocking import OURS, PRISM, Mocked, is_ahead, memory_of, write

MOCKED = Mocked(OURS, [500, 400, 900], [60, 50, 55], [4000, 1, 5000])


def test_medians_are_told_in_a_table_and_files(tmp_path: Path) -> None:
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
def test_ours_is_ahead_when_it_is_in_all_three(other: Mocked, ahead: bool) -> None:
    assert is_ahead([MOCKED, other]) is ahead


def test_without_another_there_is_nobody_to_be_behind() -> None:
    assert is_ahead([MOCKED])


def test_the_memory_of_a_process_is_some_mebibytes() -> None:
    assert 5 < memory_of(os.getpid()) < 5000
