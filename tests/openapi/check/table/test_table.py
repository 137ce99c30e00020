"""The check gives each server of the table the verdict that the specifications require."""

from __future__ import annotations

import pytest

from tests.openapi.check.table.row import Row, differences, verdict_of
from tests.openapi.check.table.rows import ROWS


@pytest.mark.parametrize("row", [row for row in ROWS if not row.generated], ids=str)
def test_verdict_without_generated_requests_is_right(row: Row) -> None:
    assert differences(row, verdict_of(row, generate=False)) == []


@pytest.mark.long
@pytest.mark.parametrize("row", [row for row in ROWS if row.generated], ids=str)
def test_verdict_with_generated_requests_is_right(row: Row) -> None:
    assert differences(row, verdict_of(row, generate=True)) == []


@pytest.mark.long
@pytest.mark.parametrize("row", [row for row in ROWS if row.is_right and not row.generated], ids=str)
def test_generated_requests_show_no_fault_in_a_right_server(row: Row) -> None:
    assert differences(row, verdict_of(row, generate=True)) == []


def test_table_has_at_least_sixty_right_and_sixty_wrong_servers() -> None:
    right = [row for row in ROWS if row.is_right]
    wrong = [row for row in ROWS if row.finds or row.suspects]

    assert len(right) >= 60
    assert len(wrong) >= 60
    assert len(ROWS) >= 150


def test_names_of_rows_are_unique() -> None:
    names = [row.name for row in ROWS]

    assert sorted({*names}) == sorted(names)
