"""Backups of a SQLite store: one file each, whole, verified, and independent of the store."""

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

# At most 1 MiB between two reports of progress.
_PAGES = 256
# What SQLite would play into a file beside it (https://sqlite.org/tempfiles.html).
LOGS = ("-wal", "-journal")


def back_up(
    path: Path,
    target: Path,
    *,
    replace: bool = False,
    progress: Progress | None = None,
    patience: float = PATIENCE,
) -> Verification:
    """Write the store at `path`, as it is at one moment, to the new file `target`; return what was verified.

    Others may read and write meanwhile. `progress` is called with the pages written and their number. Raises
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
                    f"The store {path} is damaged, so no backup was made: {found.damage[0]}; verify it to see all."
                )
            publish(draft, target, replace=replace)
    return found


def copy(db: Database, path: Path, progress: Progress | None = None) -> Path:
    """Write a database, as it is at one moment, to a new file at `path`.

    Page by page, through SQLite's backup API: VACUUM INTO would build all tables and indexes anew, and so hide
    damage, even lost rows, that verifying the copy is to find.
    """
    with closing(connect(new_file(path), mode="rw", patience=0)) as target:
        # The file is durable when it is published, and of no use before: nothing need be undone in it.
        target.execute("PRAGMA journal_mode = OFF")
        target.execute("PRAGMA synchronous = OFF")
        # Nor does anybody else open it, which would take a further file.
        target.execute("PRAGMA locking_mode = EXCLUSIVE")

        with db.atomic():
            # From the first read on, a transaction shows one moment: what others write does not start it anew.
            db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
            copy_pages(db, target, _PAGES, progress)
        # A database with a write-ahead log cannot be opened where nothing can be written, as on a backup's disk.
        target.execute("PRAGMA journal_mode = DELETE")
    return path


def _checked(path: Path, target: Path, replace: bool) -> Path:
    """Return `target` if a backup may be written to it. Raises BackupFailed, OSError."""
    store = Path(os.path.realpath(path))
    own = [store, *(Path(f"{store}{suffix}") for suffix in (*LOGS, "-shm"))]
    if target in own or (target.exists() and target.samefile(store)):
        raise BackupFailed(f"The backup {target} would overwrite the store itself; name another file.")
    if target.exists() and not target.is_file():
        raise BackupFailed(f"The backup {target} cannot be written: it is not a file; name a new one.")
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
    """Turn what fails while the store at `path` is backed up to `target` into errors for a person."""
    try:
        yield
    except StoreUnavailable:
        raise
    except sqlite3.Error as error:
        # Only the copy grows.
        if is_full(error):
            raise BackupFailed(
                f"The backup {target} cannot be written: the disk is full; make room, or name another folder."
            ) from error
        raise unavailable(path, error) from error
    except FileExistsError as error:
        raise BackupFailed(
            f"The backup {target} exists already; name a new file, or force it to be overwritten."
        ) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise BackupFailed(f"The backup {target} cannot be written: {reason}; name another file.") from error
