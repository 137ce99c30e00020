"""A restore replaces the content of a store with a sound backup, and keeps the old content."""

import asyncio
import io
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from store import BackupRejected, SQLiteAdministration, SQLiteMaintenance, SQLiteReader, StoreUnavailable, migrate
from store.sqlite import migrations, verification
from store.sqlite.connection import connect_for_writing
from store.sqlite.library import sqlite3

Json = dict[str, Any]
FileOf = Callable[..., io.BytesIO]

NOW = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)


def content(path: Path) -> list[str]:
    with SQLiteAdministration(path) as administration:
        return list(administration.export_organizations())


def run_sql(path: Path, *statements: str) -> None:
    db = sqlite3.connect(str(path), isolation_level=None)
    for statement in statements:
        db.execute(statement)
    db.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The path of a store in a separate folder."""
    (tmp_path / "data").mkdir()
    return tmp_path / "data" / "store.db"


@pytest.fixture
def kept(path: Path) -> Path:
    """The file that keeps the old content."""
    return path.with_name("store.db.before-restore-20260304T050607.000089Z")


@pytest.fixture
def store(path: Path, acme: Json, file_of: FileOf) -> SQLiteMaintenance:
    """The store at `path`, with Acme and 300 other organizations."""
    more = ({"id": f"org_{number}", "name": "More"} for number in range(300))
    with SQLiteAdministration(path) as administration:
        administration.import_organizations(file_of(acme, *more))
    return SQLiteMaintenance(path, patience=0)


@pytest.fixture
def backup(tmp_path: Path, file_of: FileOf) -> Path:
    """A backup with other content: Ada belongs to another organization."""
    other = tmp_path / "other.db"
    with SQLiteAdministration(other) as administration:
        administration.import_organizations(file_of({"id": "org_old", "name": "Old", "users": [{"id": "user_ada"}]}))
    SQLiteMaintenance(other).back_up(tmp_path / "backup.db")
    for file in tmp_path.glob("other.db*"):
        file.unlink()
    return tmp_path / "backup.db"


def test_the_store_has_the_content_of_the_backup(store: SQLiteMaintenance, path: Path, backup: Path) -> None:
    store.restore(backup, now=NOW)

    assert content(path) == content(backup)


def test_the_result_has_the_counts_and_the_kept_file(store: SQLiteMaintenance, backup: Path, kept: Path) -> None:
    done = store.restore(backup, now=NOW)

    assert done.counts == store.verify().counts
    assert done.kept == kept


def test_the_old_state_is_kept_in_a_backup(store: SQLiteMaintenance, path: Path, backup: Path, kept: Path) -> None:
    before = content(path)
    store.restore(backup, now=NOW)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    store.restore(kept, now=NOW + timedelta(seconds=1))

    assert content(path) == before


def test_the_kept_file_is_named_after_the_time_in_utc(store: SQLiteMaintenance, backup: Path, kept: Path) -> None:
    there = timezone(timedelta(hours=-5))

    assert store.restore(backup, now=NOW.astimezone(there)).kept == kept


def test_no_other_file_remains(store: SQLiteMaintenance, path: Path, backup: Path, kept: Path) -> None:
    store.restore(backup, now=NOW)

    assert sorted(os.listdir(path.parent)) == [path.name, kept.name]
    assert sorted(os.listdir(backup.parent)) == ["backup.db", "data"]


def test_the_backup_is_unchanged(store: SQLiteMaintenance, backup: Path) -> None:
    before = backup.read_bytes()
    store.restore(backup, now=NOW)

    assert backup.read_bytes() == before


def test_a_reader_sees_the_restored_content_at_once(store: SQLiteMaintenance, path: Path, backup: Path) -> None:
    reader = SQLiteReader(path)
    before = asyncio.run(reader.user("user_ada")).organization_id
    store.restore(backup, now=NOW)

    assert (before, asyncio.run(reader.user("user_ada")).organization_id) == ("org_acme", "org_old")
    asyncio.run(reader.close())


def test_the_store_stays_the_same_file(store: SQLiteMaintenance, path: Path, backup: Path) -> None:
    """The file keeps its owner and mode."""
    path.chmod(0o640)
    before = path.stat()
    store.restore(backup, now=NOW)
    after = path.stat()

    assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)


def test_a_link_to_the_store_stays_one(store: SQLiteMaintenance, path: Path, backup: Path, kept: Path) -> None:
    link = backup.with_name("link.db")
    link.symlink_to(path)
    done = SQLiteMaintenance(link).restore(backup, now=NOW)

    assert (link.is_symlink(), done.kept) == (True, kept)
    assert content(path) == content(backup)


def test_a_store_of_another_page_size_is_restored(path: Path, backup: Path, file_of: FileOf) -> None:
    run_sql(path, "PRAGMA page_size = 8192", "VACUUM")
    migrate(path)
    SQLiteMaintenance(path).restore(backup, now=NOW)

    assert content(path) == content(backup)


def test_a_copied_store_is_restored_with_its_log(store: SQLiteMaintenance, path: Path, backup: Path) -> None:
    """Such a copy is what remains when a machine has died."""
    writer = connect_for_writing(backup)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("UPDATE organization SET name = 'In the log'")
    for suffix in ("", "-wal"):
        shutil.copy(f"{backup}{suffix}", f"{backup}.copy{suffix}")
    writer.close()
    store.restore(backup.with_name("backup.db.copy"), now=NOW)

    assert '"name":"In the log"' in content(path)[0]


def test_an_older_backup_is_migrated(
    store: SQLiteMaintenance, path: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {*migrations.KNOWN, "add_colours"}
    steps = migrations.migrations._migrations.copy()
    monkeypatch.setattr(migrations, "KNOWN", known)
    monkeypatch.setattr(verification, "KNOWN", known)
    monkeypatch.setattr(migrations.migrations, "_migrations", steps)
    migrations.migrations(name="add_colours")(lambda db: db.execute("CREATE TABLE colour (id TEXT)"))
    before = backup.read_bytes()
    store.restore(backup, now=NOW)
    db = connect_for_writing(path)
    tables = db.table_names()
    db.close()

    assert "colour" in tables
    assert backup.read_bytes() == before


FOREIGN = [
    pytest.param(
        ["CREATE TRIGGER boom AFTER UPDATE ON organization BEGIN DELETE FROM app_user; END"],
        "the trigger 'boom' is not of this program",
        id="trigger",
    ),
    pytest.param(["CREATE VIEW spy AS SELECT * FROM app_user"], "the view 'spy' is not of this program", id="view"),
    pytest.param(["CREATE TABLE more (id TEXT)"], "the table 'more' is not of this program", id="table"),
    pytest.param(
        ["CREATE VIRTUAL TABLE words USING fts5(word)"], "the table 'words' is not of this program", id="virtual table"
    ),
    pytest.param(["CREATE INDEX one ON app_user (disabled)"], "the index 'one' is not of this program", id="index"),
    pytest.param(
        ["ALTER TABLE app_user ADD COLUMN secret TEXT"],
        "the table 'app_user' has another definition than this program gives it",
        id="column",
    ),
    pytest.param(
        ["PRAGMA writable_schema = ON", "UPDATE sqlite_schema SET sql = replace(sql, 'IN (0, 1)', 'IN (0, 1, 2)')"],
        "the table 'app_user' has another definition than this program gives it",
        id="check",
    ),
    pytest.param(
        ["DROP INDEX default_by_number", "CREATE INDEX default_by_number ON user_default_number (provider)"],
        "the index 'default_by_number' has another definition than this program gives it",
        id="changed index",
    ),
    pytest.param(
        ["CREATE TRIGGER log AFTER INSERT ON _sqlite_migrations BEGIN DELETE FROM app_user; END"],
        "the trigger 'log' is not of this program",
        id="trigger of the records of the steps",
    ),
    pytest.param(
        ["ALTER TABLE _sqlite_migrations ADD COLUMN more TEXT"],
        "the table _sqlite_migrations has other columns than this program gives it",
        id="column of the records of the steps",
    ),
]


@pytest.mark.parametrize(("statements", "foreign"), FOREIGN)
def test_a_backup_with_a_foreign_schema_is_rejected(
    store: SQLiteMaintenance, path: Path, backup: Path, statements: list[str], foreign: str
) -> None:
    before = content(path)
    run_sql(backup, *statements)

    with pytest.raises(BackupRejected, match=re.escape(f"was changed by another program: {foreign}")):
        store.restore(backup, now=NOW)
    assert content(path) == before


@pytest.mark.parametrize(("statements", "foreign"), FOREIGN)
def test_verification_names_what_is_foreign(
    store: SQLiteMaintenance, path: Path, statements: list[str], foreign: str
) -> None:
    run_sql(path, *statements)

    assert foreign in store.verify().foreign


def test_the_statistics_of_analyze_are_not_foreign(store: SQLiteMaintenance, backup: Path) -> None:
    run_sql(backup, "ANALYZE")

    assert store.restore(backup, now=NOW).counts.organizations == 1


NEWER = "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', 'add_colours', '')"


def spoil(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(-4096, os.SEEK_END)
        file.write(b"\xff" * 4096)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda path: path.unlink(), "does not exist"),
        (lambda path: (path.unlink(), path.mkdir()), "is not a file"),
        (lambda path: os.truncate(path, 0), "is empty"),
        (lambda path: os.truncate(path, 8192), "is damaged"),
        (lambda path: path.write_text("Dear diary, " * 100), "is not a SQLite database"),
        (spoil, "is damaged: "),
        (lambda path: run_sql(path, "DELETE FROM organization"), "is damaged: app_user: 1 row"),
        (lambda path: run_sql(path, "DROP TABLE phone_number"), "is damaged: "),
        (lambda path: run_sql(path, "DROP TABLE _sqlite_migrations"), "belongs to another program"),
        (lambda path: run_sql(path, NEWER), "was made by a newer program"),
    ],
    ids=["missing", "folder", "empty", "truncated", "text", "page", "references", "table", "other", "newer"],
)
def test_a_file_that_is_not_a_sound_backup_is_refused_without_a_change(
    store: SQLiteMaintenance, path: Path, backup: Path, change: Callable[[Path], object], said: str
) -> None:
    change(backup)
    before = path.read_bytes()

    with pytest.raises(BackupRejected, match=f"^Nothing was restored.*{said}"):
        store.restore(backup, now=NOW)
    assert path.read_bytes() == before
    assert [name for name in os.listdir(path.parent) if not name.startswith("store.db")] == []


@pytest.mark.parametrize("name", ["store.db", "hard", "soft"])
def test_the_store_itself_is_refused_as_a_backup(store: SQLiteMaintenance, path: Path, name: str) -> None:
    os.link(path, path.with_name("hard"))
    path.with_name("soft").symlink_to(path)

    with pytest.raises(BackupRejected, match="the backup is the store itself"):
        store.restore(path.with_name(name), now=NOW)


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_an_impossible_backup_path_is_refused(store: SQLiteMaintenance, path: Path, name: str) -> None:
    with pytest.raises(BackupRejected, match="cannot be reached"):
        store.restore(path.with_name(name), now=NOW)


def test_a_missing_store_is_created_from_the_backup(path: Path, backup: Path) -> None:
    done = SQLiteMaintenance(path).restore(backup, now=NOW)

    assert content(path) == content(backup)
    assert done.kept is None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_empty_file_becomes_a_store(path: Path, backup: Path) -> None:
    path.touch()
    SQLiteMaintenance(path).restore(backup, now=NOW)

    assert content(path) == content(backup)


def test_a_log_without_its_store_is_not_applied_to_the_new_store(
    store: SQLiteMaintenance, path: Path, backup: Path, kept: Path
) -> None:
    writer = connect_for_writing(path)
    writer.execute("UPDATE organization SET name = 'From the log'")
    shutil.copy(f"{path}-wal", f"{path}.log")
    writer.close()
    path.unlink()
    Path(f"{path}.log").rename(f"{path}-wal")
    store.restore(backup, now=NOW)

    assert content(path) == content(backup)
    assert Path(f"{kept}-wal").exists()


def test_a_truncated_store_is_replaced_and_kept(store: SQLiteMaintenance, path: Path, backup: Path, kept: Path) -> None:
    os.truncate(path, 8192)
    path.chmod(0o640)
    before = path.read_bytes()
    done = store.restore(backup, now=NOW)

    assert content(path) == content(backup)
    assert done.kept == kept
    assert kept.read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_reader_of_a_truncated_store_recovers_after_a_restore(
    store: SQLiteMaintenance, path: Path, backup: Path
) -> None:
    reader = SQLiteReader(path, recheck_after=0)
    asyncio.run(reader.user("user_ada"))
    os.truncate(path, 8192)
    with pytest.raises(StoreUnavailable):
        asyncio.run(reader.user("user_ada"))
    store.restore(backup, now=NOW)

    assert asyncio.run(reader.user("user_ada")).organization_id == "org_old"
    asyncio.run(reader.close())


def test_damaged_pages_are_replaced_and_kept(store: SQLiteMaintenance, path: Path, backup: Path, kept: Path) -> None:
    spoil(path)
    store.restore(backup, now=NOW)

    assert content(path) == content(backup)
    assert SQLiteMaintenance(kept).verify().damage != ()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.write_text("Dear diary, " * 100), "is not a database, so it was not replaced"),
        (lambda path: path.mkdir(), "is not a file"),
        (lambda path: run_sql(path, "CREATE TABLE bookmark (url)"), "belongs to another program"),
    ],
    ids=["text", "folder", "other"],
)
def test_a_file_that_is_not_a_store_is_not_replaced(
    path: Path, backup: Path, make: Callable[[Path], object], said: str
) -> None:
    make(path)
    before = path.read_bytes() if path.is_file() else None

    with pytest.raises(StoreUnavailable, match=said):
        SQLiteMaintenance(path).restore(backup, now=NOW)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert os.listdir(path.parent) == [path.name]


def test_an_impossible_store_path_is_refused(path: Path, backup: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be replaced: embedded null byte"):
        SQLiteMaintenance(path.with_name("a\0b")).restore(backup, now=NOW)


def test_a_missing_folder_is_named(path: Path, backup: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be replaced: No such file or directory"):
        SQLiteMaintenance(path.parent / "nowhere" / "store.db").restore(backup, now=NOW)


def test_a_store_locked_for_writing_is_not_replaced(store: SQLiteMaintenance, path: Path, backup: Path) -> None:
    before = content(path)
    writer = connect_for_writing(path)
    writer.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="is locked by another program"):
        store.restore(backup, now=NOW)
    writer.execute("ROLLBACK")
    writer.close()

    assert content(path) == before
    assert os.listdir(path.parent) == [path.name]


PAUSED = """
import datetime, pathlib, sys, store

