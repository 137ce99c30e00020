"""The report of `scripts/bench --documents`."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.benchmark.documents import DocumentFigures, behind, write
from scripts.benchmark.mocking import OURS, PRISM

FIGURES = DocumentFigures(start=200, memory=40, valid=9, asked=10, rate=1000)


def test_a_mock_has_a_row_for_each_document(tmp_path: Path) -> None:
    table = write({"shop (3.1)": {OURS: FIGURES, PRISM: None}}, {"date": "today"}, tmp_path / "figures")

    assert table.splitlines()[-2:] == [
        f"| shop (3.1) | {OURS} | 200 | 40 | 9 of 10 | 1,000 |",
        f"| shop (3.1) | {PRISM} | does not start | | | |",
    ]
    assert (tmp_path / "figures.md").read_text() == table + "\n"


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (DocumentFigures(201, 41, 9, 10, 999), []),
        (DocumentFigures(201, 41, 0, 10, None), []),
        (None, []),
        (DocumentFigures(199, 41, 9, 10, 999), ["shop"]),
        (DocumentFigures(201, 39, 9, 10, 999), ["shop"]),
        (DocumentFigures(201, 41, 10, 10, 999), ["shop"]),
        (DocumentFigures(201, 41, 9, 10, 1001), ["shop"]),
    ],
)
def test_a_document_is_named_where_one_measurement_is_worse(other: DocumentFigures | None, expected: list[str]) -> None:
    assert behind({"shop": {OURS: FIGURES, PRISM: other}}) == expected


def test_a_document_that_our_mock_does_not_start_with_is_named() -> None:
    assert behind({"shop": {OURS: None, PRISM: None}}) == ["shop"]
