"""Restoring a SQLite store from a backup, atomically, while other programs use it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from store.errors import BackupRejected, SchemaMismatch, StoreUnavailable
from store.records import Restoration, StoreCounts
from store.sqlite.backup import LOGS, copy
from store.sqlite.connection import (
    PATIENCE,
    connect,
    connect_for_writing,
    identify,
    is_damage,
    is_full,
    translated,
    unavailable,
)
from store.sqlite.copying import copy_pages
from store.sqlite.drafts import drafts, publish
from store.sqlite.library import sqlite3
from store.sqlite.migrations import migrate, missing_steps, use_write_ahead_log
from store.sqlite.verification import examine, schema_of


def restore(path: Path, source: Path, *, now: datetime, patience: float = PATIENCE) -> Restoration:
    """Replace the content of the store at `path` with that of the backup `source`.

    The old content is kept in a file beside the store, named after the time `now`. The server can read meanwhile; a
    write of another program is either in the kept file, or refused. A missing or damaged store is replaced too. Raises
    BackupRejected for a file that is not a sound backup, StoreUnavailable for a store that cannot be replaced.
    """
    with _reachable(path):
        store = Path(os.path.realpath(path))
        kept = store.with_name(f"{store.name}.before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}")
        with drafts(store.parent) as folder:
            draft, counts = _prepare(path, source, folder)
            db = _opened(store, patience)
            if db is None:
                return Restoration(counts, _replace_file(store, draft, kept))
            with closing(db), translated(path):
                _replace_content(db, store, draft, kept, patience)
            return Restoration(counts, kept)


def _prepare(path: Path, source: Path, folder: Path) -> tuple[Path, StoreCounts]:
    """Return a copy of the backup with this program's tables, and its counts. Raises BackupRejected.

    The copy is verified and restored, because the backup itself may change meanwhile.
    """
    with _judging(source, path):
        identify(source)
        if path.exists() and source.samefile(path):
            raise BackupRejected("Nothing was restored: the backup is the store itself; name another file.")
        with closing(connect(source, mode="ro", patience=PATIENCE)) as db:
            if schema_of(db, source) == "newer":
                raise BackupRejected(f"Nothing was restored: {source} was made by a newer program; upgrade this one.")
            draft = copy(db, folder / "store")
        # Also before the migration, which could hide damage.
        _examined(draft, source)
        migrate(draft)
        counts = _examined(draft, source)
    if counts is None:
        raise BackupRejected(f"Nothing was restored: the tables of {source} cannot be brought up to date.")
    return draft, counts


def _examined(draft: Path, source: Path) -> StoreCounts | None:
    with closing(connect(draft, mode="rw", patience=0)) as db:
        found = examine(db, source)
    if found.damage:
        raise BackupRejected(f"Nothing was restored: {source} is damaged: {found.damage[0]}; choose another backup.")
    if found.foreign:
        more = f" (and {len(found.foreign) - 1} more)" if len(found.foreign) > 1 else ""
        raise BackupRejected(
            f"Nothing was restored: {source} was changed by another program: {found.foreign[0]}{more}; "
            "choose another backup, or export its data and import them."
        )
    return found.counts


def _opened(path: Path, patience: float) -> Database | None:
    """The open store; None if it is missing, or too damaged for SQLite to open. Raises StoreUnavailable.

    A file that is not a database is an error, because its name may be a mistake.
    """
    if not path.exists():
        return None
    try:
        with ExitStack() as undo:
            db = undo.enter_context(closing(connect_for_writing(path, patience=patience)))
            # The tables may be older or newer, but not those of another program.
            with suppress(SchemaMismatch):
                missing_steps(db, path)
            use_write_ahead_log(db, patience)
            undo.pop_all()
            return db
    except sqlite3.Error as error:
        if is_damage(error):
            return None
        if error.sqlite_errorname == "SQLITE_NOTADB":
            raise StoreUnavailable(
                f"The file {path} is not a database, so it was not replaced; move it away and restore again."
            ) from error
        raise unavailable(path, error) from error


def _replace_content(db: Database, path: Path, draft: Path, kept: Path, patience: float) -> None:
    """Write the draft into the store, in one SQLite transaction.

    Renaming the draft to the store would be unsafe: programs would keep the old file open, and SQLite would apply the
    old log to the new file; no order of renaming and removing the two is safe at every moment. A transaction is
    atomic, readers see the old content until it ends, writers wait for it, and the file keeps its owner and mode.
    """
    with closing(connect(draft, mode="rw", patience=0)) as new:
        _match_page_size(new, db)
        (pages,) = new.execute("PRAGMA page_count").fetchone()
        old_is_kept = False

        def keep_old(_done: int, _total: int) -> None:
            # The first step has locked the store for writing, so no write is missing from the kept file.
            nonlocal old_is_kept
            if not old_is_kept:
                with closing(connect(path, mode="ro", patience=patience)) as old:
                    publish(copy(old, draft.with_name("kept")), kept, replace=False)
                old_is_kept = True

        # In two steps or three: the last one commits.
        try:
            copy_pages(new, db, max(1, pages // 2), keep_old)
        except sqlite3.Error:
            # The store is unchanged, so the kept file is not needed; the disk may be full.
            if old_is_kept:
                kept.unlink()
            raise
        finally:
            # Without a checkpoint, a log of the store's size would remain.
            with suppress(sqlite3.Error):
                db.execute("PRAGMA busy_timeout = 200")
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _match_page_size(new: Database, old: Database) -> None:
    (size,) = old.execute("PRAGMA page_size").fetchone()
    if new.execute("PRAGMA page_size").fetchone() != (size,):
        new.execute("PRAGMA journal_mode = DELETE")
        new.execute(f"PRAGMA page_size = {int(size)}")
        new.execute("VACUUM")


def _replace_file(path: Path, draft: Path, kept: Path) -> Path | None:
    """Replace an unusable file with the draft; return the path that keeps the old file.

    The old logs are renamed first: after an interruption there is either the unusable file or the new store, and never
    an old log beside the new store.
    """
    found = path.exists()
    if found:
        shutil.copymode(path, draft)
        with suppress(PermissionError):
            shutil.chown(draft, path.stat().st_uid, path.stat().st_gid)
        os.link(path, kept)
    for suffix in LOGS:
        with suppress(FileNotFoundError):
            os.rename(f"{path}{suffix}", f"{kept}{suffix}")
    Path(f"{path}-shm").unlink(missing_ok=True)
    publish(draft, path, replace=found)
    return kept if found else None


@contextmanager
def _judging(source: Path, path: Path) -> Iterator[None]:
    """Translate failures while the backup is read and copied into messages for the operator."""
    try:
        yield
    except sqlite3.Error as error:
        if is_full(error):
            raise unavailable(path, error) from error
        raise BackupRejected(f"Nothing was restored. {unavailable(source, error)}") from error
    except StoreUnavailable as error:
        raise BackupRejected(f"Nothing was restored. {error}") from error


@contextmanager
def _reachable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise StoreUnavailable(
            f"The store {path} cannot be replaced: {reason}; check the path and its permissions."
        ) from error
