"""The server's writer waits for a limited time, recovers after a failure, and leaves whole changes or none."""

import asyncio
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from store import (
    Conflict,
    SchemaMismatch,
    SQLiteAdministration,
    SQLiteReader,
    SQLiteWriter,
    StoreBusy,
    StoreUnavailable,
    migrate,
)
from store.sqlite.library import sqlite3

Json = dict[str, Any]

# Sets the numbers of both users in one transaction, and prints each one that is committed.
CHANGES = """
import asyncio, sys, itertools, store

def assign(db, e164):
    for user in ("user_ada", "user_cy"):
        store.sqlite.changes.assign_number(db, user, e164)

async def write():
    writer = store.SQLiteWriter(sys.argv[1])
    for e164 in itertools.cycle(["+14165550100", "+14165550101"]):
        await writer._change(lambda db: assign(db, e164))
        print(e164, flush=True)

asyncio.run(write())
"""


@pytest.fixture
def filled(path: Path, acme: Json) -> Path:
    with SQLiteAdministration(path) as administration:
        administration.import_organizations(io.BytesIO(json.dumps([acme]).encode()))
    return path


def activate(writer: SQLiteWriter) -> None:
    asyncio.run(writer.activate("org_acme", "twilio"))


def active(path: Path) -> str | None:
    return asyncio.run(SQLiteReader(path).active_provider("user_ada")).provider


