"""A baseline holds when the data of the server changes, and does not hold back another fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from openapi.findings.baseline import apply, read_baseline, updated, write_baseline
from openapi.findings.findings import Verdict
from tests.openapi.check.table.row import Row, verdict_of
from tests.openapi.check.table.server import Reply, Site, says

LIST: Final = "GET /x: {200: {type: array, items: {n~: string, ...: false}}}"
MAP: Final = "GET /x: {200: {...: {n~: string, ...: false}}}"
NESTED: Final = "GET /x: {200: {rows: {type: array, items: {cells: [integer]}}}}"
Answers = Callable[[int], Any]


def items(count: int) -> Any:
    """Items with a property that is forbidden."""
    return [{"n": "x", f"extra{number}": number} for number in range(count)]


def entries(count: int) -> Any:
    """Values with a property that is forbidden, by a key."""
    return {f"key{number}": {"more": number} for number in range(count)}


def cells(count: int) -> Any:
    """Rows with texts for integers."""
    return {"rows": [{"cells": ["x"] * count}] * count}


def verdict(document: str, answer: Reply) -> Verdict:
    """The verdict on a server that answers so."""
    return verdict_of(Row("a list", document, Site({"GET /x": answer})), generate=False)


def after(first: Verdict, second: Verdict) -> Verdict:
    """The second verdict, with the baseline that the first one wrote."""
    return apply(read_baseline(write_baseline(updated((), first)), "baseline.json"), second)


@pytest.mark.parametrize(
    ("document", "data"), [(LIST, items), (MAP, entries), (NESTED, cells)], ids=["list", "map", "nested list"]
)
def test_baseline_of_five_faults_of_one_kind_holds_for_six(document: str, data: Answers) -> None:
    second = after(verdict(document, says(data(5))), verdict(document, says(data(6))))

    assert second.findings == ()
    assert second.exit_code == 0
    assert second.known != ()


def test_baseline_holds_for_the_same_fault_at_another_item() -> None:
    second = after(verdict(LIST, says([{"m": 1}, {}])), verdict(LIST, says([{}, {}, {"m": 1}])))

    assert (second.findings, second.gone) == ((), ())


def test_another_fault_of_the_same_item_is_new() -> None:
    second = after(verdict(LIST, says([{"m": 1}])), verdict(LIST, says([{"n": 1}])))

    assert len(second.findings) == 1
    assert second.exit_code == 1


def test_fault_that_is_mended_is_gone() -> None:
    second = after(verdict(LIST, says(items(5))), verdict(LIST, says([{"n": "x"}])))

    assert (second.findings, second.exit_code) == ((), 0)
    assert len(second.gone) == 1
