"""The database file is lost, damaged, replaced or locked while a server answers requests.

Each answer is the right one, or says that the store is unavailable. The server recovers without a restart.
"""

from __future__ import annotations

import io
import json
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import pytest

from store import SQLiteAdministration, SQLiteMaintenance
from store.sqlite.library import sqlite3

if TYPE_CHECKING:
    from tests.conftest import Eventually, Running, Server
    from tests.faults.conftest import UnderLoad

RIGHT: Final = (200, '{"provider":"sinch","phoneNumber":"+14165550100"}')
# After Ada has moved to another organization.
MOVED: Final = (200, '{"provider":"twilio","phoneNumber":"+14165550190"}')
UNAVAILABLE: Final = (
    500,
    '{"success":false,"error":"The data cannot be read at the moment. Try again later.","code":"STORE_UNAVAILABLE"}',
)
OTHER: Final = {
    "id": "org_other",
    "name": "Other",
    "active_provider": "twilio",
    "accounts": [{"provider": "twilio", "account_id": "t9"}],
    "phone_numbers": [{"e164": "+14165550190", "provider": "twilio"}],
    "users": [{"id": "user_ada", "default_numbers": {"twilio": "+14165550190"}}],
}
# Seconds: at most about 0.7 for a request to wait for the store, 0.05 to detect a change, and as much again for a busy
# machine.
BOUND: Final = 1.5
ALL_WRITE: Final = pytest.mark.parametrize("statement", ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE"])

Fault: TypeAlias = Callable[[Path], object]


@pytest.fixture(scope="module")
def relay(running_server: Running) -> Iterator[Server]:
    """One server for all tests: it must recover after each."""
    with running_server("--workers", "2") as server:
        yield server


@pytest.fixture
def changing_relay(relay: Server, tmp_path: Path) -> Iterator[Server]:
    """The same server; its data, with the log, is restored after the test."""
    backup = tmp_path / "backup.db"
    maintenance = SQLiteMaintenance(relay.database)
    maintenance.back_up(backup)
    yield relay
    maintenance.restore(backup, now=datetime.now(UTC))


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another database, in which Ada belongs to another organization."""
    path = tmp_path / "other.db"
    with SQLiteAdministration(path) as administration:
        administration.import_organizations(io.BytesIO(json.dumps(OTHER).encode()))
    return path


def status(server: Server, path: str) -> int:
    return server.client.get(path).status_code


def remove(path: Path) -> None:
    path.unlink()


def move_its_folder(path: Path) -> None:
    path.parent.rename(path.parent.with_name("moved"))


def replace_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def empty(path: Path) -> None:
    os.truncate(path, 0)


def cut_in_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def write_text(path: Path) -> None:
    path.write_text("Dear diary, today I was mistaken for a database.\n" * 1000)


def scramble_all_but_the_first_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(random.Random(1).randbytes(path.stat().st_size - 4096))  # noqa: S311 - no secrets


def blank_all_but_the_first_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(bytes(path.stat().st_size - 4096))


def repair(path: Path, content: bytes) -> None:
    """Put the database back atomically, after any of the faults."""
    if (moved := path.parent.with_name("moved")).exists():
        moved.rename(path.parent)
    if path.is_dir():
        path.rmdir()
    draft = path.with_name("draft")
    draft.write_bytes(content)
    draft.replace(path)


@pytest.mark.parametrize(
    "fault",
    [
        remove,
        move_its_folder,
        replace_by_a_folder,
        empty,
        cut_in_half,
        write_text,
        scramble_all_but_the_first_page,
        blank_all_but_the_first_page,
    ],
)
def test_a_lost_store_is_unavailable_until_it_is_back(
    relay: Server, eventually: Eventually, under_load: UnderLoad, fault: Fault
) -> None:
    content = relay.database.read_bytes()
    with under_load(relay) as load:
        load.count(50)
        fault(relay.database)
        broke = load.settles(UNAVAILABLE, since=time.monotonic())
        seen = [status(relay, path) for path in ("/livez", "/readyz")]
        repair(relay.database, content)
        recovered = load.settles(RIGHT, since=time.monotonic())
        ready = eventually(lambda: status(relay, "/readyz") == 200)

    assert (seen, ready) == ([200, 503], True)
    assert set(load.tally()) == {RIGHT, UNAVAILABLE}
    assert [seconds is not None and seconds < BOUND for seconds in (broke, recovered, load.slowest)] == [True] * 3


def test_a_replaced_store_is_read_at_once(changing_relay: Server, under_load: UnderLoad, other: Path) -> None:
    with under_load(changing_relay) as load:
        load.count(50)
        other.replace(changing_relay.database)
        changed = load.settles(MOVED, since=time.monotonic())

    assert set(load.tally()) == {RIGHT, MOVED}
    assert [seconds is not None and seconds < BOUND for seconds in (changed, load.slowest)] == [True] * 2


def test_a_restore_shows_the_old_or_the_new_data(changing_relay: Server, under_load: UnderLoad, other: Path) -> None:
    with under_load(changing_relay) as load:
        load.count(50)
        changing_relay.run(f"data restore {other}")
        changed = load.settles(MOVED, since=time.monotonic())

    assert set(load.tally()) == {RIGHT, MOVED}
    assert [seconds is not None and seconds < BOUND for seconds in (changed, load.slowest)] == [True] * 2


@ALL_WRITE
def test_a_long_write_does_not_affect_readers(changing_relay: Server, under_load: UnderLoad, statement: str) -> None:
    move = "UPDATE organization SET active_provider = 'twilio' WHERE id = 'org_acme'"
    twilio = (200, '{"provider":"twilio","phoneNumber":"+14165550101"}')
    with (
        under_load(changing_relay) as load,
        closing(sqlite3.connect(changing_relay.database, isolation_level=None)) as writer,
    ):
        writer.execute(statement)
        writer.execute(move)
        load.count(500)
        before = set(load.tally())
        writer.execute("COMMIT")
        changed = load.settles(twilio, since=time.monotonic())

    assert before == {RIGHT}
    assert set(load.tally()) == {RIGHT, twilio}
    assert [seconds is not None and seconds < BOUND for seconds in (changed, load.slowest)] == [True] * 2


@pytest.mark.long
def test_a_locked_store_is_unavailable_until_it_is_released(
    relay: Server, eventually: Eventually, under_load: UnderLoad, tmp_path: Path
) -> None:
    """A program can lock a store exclusively before the write-ahead log is in use, or while the log is recovered."""
    # A copy in place of the file is not open in any program yet.
    fresh = tmp_path / "fresh.db"
    fresh.write_bytes(relay.database.read_bytes())
    with under_load(relay) as load, closing(sqlite3.connect(fresh, isolation_level=None)) as holder:
        load.count(50)
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        fresh.replace(relay.database)
        broke = load.settles(UNAVAILABLE, since=time.monotonic(), rounds=2)
        seen = [status(relay, path) for path in ("/livez", "/readyz")]
        held = load.count(3 * load.clients)
        while_held = set(load.tally(since=held))
        holder.execute("ROLLBACK")
        holder.close()
        recovered = load.settles(RIGHT, since=time.monotonic())
        ready = eventually(lambda: status(relay, "/readyz") == 200)

    assert (seen, while_held, ready) == ([200, 503], {UNAVAILABLE}, True)
    assert set(load.tally()) == {RIGHT, UNAVAILABLE}
    assert [seconds is not None and seconds < BOUND for seconds in (broke, recovered, load.slowest)] == [True] * 3
