"""The SQLite library in use: pysqlite3 if it is installed, otherwise Python's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
else:
    # The module that sqlite-utils chose, so that errors and connections have the same classes.
    from sqlite_utils.utils import sqlite3

__all__ = ["sqlite3", "sqlite_warning", "warning_for"]


def sqlite_warning() -> str | None:
    """Return a warning if the SQLite library in use can corrupt a store, else None."""
    return warning_for(sqlite3.sqlite_version_info)


def warning_for(version: tuple[int, ...]) -> str | None:
    """Return the warning for a SQLite version, else None.

    From 3.7.0 to 3.51.2 a write-ahead log that is reset at the wrong moment corrupts the database;
    3.44.6 and 3.50.7 have the fix too (https://sqlite.org/wal.html#walresetbug).
    """
    backported = (3, 44, 6) <= version < (3, 45) or (3, 50, 7) <= version < (3, 51)
    if backported or not (3, 7, 0) <= version < (3, 51, 3):
        return None
    name = ".".join(map(str, version))
    return f"SQLite {name} has a bug that can corrupt a store; use SQLite 3.51.3 or newer."
