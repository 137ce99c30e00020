"""Connections to a SQLite file: how they are opened, and how their failures read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from sqlite_utils import Database

from store.errors import StoreUnavailable
from store.sqlite.library import sqlite3

# Seconds that a writer waits for another one.
PATIENCE = 5.0

Identity = tuple[int, int, int, int]

_ADVICE = {
    "SQLITE_BUSY": "is locked by another program; try again when that one is done",
    "SQLITE_CANTOPEN": "cannot be opened; let this user read and write the file and its folder",
    "SQLITE_CORRUPT": "is damaged; restore it from a backup",
    "SQLITE_FULL": "cannot grow because the disk is full; make room and try again",
    "SQLITE_IOERR": "cannot be read or written because of an I/O error; check the disk, and whether it is full",
    "SQLITE_NOTADB": "is not a SQLite database; name another file, or restore it from a backup",
    "SQLITE_PERM": "is not accessible; let this user read and write the file and its folder",
    "SQLITE_READONLY": "cannot be written; let this user write the file and its folder",
}


def connect(path: Path, *, mode: Literal["ro", "rw"], patience: float) -> Database:
    """Open an existing SQLite file, never creating one.

    `patience` is the number of seconds to wait for a lock. Transactions are explicit; the
    connection may be used from any one thread at a time. Raises StoreUnavailable for a path that is
    no regular file, sqlite3.Error else.
    """
    identify(path)
    connection = sqlite3.connect(
        f"file:{quote(os.fsencode(path.absolute()))}?mode={mode}",
        uri=True,
        isolation_level=None,
        timeout=patience,
        check_same_thread=False,
    )
    return Database(connection, recursive_triggers=False, execute_plugins=False)


def connect_for_writing(path: Path, *, patience: float = PATIENCE) -> Database:
    """Open an existing store for durable changes, with its foreign keys enforced."""
    db = connect(path, mode="rw", patience=patience)
    try:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = FULL")
        # A large import would otherwise leave a log of its size behind.
        db.execute("PRAGMA journal_size_limit = 16777216")
    except BaseException:
        db.close()
        raise
    return db


def identify(path: Path) -> Identity:
    """Return what changes when a file is replaced or written.

    Device, inode, size in bytes, and the last change in nanoseconds. Raises StoreUnavailable for a
    path that is no regular file.
    """
    try:
        found = os.stat(path)
    except FileNotFoundError as error:
        raise StoreUnavailable(f"The store {path} does not exist; check the path, or create it first.") from error
    except (OSError, ValueError) as error:
        raise StoreUnavailable(f"The store {path} cannot be reached ({error}); check path and rights.") from error
    if not stat.S_ISREG(found.st_mode):
        raise StoreUnavailable(f"The store {path} is not a file; name the database file itself.")
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def is_busy(error: sqlite3.Error) -> bool:
    """Tell whether another connection was in the way, so that waiting helps."""
    return _kind(error) in ("SQLITE_BUSY", "SQLITE_LOCKED")


def is_full(error: sqlite3.Error) -> bool:
    """Tell whether there was no room on the disk."""
    return _kind(error) == "SQLITE_FULL"


def is_damage(error: sqlite3.Error) -> bool:
    """Tell whether the file is a damaged database."""
    return _kind(error) == "SQLITE_CORRUPT"


def unavailable(path: Path, error: sqlite3.Error) -> StoreUnavailable:
    """Return the error that tells a person what a SQLite failure means and how to mend it.

    It goes into logs, and quotes nothing that is stored: what Python itself finds wrong, e.g. a text that is not UTF-8,
    has no name of SQLite's, and does.
    """
    reason = error if hasattr(error, "sqlite_errorname") else type(error).__name__
    advice = _ADVICE.get(_kind(error), f"cannot be used ({reason}); check the file and restore a backup if needed")
    return StoreUnavailable(f"The store {path} {advice}.")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise StoreUnavailable in place of any sqlite3.Error of the block."""
    try:
        yield
    except sqlite3.Error as error:
        raise unavailable(path, error) from error


@contextmanager
def transaction(db: Database) -> Iterator[Database]:
    """Hold the write lock during the block, then commit; an exception undoes everything.

    Taking the lock first means that no later statement can fail because another connection wrote
    meanwhile.
    """
    db.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.commit()
    except BaseException:
        db.rollback()
        raise


def _kind(error: sqlite3.Error) -> str:
    # The extended name of a failure starts with the primary one: SQLITE_IOERR_SHORT_READ,
    # SQLITE_BUSY_SNAPSHOT.
    name: str = getattr(error, "sqlite_errorname", "SQLITE_ERROR")
    return "_".join(name.split("_")[:2])