def hook(event, arguments):
    if event == "os.link":
        print("keeping", flush=True)
        sys.stdin.readline()

sys.addaudithook(hook)
store.SQLiteMaintenance(sys.argv[1]).restore(pathlib.Path(sys.argv[2]), now=datetime.datetime.now())
"""


def test_during_a_restore_others_read_the_old_content_and_cannot_write(
    store: SQLiteMaintenance, path: Path, backup: Path, pytestconfig: pytest.Config
) -> None:
    """No write happens between keeping the old content and replacing it."""
    reader = SQLiteReader(path)
    command = [sys.executable, "-c", PAUSED, str(path), str(backup)]
    root = pytestconfig.rootpath
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "keeping\n"
        during = asyncio.run(reader.user("user_ada")).organization_id
        with (
            SQLiteAdministration(path, patience=0) as administration,
            pytest.raises(StoreUnavailable, match="is locked by another program"),
        ):
            administration.set_disabled("user_ada", True)
        process.communicate("go on\n", timeout=60)

    assert (during, asyncio.run(reader.user("user_ada")).organization_id) == ("org_acme", "org_old")
    asyncio.run(reader.close())


LITTLE_ROOM = """
import datetime, pathlib, resource, sys, store

for line in sys.stdin:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(line), resource.RLIM_INFINITY))
    try:
        store.SQLiteMaintenance(sys.argv[1]).restore(pathlib.Path(sys.argv[2]), now=datetime.datetime.now())
    except store.StoreError as error:
        print(error, flush=True)
    else:
        print("done", flush=True)
