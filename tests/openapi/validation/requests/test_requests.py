"""A request is read the same everywhere: by the server, the mock, the mock before an upstream, the proxy and the
validator, and as the specification says."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.openapi.validation.requests.notation import Row
from tests.openapi.validation.requests.readers import Readers, expected, reading
from tests.openapi.validation.requests.table import DOCUMENT, ROWS


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readers]:
    """The five readers of the contract of the table."""
    folder = tmp_path_factory.mktemp("readers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(folder), *sys.path])
        with reading(DOCUMENT, folder) as running:
            yield running


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_request_has_one_verdict(readers: Readers, row: Row) -> None:
    assert expected(row.verdict) == readers.verdicts(row.request)


def test_every_row_has_a_name_of_its_own() -> None:
    names = [row.name for row in ROWS]

    assert sorted(set(names)) == sorted(names)
