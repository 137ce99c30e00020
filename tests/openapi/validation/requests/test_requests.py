"""The server, the mock, the mock with an upstream, the proxy and the validator give one verdict on a request: the one
that the specification requires."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.openapi.validation.requests.notation import Row
from tests.openapi.validation.requests.readers import Readers, expected, reading
from tests.openapi.validation.requests.table import DOCUMENT, ROWS


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readers]:
    """The five readers with the contract of the table."""
    folder = tmp_path_factory.mktemp("readers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(folder), *sys.path])
        with reading(DOCUMENT, folder) as running:
            yield running


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_all_readers_give_the_same_verdict(readers: Readers, row: Row) -> None:
    assert expected(row.verdict) == readers.verdicts(row.request)


def test_every_row_has_a_unique_name() -> None:
    names = [row.name for row in ROWS]

    assert sorted(set(names)) == sorted(names)
