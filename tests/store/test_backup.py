"""A backup is a sound snapshot of the whole store, in a file that appears complete or not at all."""

import io
import json
import os
import resource
import shutil
import sqlite3 as reference
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from store import BackupFailed, SchemaMismatch, SQLiteAdministration, SQLiteMaintenance, StoreUnavailable, migrate
from store.sqlite import drafts
from store.sqlite.connection import connect_for_writing

Json = dict[str, Any]
FileOf = Callable[..., io.BytesIO]


def content(path: Path) -> list[str]:
    with SQLiteAdministration(path) as administration:
        return list(administration.export_organizations())


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """The path of a new file in an empty folder."""
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups" / "backup.db"


@pytest.fixture
def store(path: Path, acme: Json, file_of: FileOf) -> SQLiteMaintenance:
    """The store at `path`, with Acme."""
    with SQLiteAdministration(path) as administration:
        administration.import_organizations(file_of(acme))
    return SQLiteMaintenance(path)


@pytest.fixture
def large(path: Path, file_of: FileOf) -> SQLiteMaintenance:
    """A store with more pages than one step copies."""
    elements = (
        {"id": f"org_{org}", "name": "N", "users": [{"id": f"user_{org}_{user:0100}"} for user in range(1000)]}
        for org in range(8)
    )
    with SQLiteAdministration(path) as administration:
        administration.import_organizations(file_of(*elements))
    return SQLiteMaintenance(path)


def test_a_backup_has_all_content(store: SQLiteMaintenance, path: Path, target: Path) -> None:
    store.back_up(target)

    assert content(target) == content(path)


def test_a_backup_returns_the_verification(store: SQLiteMaintenance, target: Path) -> None:
    assert store.back_up(target) == store.verify()


def test_a_backup_includes_changes_in_the_log(store: SQLiteMaintenance, path: Path, target: Path) -> None:
    writer = connect_for_writing(path)
    writer.execute("UPDATE organization SET name = 'Changed'")
    assert b"Changed" not in path.read_bytes()
    store.back_up(target)
    writer.close()

    assert '"name":"Changed"' in content(target)[0]


def test_a_backup_is_one_file_that_only_its_owner_can_read(store: SQLiteMaintenance, target: Path) -> None:
    store.back_up(target)

    assert os.listdir(target.parent) == [target.name]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_backup_can_be_read_on_a_read_only_disk(store: SQLiteMaintenance, target: Path) -> None:
    """A database in WAL mode would need a new log file."""
    store.back_up(target)
    db = reference.connect(f"file:{target}?mode=ro", uri=True)
    modes = db.execute("PRAGMA journal_mode").fetchall()
    db.close()

    assert modes == [("delete",)]


def test_a_backup_is_a_snapshot_while_others_write(large: SQLiteMaintenance, path: Path, target: Path) -> None:
    before = content(path)
    steps = []

    def write(done: int, total: int) -> None:
        steps.append((done, total))
        with SQLiteAdministration(path, patience=0) as administration:
            administration.set_disabled(f"user_0_{len(steps):0100}", True)

    large.back_up(target, progress=write)

    assert len(steps) > 1
    assert content(path) != before
    assert content(target) == before


def test_a_backup_reports_its_progress(large: SQLiteMaintenance, path: Path, target: Path) -> None:
    steps: list[tuple[int, int]] = []
    large.back_up(target, progress=lambda done, total: steps.append((done, total)))
    pages = target.stat().st_size // 4096

    assert steps == [*((done, pages) for done in range(256, pages, 256)), (pages, pages)]


@pytest.mark.parametrize("kind", ["file", "store", "link"])
def test_a_backup_does_not_overwrite_a_file(store: SQLiteMaintenance, tmp_path: Path, target: Path, kind: str) -> None:
    if kind == "store":
        migrate(target)
    else:
        (tmp_path / "real").write_bytes(b"precious")
        os.link(tmp_path / "real", target) if kind == "file" else target.symlink_to(tmp_path / "real")
    before = target.read_bytes()

    with pytest.raises(BackupFailed, match="exists already"):
        store.back_up(target)
    assert target.read_bytes() == before


def test_replace_overwrites_a_file(store: SQLiteMaintenance, path: Path, target: Path) -> None:
    target.write_bytes(b"old")
    target.chmod(0o644)
    store.back_up(target, replace=True)

    assert content(target) == content(path)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_replace_overwrites_the_target_of_a_link(
    store: SQLiteMaintenance, path: Path, tmp_path: Path, target: Path
) -> None:
    (tmp_path / "link").symlink_to(target)
    target.write_bytes(b"old")
    store.back_up(tmp_path / "link", replace=True)

    assert (tmp_path / "link").is_symlink()
    assert content(target) == content(path)


@pytest.mark.parametrize("name", ["store.db", "store.db-wal", "store.db-shm", "store.db-journal", "hard", "soft"])
def test_replace_never_overwrites_the_store_itself(store: SQLiteMaintenance, path: Path, name: str) -> None:
    os.link(path, path.with_name("hard"))
    path.with_name("soft").symlink_to(path)
    before = content(path)

    with pytest.raises(BackupFailed, match="would overwrite the store itself"):
        store.back_up(path.with_name(name), replace=True)
    assert content(path) == before


@pytest.mark.parametrize("log", ["-wal", "-journal"])
@pytest.mark.parametrize("replace", [True, False])
def test_a_backup_is_refused_beside_a_log_that_would_change_it(
    store: SQLiteMaintenance, target: Path, log: str, replace: bool
) -> None:
    Path(f"{target}{log}").touch()

    with pytest.raises(BackupFailed, match=f"the log .*{log} would change it"):
        store.back_up(target, replace=replace)
    assert not target.exists()


