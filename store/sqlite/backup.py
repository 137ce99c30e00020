"""Backups of a SQLite store: each is one complete, verified file, independent of the store."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils import Database

from store.errors import BackupFailed, StoreUnavailable
from store.records import Verification
from store.sqlite.connection import PATIENCE, connect, identify, is_full, unavailable
from store.sqlite.copying import Progress, copy_pages
from store.sqlite.drafts import drafts, new_file, publish
from store.sqlite.library import sqlite3
from store.sqlite.verification import examine, schema_of

# Pages between two reports of progress: at most 1 MiB.
_PAGES = 256
# The logs that SQLite would apply to the database file beside them (https://sqlite.org/tempfiles.html).
LOGS = ("-wal", "-journal")


def back_up(
    path: Path,
    target: Path,
    *,
    replace: bool = False,
    progress: Progress | None = None,
    patience: float = PATIENCE,
) -> Verification:
    """Write a snapshot of the store at `path` to the new file `target`; return its verification.

    Other programs may read and write meanwhile. `progress` is called with the pages written and the total. Raises
    BackupFailed, and StoreUnavailable for a store that cannot be read.
    """
    identify(path)
    with _failing(path, target):
        target = _checked(path, Path(os.path.realpath(target)), replace)
        with closing(connect(path, mode="ro", patience=patience)) as db, drafts(target.parent) as folder:
            schema_of(db, path)
            draft = copy(db, folder / "backup", progress)
            with closing(connect(draft, mode="rw", patience=0)) as written:
                found = examine(written, path)
            if found.damage:
                raise BackupFailed(
                    f"The store {path} is damaged, so no backup was made: {found.damage[0]}; "
                    "verify the store to see all damage."
                )
            publish(draft, target, replace=replace)
    return found


def copy(db: Database, path: Path, progress: Progress | None = None) -> Path:
    """Write a snapshot of a database to a new file at `path`.

    Copies page by page with SQLite's backup API: VACUUM INTO would rebuild all tables and indexes, and so hide damage,
    even lost rows, that verifying the copy must find.
    """
    with closing(connect(new_file(path), mode="rw", patience=0)) as target:
        # The file becomes durable when it is published, and is discarded after a failure: it needs no journal.
        target.execute("PRAGMA journal_mode = OFF")
        target.execute("PRAGMA synchronous = OFF")
        # No other program opens the file; with shared locking SQLite would make a further file.
        target.execute("PRAGMA locking_mode = EXCLUSIVE")

        with db.atomic():
            # The first read starts the snapshot, so that writes of other programs do not restart the copy.
            db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
            copy_pages(db, target, _PAGES, progress)
        # A database with a write-ahead log cannot be opened on a read-only disk, where backups may be.
        target.execute("PRAGMA journal_mode = DELETE")
    return path


def _checked(path: Path, target: Path, replace: bool) -> Path:
    """Return `target` if a backup may be written to it. Raises BackupFailed, OSError."""
    store = Path(os.path.realpath(path))
    own = [store, *(Path(f"{store}{suffix}") for suffix in (*LOGS, "-shm"))]
    if target in own or (target.exists() and target.samefile(store)):
        raise BackupFailed(f"The backup {target} would overwrite the store itself; name another file.")
    if target.exists() and not target.is_file():
        raise BackupFailed(f"The backup {target} cannot be written: the path is not a file; name a new file.")
    if target.exists() and not replace:
        raise FileExistsError
    for suffix in LOGS:
        if os.path.lexists(f"{target}{suffix}"):
            raise BackupFailed(
                f"The backup {target} cannot be written: the log {target}{suffix} would change it; "
                "name another file, or remove the log if its database is gone."
            )
    return target


@contextmanager
def _failing(path: Path, target: Path) -> Iterator[None]:
    """Translate the failures of a backup of the store at `path` to `target` into messages for the operator."""
    try:
        yield
    except StoreUnavailable:
        raise
    except sqlite3.Error as error:
        # Only the backup's disk can be full, because only the copy grows.
        if is_full(error):
            raise BackupFailed(
                f"The backup {target} cannot be written: the disk is full; make room, or name another folder."
            ) from error
        raise unavailable(path, error) from error
    except FileExistsError as error:
        raise BackupFailed(f"The backup {target} exists already; name a new file, or replace it.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise BackupFailed(f"The backup {target} cannot be written: {reason}; name another file.") from error