def test_a_locked_store_is_busy_after_the_patience(filled: Path) -> None:
    with closing(sqlite3.connect(str(filled), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        start = time.monotonic()
        with pytest.raises(StoreBusy, match=r"for 0\.2 seconds; send the change again"):
            activate(SQLiteWriter(filled, patience=0.2))

    assert 0.15 < time.monotonic() - start < 2


def test_a_lock_that_ends_in_time_delays_the_change(filled: Path) -> None:
    async def write() -> None:
        with closing(sqlite3.connect(str(filled), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            change = asyncio.create_task(SQLiteWriter(filled, patience=20).activate("org_acme", "twilio"))
            await asyncio.sleep(0.05)
            other.execute("ROLLBACK")
            await change

    asyncio.run(write())

    assert active(filled) == "twilio"


def test_the_patience_is_shared_by_the_changes_that_wait(filled: Path) -> None:
    async def write() -> list[object]:
        with closing(sqlite3.connect(str(filled), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            writer = SQLiteWriter(filled, patience=0.2)
            changes = [writer.activate("org_acme", "twilio") for _ in range(20)]
            return list(await asyncio.gather(*changes, return_exceptions=True))

    start = time.monotonic()
    outcomes = asyncio.run(write())

    assert {type(outcome) for outcome in outcomes} == {StoreBusy}
    assert time.monotonic() - start < 2


def test_the_event_loop_runs_while_a_change_waits(filled: Path) -> None:
    async def count() -> int:
        with closing(sqlite3.connect(str(filled), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            change = asyncio.create_task(SQLiteWriter(filled, patience=0.3).activate("org_acme", "twilio"))
            turns = 0
            while not change.done():
                await asyncio.sleep(0.001)
                turns += 1
            assert isinstance(change.exception(), StoreBusy)
            return turns

    assert asyncio.run(count()) > 20


def test_a_missing_store_is_unavailable_until_it_exists(path: Path) -> None:
    writer = SQLiteWriter(path)
    with pytest.raises(StoreUnavailable, match="does not exist"):
        activate(writer)
    migrate(path)
    with SQLiteAdministration(path) as administration:
        administration.import_organizations(io.BytesIO(b'[{"id": "org_acme", "name": "A"}]'))
    asyncio.run(writer.activate("org_acme", None))

    assert not path.with_name("missing").exists()


def test_a_replaced_file_gets_the_later_changes(filled: Path, tmp_path: Path) -> None:
    writer = SQLiteWriter(filled)
    activate(writer)
    new = tmp_path / "new.db"
    with SQLiteAdministration(filled) as old, SQLiteAdministration(new) as administration:
        administration.import_organizations(io.BytesIO("\n".join(old.export_organizations()).encode()))
        administration.activate("org_acme", None)
    os.replace(new, filled)
    for suffix in ("-wal", "-shm"):
        Path(f"{filled}{suffix}").unlink(missing_ok=True)
    activate(writer)

    assert active(filled) == "twilio"


def test_a_store_that_a_newer_program_has_migrated_is_refused(filled: Path) -> None:
    writer = SQLiteWriter(filled)
    activate(writer)
    with closing(sqlite3.connect(str(filled), isolation_level=None)) as other:
        other.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', 'newer', '2030')"
        )

    with pytest.raises(SchemaMismatch, match="newer program"):
        asyncio.run(writer.activate("org_acme", "sinch"))
    assert_active_is_still_twilio(filled)


def assert_active_is_still_twilio(path: Path) -> None:
    with closing(sqlite3.connect(str(path))) as db:
        assert db.execute("SELECT active_provider FROM organization").fetchall() == [("twilio",)]


@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO phone_number VALUES ('+14165550100', 'org_acme', 'sinch')", "DELETE FROM provider_account"],
    ids=["at the statement", "at the commit"],
)
def test_a_change_that_a_constraint_refuses_is_a_conflict(filled: Path, statement: str) -> None:
    def change(db: Database) -> None:
        db.execute("UPDATE organization SET name = 'Changed'")
        db.execute(statement)

    writer = SQLiteWriter(filled)
    with pytest.raises(Conflict, match=r"contradicts the stored data: .* constraint failed"):
        asyncio.run(writer._change(change))
    activate(writer)

    with SQLiteAdministration(filled) as administration:
        assert administration.organization("org_acme").name == "Acme"


def test_an_exception_of_a_change_undoes_it(filled: Path) -> None:
    def change(db: Database) -> None:
        db.execute("UPDATE organization SET name = 'Changed'")
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        asyncio.run(SQLiteWriter(filled)._change(change))

    with SQLiteAdministration(filled) as administration:
        assert administration.organization("org_acme").name == "Acme"


def test_a_file_that_is_not_a_store_is_unavailable(path: Path) -> None:
    path.write_text("Dear diary, today I was mistaken for a database.\n" * 100)

    with pytest.raises(StoreUnavailable, match="is not a SQLite database"):
        activate(SQLiteWriter(path))


def test_a_change_whose_request_is_cancelled_is_whole(filled: Path) -> None:
    async def cancel() -> None:
        writer = SQLiteWriter(filled)
        change = asyncio.create_task(writer.activate("org_acme", "twilio"))
        await asyncio.sleep(0)
        change.cancel()
        await asyncio.gather(change, return_exceptions=True)
        await writer.close()

    asyncio.run(cancel())

    assert active(filled) in ("sinch", "twilio")


def test_several_writers_of_one_store_lose_no_change(filled: Path) -> None:
    def count_up(db: Database) -> None:
        (name,) = db.execute("SELECT name FROM organization").fetchone()
        db.execute("UPDATE organization SET name = ?", (str(int(name) + 1),))

    def zero(db: Database) -> None:
        db.execute("UPDATE organization SET name = '0'")

    async def write() -> None:
        writers = [SQLiteWriter(filled, patience=20) for _ in range(4)]
        await writers[0]._change(zero)
        await asyncio.gather(*(writer._change(count_up) for writer in writers for _ in range(25)))

    asyncio.run(write())

    with SQLiteAdministration(filled) as administration:
        assert administration.organization("org_acme").name == "100"


@pytest.mark.parametrize("kills", [3, pytest.param(30, marks=pytest.mark.long)])
def test_a_killed_writer_leaves_whole_changes(filled: Path, pytestconfig: pytest.Config, kills: int) -> None:
    """Both users have the same number, and that of the last change that was reported, or of the one after it."""
    moments = random.Random(kills)  # noqa: S311
    for _ in range(kills):
        reported = killed_after(moments.uniform(0, 0.1), filled, pytestconfig.rootpath)
        with SQLiteAdministration(filled) as administration:
            stored = {administration.user(user).default_numbers["sinch"] for user in ("user_ada", "user_cy")}
        following = {"+14165550100": "+14165550101", "+14165550101": "+14165550100"}

        assert len(stored) == 1
        assert stored <= {reported, following[reported]}


def killed_after(seconds: float, path: Path, root: Path) -> str:
    """Kill a process that writes; return the number of the last change that it has reported."""
    command = [sys.executable, "-c", CHANGES, str(path)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        first = process.stdout.readline()
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        complete: list[str] = [line for line in [first, *process.stdout] if line.endswith("\n")]
    return complete[-1].strip()