@pytest.mark.parametrize("name", ["", "pipe", "missing/backup.db", "x" * 300, "a\0b", "plain/backup.db"])
def test_an_impossible_target_is_refused(store: SQLiteMaintenance, target: Path, name: str) -> None:
    os.mkfifo(target.with_name("pipe"))
    target.with_name("plain").touch()

    with pytest.raises(BackupFailed, match="cannot be written: "):
        store.back_up(target.parent / name, replace=True)
    assert sorted(os.listdir(target.parent)) == ["pipe", "plain"]


def test_a_file_system_without_links_is_supported(
    store: SQLiteMaintenance, path: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as a USB stick; the test simulates one."""

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    store.back_up(target)
    with pytest.raises(FileExistsError):
        drafts.publish(path, target, replace=False)
    monkeypatch.undo()

    assert content(target) == content(path)


def test_a_missing_store_is_named(path: Path, target: Path) -> None:
    with pytest.raises(StoreUnavailable, match="does not exist"):
        SQLiteMaintenance(path).back_up(target)
    assert os.listdir(target.parent) == []


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.touch(), "is empty"),
        (lambda path: path.write_text("Dear diary, " * 100), "is not a SQLite database"),
        (lambda path: reference.connect(path).execute("CREATE TABLE bookmark (url)"), "belongs to another program"),
    ],
)
def test_a_file_that_is_not_a_store_is_not_backed_up(
    path: Path, target: Path, make: Callable[[Path], object], said: str
) -> None:
    make(path)

    with pytest.raises(StoreUnavailable, match=said):
        SQLiteMaintenance(path).back_up(target)
    assert os.listdir(target.parent) == []


def test_a_damaged_store_is_not_backed_up(large: SQLiteMaintenance, path: Path, target: Path) -> None:
    with path.open("r+b") as file:
        file.seek(-4096, os.SEEK_END)
        file.write(b"\xff" * 4096)

    with pytest.raises(BackupFailed, match="is damaged, so no backup was made: "):
        large.back_up(target)
    assert os.listdir(target.parent) == []


def test_a_store_that_lost_rows_is_not_backed_up(store: SQLiteMaintenance, path: Path, target: Path) -> None:
    """A copy by SQL statements would look sound, although it lacks the lost rows."""
    db = connect_for_writing(path)
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("DELETE FROM phone_number WHERE e164 = '+14165550100'")
    db.close()

    with pytest.raises(BackupFailed, match="user_default_number: 2 row"):
        store.back_up(target)


def test_a_store_of_a_newer_program_is_backed_up(store: SQLiteMaintenance, path: Path, target: Path) -> None:
    """An operator may need that backup before a return to the older program."""
    db = connect_for_writing(path)
    db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', 'add_colours', '')")
    db.close()
    found = store.back_up(target)

    assert (found.schema, found.counts) == ("newer", None)
    with pytest.raises(SchemaMismatch, match="newer program"):
        migrate(target)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 1 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    options = ("-t", "tmpfs", "-o", "size=1m", "tmpfs", folder)
    if os.geteuid() != 0 or mount is None or subprocess.run([mount, *options], capture_output=True).returncode != 0:
        pytest.skip("only root may mount a disk")
    yield folder
    subprocess.run(["/bin/umount", folder], check=True)


def test_a_full_disk_is_reported_and_left_clean(large: SQLiteMaintenance, small_disk: Path) -> None:
    with pytest.raises(BackupFailed, match="the disk is full; make room"):
        large.back_up(small_disk / "backup.db")

    assert os.listdir(small_disk) == []


def test_a_file_size_limit_is_reported_and_the_folder_is_left_clean(
    large: SQLiteMaintenance, path: Path, target: Path, pytestconfig: pytest.Config
) -> None:
    code = """
import resource, sys, pathlib, store
try:
    store.SQLiteMaintenance(sys.argv[1]).back_up(pathlib.Path(sys.argv[2]))
except store.StoreError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, path, target],
        cwd=pytestconfig.rootpath,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20)),
        capture_output=True,
        text=True,
        check=True,
    )

    assert "because of an I/O error" in done.stdout
    assert os.listdir(target.parent) == []


def test_the_folder_of_a_killed_run_is_removed(store: SQLiteMaintenance, target: Path) -> None:
    left = target.parent / ".tether-relay-abcdefgh.draft"
    left.mkdir()
    (left / "backup").touch()
    store.back_up(target)

    assert os.listdir(target.parent) == [target.name]


def test_the_folder_of_a_concurrent_run_is_not_removed(large: SQLiteMaintenance, path: Path, target: Path) -> None:
    other = target.with_name("other.db")
    once: list[None] = []

    def meanwhile(_done: int, _total: int) -> None:
        if not once:
            once.append(None)
            large.back_up(other)

    large.back_up(target, progress=meanwhile)

    assert sorted(os.listdir(target.parent)) == ["backup.db", "other.db"]
    assert content(other) == content(target) == content(path)


@pytest.mark.parametrize("name", ["a b.db", "50%.db", "a?mode=memory.db", "a#b.db", "ü.db", "'.db", "-"])
def test_a_backup_may_have_any_file_name(store: SQLiteMaintenance, target: Path, name: str) -> None:
    store.back_up(target.with_name(name))

    assert json.loads(content(target.with_name(name))[0])["id"] == "org_acme"
