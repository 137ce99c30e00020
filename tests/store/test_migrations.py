"""Migrations create a store and update its tables, also from several processes at once, without harm."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from store import SchemaMismatch, SQLiteAdministration, StoreUnavailable, migrate, sqlite_warning
from store.sqlite.connection import connect_for_writing
from store.sqlite.library import sqlite3, warning_for
from store.sqlite.migrations import STEPS, migrations

ORDER = [step.__name__ for step in STEPS]


def applied(path: Path) -> list[str]:
    db = connect_for_writing(path)
    names = [step.name for step in migrations.applied(db)]
    db.close()
    return names


def run_sql(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(str(path), isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_a_missing_store_is_created(path: Path) -> None:
    migrate(path)

    assert applied(path) == ORDER


def test_a_path_may_be_a_string(path: Path) -> None:
    migrate(str(path))

    assert path.exists()


@pytest.mark.parametrize("name", ["a b.db", "50%.db", "a?mode=memory.db", "a#b.db", "ü.db", "'.db"])
def test_a_store_may_have_any_file_name(tmp_path: Path, name: str) -> None:
    with SQLiteAdministration(tmp_path / name) as administration:
        assert administration.organizations() == []

    assert os.listdir(tmp_path) == [name]


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    path.touch()
    migrate(path)

    assert applied(path) == ORDER


def test_only_the_owner_can_read_a_new_store(path: Path) -> None:
    migrate(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_store_uses_a_write_ahead_log(path: Path) -> None:
    migrate(path)
    db = connect_for_writing(path)
    modes = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    db.close()

    assert modes == ["wal", 2]


def test_migrating_again_changes_nothing(path: Path) -> None:
    migrate(path)
    before = path.read_bytes()
    migrate(path)

    assert path.read_bytes() == before


def test_six_processes_can_migrate_at_once(path: Path, pytestconfig: pytest.Config) -> None:
    code = "import sys, store; sys.stdin.readline(); store.migrate(sys.argv[1])"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(path)],
            cwd=pytestconfig.rootpath,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    outputs = [process.communicate(timeout=60)[1] for process in processes]

    assert outputs == [""] * 6
    assert applied(path) == ORDER


def test_a_failed_step_leaves_no_table(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the power failed")

    monkeypatch.setattr(migrations, "_record_applied", fail)
    with pytest.raises(RuntimeError, match="the power failed"):
        migrate(path)
    monkeypatch.undo()
    db = connect_for_writing(path)
    tables = db.table_names()
    db.close()

    assert tables == []


def test_a_store_of_a_newer_program_is_refused(path: Path) -> None:
    migrate(path)
    run_sql(
        path,
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', 'add_colours', '2030')",
    )

    with pytest.raises(SchemaMismatch, match="newer program; upgrade"):
        migrate(path)


def test_the_database_of_another_program_is_refused_unchanged(path: Path) -> None:
    run_sql(path, "CREATE TABLE bookmark (url TEXT)")
    before = path.read_bytes()

    with pytest.raises(StoreUnavailable, match="belongs to another program"):
        migrate(path)

    assert path.read_bytes() == before


def test_a_file_that_is_not_a_database_is_refused_unchanged(path: Path) -> None:
    path.write_text("Dear diary, today I was mistaken for a database.\n" * 100)
    before = path.read_bytes()

    with pytest.raises(StoreUnavailable, match="is not a SQLite database"):
        migrate(path)

    assert path.read_bytes() == before


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"folder .*nowhere does not exist; create it"):
        migrate(tmp_path / "nowhere" / "store.db")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="is not a file"):
        migrate(tmp_path)


def test_a_pipe_is_refused(path: Path) -> None:
    os.mkfifo(path)

    with pytest.raises(StoreUnavailable, match="is not a file"):
        migrate(path)


@pytest.mark.parametrize("name", ["x" * 300 + ".db", "store.db/store.db", "a\0b.db"])
def test_an_impossible_path_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "store.db").touch()

    with pytest.raises(StoreUnavailable):
        migrate(tmp_path / name)


def test_a_store_locked_for_too_long_is_an_error(path: Path) -> None:
    holder = sqlite3.connect(str(path), isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreUnavailable, match="is locked by another program; try again"):
        migrate(path, patience=0.05)
    holder.close()


def test_a_file_in_use_is_an_error_after_the_patience(path: Path) -> None:
    """Switching to a write-ahead log needs exclusive access to the file."""
    run_sql(path, "PRAGMA user_version = 1")
    holder = sqlite3.connect(str(path), isolation_level=None)
    holder.execute("BEGIN")
    holder.execute("SELECT count(*) FROM sqlite_master").fetchone()
    with pytest.raises(StoreUnavailable, match="is locked by another program"):
        migrate(path, patience=0.05)
    holder.close()


def test_a_file_that_another_process_created_first_is_used(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.touch()
    monkeypatch.setattr("os.path.lexists", lambda _: False)
    migrate(path)

    assert applied(path) == ORDER


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ((3, 6, 23), True),
        ((3, 7, 0), False),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_a_library_that_can_corrupt_a_store_causes_a_warning(version: tuple[int, ...], sound: bool) -> None:
    assert (warning_for(version) is None) == sound


def test_the_warning_is_for_the_library_in_use() -> None:
    assert sqlite_warning() == warning_for(sqlite3.sqlite_version_info)
