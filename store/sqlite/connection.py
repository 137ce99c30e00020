"""Connections to a SQLite file, and the messages for their failures."""

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

# Seconds that a writer waits for another writer.
PATIENCE = 5.0

Identity = tuple[int, int, int, int]

_ADVICE = {
    "SQLITE_BUSY": "is locked by another program; try again when that program is done",
    "SQLITE_CANTOPEN": "cannot be opened; let this user read and write the file and its folder",
    "SQLITE_CORRUPT": "is damaged; restore it from a backup",
    "SQLITE_FULL": "cannot grow because the disk is full; make room and try again",
    "SQLITE_IOERR": "cannot be read or written because of an I/O error; check the disk, and whether it is full",
    "SQLITE_NOTADB": "is not a SQLite database; name another file, or restore it from a backup",
    "SQLITE_PERM": "is not accessible; let this user read and write the file and its folder",
    "SQLITE_READONLY": "cannot be written; let this user write the file and its folder",
}


def connect(path: Path, *, mode: Literal["ro", "rw"], patience: float) -> Database:
    """Open an existing SQLite file; never create one.

    `patience` is the number of seconds to wait for a lock. Transactions are explicit. Any thread may use the
    connection, but only one at a time. Raises StoreUnavailable for a path that is not a regular file, sqlite3.Error
    for other failures.
    """
    identify(path)
    connection = sqlite3.connect(
        f"file:{quote(os.fsencode(path.absolute()))}?mode={mode}",
        uri=True,
        isolation_level=None,
        timeout=patience,
        check_same_thread=False,
    )
    # Functions with side effects must not run because the schema of a file names them (https://sqlite.org/security.html).
    connection.execute("PRAGMA trusted_schema = OFF")
    return Database(connection, recursive_triggers=False, execute_plugins=False)


def connect_for_writing(path: Path, *, patience: float = PATIENCE) -> Database:
    """Open an existing store for durable changes, with foreign keys enforced."""
    db = connect(path, mode="rw", patience=patience)
    try:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = FULL")
        # Without a limit, a large import would leave a log of its size.
        db.execute("PRAGMA journal_size_limit = 16777216")
    except BaseException:
        db.close()
        raise
    return db


def identify(path: Path) -> Identity:
    """Return values that change when a file is replaced or written.

    They are the device, the inode, the size in bytes, and the modification time in nanoseconds. Raises
    StoreUnavailable for a path that is not a regular file.
    """
    try:
        found = os.stat(path)
    except FileNotFoundError as error:
        raise StoreUnavailable(
            f"The store {path} does not exist; check the path, or create the store first."
        ) from error
    except (OSError, ValueError) as error:
        raise StoreUnavailable(
            f"The store {path} cannot be reached ({error}); check the path and its permissions."
        ) from error
    if not stat.S_ISREG(found.st_mode):
        raise StoreUnavailable(f"The store {path} is not a file; name the database file itself.")
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def is_busy(error: sqlite3.Error) -> bool:
    """Return whether another connection held a lock, so that waiting helps."""
    return _kind(error) in ("SQLITE_BUSY", "SQLITE_LOCKED")


def is_full(error: sqlite3.Error) -> bool:
    """Return whether the disk was full."""
    return _kind(error) == "SQLITE_FULL"


def is_damage(error: sqlite3.Error) -> bool:
    """Return whether the file is a damaged database."""
    return _kind(error) == "SQLITE_CORRUPT"


def unavailable(path: Path, error: sqlite3.Error) -> StoreUnavailable:
    """Return an error that says what a SQLite failure means and how to fix it.

    The text goes into logs, so it must not quote stored values. Failures that Python detects, such as text that is not
    UTF-8, quote values and have no `sqlite_errorname`; of these, the text has only the class.
    """
    reason = error if hasattr(error, "sqlite_errorname") else type(error).__name__
    advice = _ADVICE.get(_kind(error), f"cannot be used ({reason}); check the file and restore a backup if needed")
    return StoreUnavailable(f"The store {path} {advice}.")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Translate any sqlite3.Error of the block into StoreUnavailable."""
    try:
        yield
    except sqlite3.Error as error:
        raise unavailable(path, error) from error


@contextmanager
def transaction(db: Database) -> Iterator[Database]:
    """Hold the write lock during the block, then commit; an exception rolls everything back.

    The lock is taken first, so that no later statement fails because another connection wrote meanwhile.
    """
    db.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.commit()
    except BaseException:
        db.rollback()
        raise


def _kind(error: sqlite3.Error) -> str:
    # An extended name starts with the primary name: SQLITE_IOERR_SHORT_READ, SQLITE_BUSY_SNAPSHOT.
    name: str = getattr(error, "sqlite_errorname", "SQLITE_ERROR")
    return "_".join(name.split("_")[:2])
