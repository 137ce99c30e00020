"""The server's reader cannot write, and recovers after a failure."""

import asyncio
import io
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from store import (
    SchemaMismatch,
    SQLiteAdministration,
    SQLiteReader,
    StoreUnavailable,
    UserNotFound,
    migrate,
)
from store.sqlite.library import sqlite3

Json = dict[str, Any]


def fill(path: Path, *organizations: Json) -> None:
    with SQLiteAdministration(path) as administration:
        administration.import_organizations(io.BytesIO(json.dumps(organizations).encode()))


def user(reader: SQLiteReader, user_id: str = "user_ada") -> str | None:
    return asyncio.run(reader.user(user_id)).organization_id


@pytest.fixture
def filled(path: Path, acme: Json) -> Path:
    fill(path, acme)
    return path


@pytest.fixture
def reader(filled: Path) -> Iterator[SQLiteReader]:
    """A reader that has read once, and checks the file at each read."""
    opened = SQLiteReader(filled, recheck_after=0)
    assert user(opened) == "org_acme"
    yield opened
    asyncio.run(opened.close())


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another store, in which Ada belongs to another organization."""
    path = tmp_path / "other.db"
    fill(path, {"id": "org_other", "name": "Other", "users": [{"id": "user_ada"}]})
    return path


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM app_user",
        "UPDATE organization SET active_provider = NULL",
        "CREATE TABLE extra (id)",
        "DROP TABLE app_user",
        "PRAGMA user_version = 7",
    ],
)
def test_cannot_write(reader: SQLiteReader, filled: Path, statement: str) -> None:
    before = filled.read_bytes()
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader._database().execute(statement)

    assert filled.read_bytes() == before


def test_cannot_write_even_without_query_only(reader: SQLiteReader) -> None:
    db = reader._database()
    db.execute("PRAGMA query_only = OFF")

    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.execute("DELETE FROM app_user")


@pytest.mark.parametrize("operation", ["user", "active_provider"])
def test_never_creates_a_store(path: Path, operation: str) -> None:
    with pytest.raises(StoreUnavailable, match="does not exist"):
        asyncio.run(getattr(SQLiteReader(path), operation)("user_ada"))

    assert os.listdir(path.parent) == []


def test_check_fails_without_a_store(path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        asyncio.run(SQLiteReader(path).check())


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_an_impossible_path_is_unavailable(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        user(SQLiteReader(tmp_path / name))


def test_finds_a_store_that_is_created_later(path: Path, acme: Json) -> None:
    reader = SQLiteReader(path)
    with pytest.raises(StoreUnavailable):
        user(reader)
    fill(path, acme)

    assert user(reader) == "org_acme"


def test_detects_a_removed_store(reader: SQLiteReader, filled: Path) -> None:
    filled.unlink()

    with pytest.raises(StoreUnavailable, match="does not exist"):
        user(reader)
    assert not filled.exists()


def test_recovers_when_a_removed_store_comes_back(reader: SQLiteReader, filled: Path, tmp_path: Path) -> None:
    filled.rename(tmp_path / "away.db")
    with pytest.raises(StoreUnavailable):
        user(reader)
    (tmp_path / "away.db").rename(filled)

    assert user(reader) == "org_acme"


def test_reads_a_store_renamed_to_the_path(reader: SQLiteReader, filled: Path, other: Path) -> None:
    other.replace(filled)

    assert user(reader) == "org_other"


def test_reads_a_store_copied_over_the_file(reader: SQLiteReader, filled: Path, other: Path) -> None:
    shutil.copyfile(other, filled)

    assert user(reader) == "org_other"


def test_a_change_leaves_no_log_that_would_be_applied_to_a_replacement(
    reader: SQLiteReader, filled: Path, other: Path
) -> None:
    """The log of the old file is empty, although the reader had the file open."""
    with SQLiteAdministration(filled) as administration:
        administration.set_disabled("user_ada", True)
    asyncio.run(reader.close())
    other.replace(filled)

    assert user(reader) == "org_other"
    assert Path(f"{filled}-wal").stat().st_size == 0


def test_checks_the_file_after_the_interval(filled: Path, other: Path) -> None:
    now = [0.0]
    reader = SQLiteReader(filled, clock=lambda: now[0], recheck_after=5)
    user(reader)
    other.replace(filled)
    early = user(reader)
    now[0] = 5

    assert (early, user(reader)) == ("org_acme", "org_other")


def damage_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)


def cut_short(path: Path) -> None:
    os.truncate(path, 8192)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def write_text(path: Path) -> None:
    path.write_text("not a database " * 1000)


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("harm", [damage_middle, cut_short, empty, write_text, make_folder])
def test_recovers_after_damage(
    reader: SQLiteReader, filled: Path, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    copy = tmp_path / "copy.db"
    shutil.copyfile(filled, copy)
    harm(filled)
    with pytest.raises(StoreUnavailable):
        asyncio.run(reader.check())
    with pytest.raises(StoreUnavailable):
        user(reader)
    if filled.is_dir():
        filled.rmdir()
    copy.replace(filled)

    assert user(reader) == "org_acme"


def test_retries_when_the_connection_fails(reader: SQLiteReader) -> None:
    """The caller does not see a failure that a new connection fixes."""
    reader._database().conn.close()

    assert user(reader) == "org_acme"


def test_reads_while_another_program_writes(reader: SQLiteReader, filled: Path) -> None:
    writer = sqlite3.connect(str(filled), isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    writer.execute("UPDATE app_user SET organization_id = NULL WHERE id = 'user_bob'")
    seen = user(reader, "user_bob")
    writer.execute("ROLLBACK")
    writer.close()

    assert seen == "org_acme"


def test_a_lock_delays_reads_for_a_limited_time(filled: Path) -> None:
    holder = sqlite3.connect(str(filled), isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("UPDATE app_user SET disabled = 0 WHERE id = 'user_ada'")
    reader = SQLiteReader(filled)

    async def read_often() -> list[BaseException | object]:
        reads = [reader.user("user_ada") for _ in range(100)]
        return await asyncio.gather(*reads, return_exceptions=True)

    start = time.monotonic()
    answers = asyncio.run(read_often())
    took = time.monotonic() - start
    holder.close()

    assert [str(answer).endswith("try again when that program is done.") for answer in answers] == [True] * 100
    assert took < 5
    assert user(reader) == "org_acme"


def test_check_of_an_empty_database_says_to_migrate(path: Path) -> None:
    path.touch()

    with pytest.raises(SchemaMismatch, match="older program; migrate the store"):
        asyncio.run(SQLiteReader(path).check())


def test_check_refuses_a_newer_schema(reader: SQLiteReader, filled: Path) -> None:
    """The reader detects it although the connection was already open."""
    writer = sqlite3.connect(str(filled), isolation_level=None)
    writer.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', 'add_colours', '2030')"
    )
    with pytest.raises(SchemaMismatch, match="newer program; upgrade"):
        asyncio.run(reader.check())
    writer.close()


def test_a_reader_works_in_several_event_loops(reader: SQLiteReader) -> None:
    assert [asyncio.run(reader.user("user_ada")).id for _ in range(3)] == ["user_ada"] * 3


def test_an_empty_store_has_no_users(path: Path) -> None:
    migrate(path)

    with pytest.raises(UserNotFound, match="'user_ada'"):
        user(SQLiteReader(path))


def test_the_next_iteration_of_the_loop_sees_a_change(reader: SQLiteReader, filled: Path) -> None:
    """The reads of one iteration share a snapshot; the next iteration has a new one."""

    async def read_around_a_change() -> list[bool]:
        seen = [(await reader.user("user_ada")).disabled]
        with SQLiteAdministration(filled) as administration:
            administration.set_disabled("user_ada", True)
        seen.append((await reader.user("user_ada")).disabled)
        await asyncio.sleep(0)
        return [*seen, (await reader.user("user_ada")).disabled]

    assert asyncio.run(read_around_a_change()) == [False, False, True]


def test_a_request_after_a_change_sees_it(reader: SQLiteReader, filled: Path) -> None:
    """A request that arrives after a change is handled in a later iteration than reads before the change."""

    async def read_after_a_change() -> bool:
        request = asyncio.get_running_loop().create_future()
        await reader.user("user_ada")
        with SQLiteAdministration(filled) as administration:
            administration.set_disabled("user_ada", True)
        asyncio.get_running_loop().call_soon_threadsafe(request.set_result, None)
        await request
        return (await reader.user("user_ada")).disabled

    assert asyncio.run(read_after_a_change())


def test_no_transaction_is_left_open(reader: SQLiteReader, filled: Path) -> None:
    """An open transaction would prevent SQLite from emptying its log."""

    async def checkpoint() -> tuple[int, int, int]:
        await reader.user("user_ada")
        await asyncio.sleep(0)
        connection = sqlite3.connect(filled)
        connection.execute("UPDATE app_user SET disabled = 1")
        connection.commit()
        row: tuple[int, int, int] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        connection.close()
        return row

    assert asyncio.run(checkpoint()) == (0, 0, 0)


def test_text_that_cannot_be_read_is_not_quoted(reader: SQLiteReader, filled: Path) -> None:
    """Python's message about text that is not UTF-8 contains the text."""
    with closing(sqlite3.connect(filled, isolation_level=None)) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("UPDATE app_user SET organization_id = CAST(x'6f72675f61636d65ff' AS TEXT)")

    with pytest.raises(StoreUnavailable) as raised:
        user(reader)

    assert str(raised.value) == (
        f"The store {filled} cannot be used (OperationalError); check the file and restore a backup if needed."
    )
