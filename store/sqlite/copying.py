"""Copying a SQLite database over another, in one transaction."""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database

from store.sqlite.library import sqlite3

# Called with the pages written so far, and the total.
Progress = Callable[[int, int], object]

_NAMES = {
    sqlite3.SQLITE_BUSY: "SQLITE_BUSY",
    sqlite3.SQLITE_CORRUPT: "SQLITE_CORRUPT",
    sqlite3.SQLITE_FULL: "SQLITE_FULL",
    sqlite3.SQLITE_IOERR: "SQLITE_IOERR",
    sqlite3.SQLITE_LOCKED: "SQLITE_LOCKED",
    sqlite3.SQLITE_READONLY: "SQLITE_READONLY",
}


def copy_pages(source: Database, target: Database, pages: int, progress: Progress | None) -> None:
    """Replace the content of `target` with that of `source`, `pages` pages in each step.

    The first step locks `target` for writing, the last step commits; an exception of `progress` rolls everything back.
    Raises sqlite3.Error.
    """

    def after_step(status: int, remaining: int, total: int) -> None:
        if status not in (sqlite3.SQLITE_OK, sqlite3.SQLITE_DONE):
            raise _failure(status)
        if progress is not None:
            progress(total - remaining, total)

    source.conn.backup(target.conn, pages=pages, progress=after_step)


def _failure(status: int) -> sqlite3.Error:
    # Without this, the module would retry forever when the target is locked, and raise other failures without their
    # names. The lowest byte is the primary code (https://sqlite.org/rescode.html).
    error = sqlite3.OperationalError(f"the copy ended with code {status}")
    error.sqlite_errorcode = status
    error.sqlite_errorname = _NAMES.get(status & 0xFF, "SQLITE_ERROR")
    return error
