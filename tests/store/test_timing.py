"""A reader reports the time of its queries."""

from __future__ import annotations

import asyncio
import io
import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from store import SQLiteAdministration, SQLiteReader, StoreUnavailable, UserNotFound


@pytest.fixture
def filled(path: Path, acme: dict[str, Any]) -> Path:
    with SQLiteAdministration(path) as administration:
        administration.import_organizations(io.BytesIO(json.dumps([acme]).encode()))
    return path


class Reports(list[tuple[int, float]]):
    """The reports of a reader, whose clock advances by a second at each call."""

    def __call__(self, queries: int, seconds: float) -> None:
        self.append((queries, seconds))

    def reader(self, path: Path) -> SQLiteReader:
        ticks = itertools.count()
        return SQLiteReader(path, clock=lambda: float(next(ticks)), observe=self)


def test_the_queries_of_one_iteration_are_reported_together(filled: Path) -> None:
    reports = Reports()
    reader = reports.reader(filled)

    async def read() -> None:
        await reader.user("user_ada")
        await reader.active_provider("user_ada")
        await asyncio.sleep(0)
        await reader.user("user_ada")
        await asyncio.sleep(0)
        await reader.close()

    asyncio.run(read())

    assert reports == [(2, 2.0), (1, 1.0)]


def test_failed_queries_are_not_reported(tmp_path: Path) -> None:
    reports = Reports()
    reader = reports.reader(tmp_path / "nowhere.db")

    async def read() -> None:
        with pytest.raises(StoreUnavailable):
            await reader.user("user_ada")
        await asyncio.sleep(0)

    asyncio.run(read())

    assert reports == []


def test_a_query_for_an_unknown_user_is_reported(filled: Path) -> None:
    reports = Reports()
    reader = reports.reader(filled)

    async def read() -> None:
        with pytest.raises(UserNotFound):
            await reader.user("unknown")
        await asyncio.sleep(0)
        await reader.close()

    asyncio.run(read())

    assert [queries for queries, _ in reports] == [2]