"""


def test_without_disk_space_the_store_is_unchanged(
    store: SQLiteMaintenance, path: Path, tmp_path: Path, file_of: FileOf, pytestconfig: pytest.Config
) -> None:
    """The test limits the size of files, and raises the limit until the restore succeeds."""
    before = content(path)
    large = tmp_path / "large.db"
    users = [{"id": f"user_{number:0100}"} for number in range(2000)]
    with SQLiteAdministration(large) as administration:
        administration.import_organizations(file_of({"id": "org_large", "name": "Large", "users": users}))
    answers = []
    command = [sys.executable, "-c", LITTLE_ROOM, str(path), str(large)]
    root = pytestconfig.rootpath
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        # The size of the backup is enough for the verified copy, but not for the log of the transaction.
        for room in sorted({*range(1 << 17, 1 << 21, 1 << 17), large.stat().st_size}):
            print(room, file=process.stdin, flush=True)
            answers.append(process.stdout.readline())
            if answers[-1] == "done\n":
                break
            assert content(path) == before
            assert [name for name in os.listdir(path.parent) if not name.startswith("store.db")] == []
            assert list(path.parent.glob("*.before-restore-*")) == []

    assert content(path) == content(large)
    assert len(answers) > 3
    assert [answer for answer in answers[:-1] if "because of an I/O error" not in answer] == []
