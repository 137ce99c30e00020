"""A reader tells how long its queries take."""

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


class Told(list[tuple[int, float]]):
    """What a reader, whose clock goes on by a second each time it is read, has told."""

    def __call__(self, queries: int, seconds: float) -> None:
        self.append((queries, seconds))

    def reader(self, path: Path) -> SQLiteReader:
        ticks = itertools.count()
        return SQLiteReader(path, clock=lambda: float(next(ticks)), observe=self)


def test_the_queries_of_one_turn_are_told_together(filled: Path) -> None:
    told = Told()
    reader = told.reader(filled)

    async def read() -> None:
        await reader.user("user_ada")
        await reader.active_provider("user_ada")
        await asyncio.sleep(0)
        await reader.user("user_ada")
        await asyncio.sleep(0)
        await reader.close()

    asyncio.run(read())

    assert told == [(2, 2.0), (1, 1.0)]


def test_nobody_is_told_when_nothing_was_answered(tmp_path: Path) -> None:
    told = Told()
    reader = told.reader(tmp_path / "nowhere.db")

    async def read() -> None:
        with pytest.raises(StoreUnavailable):
            await reader.user("user_ada")
        await asyncio.sleep(0)

    asyncio.run(read())

    assert told == []


def test_a_query_that_finds_nobody_is_told_too(filled: Path) -> None:
    told = Told()
    reader = told.reader(filled)

    async def read() -> None:
        with pytest.raises(UserNotFound):
            await reader.user("nobody")
        await asyncio.sleep(0)
        await reader.close()

    asyncio.run(read())

    assert [queries for queries, _ in told] == [2]
