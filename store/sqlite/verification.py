"""Reading a SQLite store through, to find what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Literal

from sqlite_utils import Database

from store.errors import SchemaMismatch, StoreUnavailable
from store.records import StoreCounts, Verification
from store.sqlite.connection import PATIENCE, connect, is_busy, is_damage, translated
from store.sqlite.library import sqlite3
from store.sqlite.migrations import KNOWN, migrations, missing_steps

_COUNTED = ("organization", "provider_account", "phone_number", "app_user")
# What sqlite-utils keeps its own records in is its own affair.
_SHAPE = """
SELECT tables.name, columns.name, columns.type, columns."notnull", columns.pk
FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
WHERE tables.type = 'table' AND tables.name NOT GLOB '_sqlite_*'
"""
_BROKEN_REFERENCES = """
SELECT "table", parent, count(*) FROM pragma_foreign_key_check GROUP BY "table", parent ORDER BY 1, 2
"""


def verify(path: Path, *, patience: float = PATIENCE) -> Verification:
    """Read the store at `path` through, changing nothing in it, as it is at one moment.

    Raises StoreUnavailable for what cannot be read at all, or is not a store.
    """
    with translated(path), closing(connect(path, mode="rw", patience=patience)) as db:
        db.execute("PRAGMA query_only = ON")
        return examine(db, path)


def examine(db: Database, path: Path) -> Verification:
    """Read an open store through; `path` is what errors call it. Raises StoreUnavailable, sqlite3.Error.

    The connection must not be one with `mode=ro`: SQLite leaves out the CHECK constraints there.
    """
    try:
        with _one_moment(db):
            schema = schema_of(db, path)
            faults = (*_told("pages", _integrity(db)), *_told("foreign keys", _references(db)))
            # A constraint that many rows break is told for each of them, in the same words.
            damage = tuple(dict.fromkeys(faults))
            if schema == "current" and not damage:
                damage = tuple(_missing_columns(db))
            counts = _counts(db) if schema == "current" and not damage else None
    except sqlite3.DatabaseError as error:
        # So damaged that SQLite refuses the first look. A file of another kind is no damaged store.
        if not is_damage(error):
            raise
        return Verification(None, (f"the file cannot be read through: {error}",), None)
    return Verification(schema, damage, counts)


@contextmanager
def _one_moment(db: Database) -> Iterator[None]:
    db.execute("BEGIN")
    try:
        yield
    finally:
        # Where pages are damaged, even ending a transaction that changed nothing can fail.
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")


def schema_of(db: Database, path: Path) -> Literal["current", "older", "newer"]:
    """Tell whose tables a store has. Raises StoreUnavailable for what is not a store."""
    try:
        missing = missing_steps(db, path)
    except SchemaMismatch:
        return "newer"
    if missing == KNOWN:
        raise StoreUnavailable(f"The database {path} is empty; name a file that holds a store.")
    return "older" if missing else "current"


def _told(what: str, faults: Iterator[str]) -> Iterator[str]:
    """Yield the faults, and last what kept SQLite from finding more."""
    try:
        yield from faults
    except sqlite3.DatabaseError as error:
        if is_busy(error):
            raise
        yield f"the {what} cannot be checked further: {error}"


def _integrity(db: Database) -> Iterator[str]:
    """Yield what SQLite says of the file's pages, indexes and constraints; it names no values."""
    for (text,) in db.execute("PRAGMA integrity_check"):
        yield from (line for line in text.splitlines() if line not in ("ok", "*** in database main ***"))


def _references(db: Database) -> Iterator[str]:
    for table, parent, count in db.execute(_BROKEN_REFERENCES):
        yield f"{table}: {count} row(s) refer to a {parent} that does not exist"


def _missing_columns(db: Database) -> Iterator[str]:
    """Yield each table that lacks a column that this program would have made."""
    with closing(Database(sqlite3.connect(":memory:", isolation_level=None), execute_plugins=False)) as fresh:
        migrations.apply(fresh)
        wanted = set(fresh.execute(_SHAPE))
    for table in sorted({row[0] for row in wanted - set(db.execute(_SHAPE))}):
        yield f"{table}: the table is missing, or its columns are not those of its schema"


def _counts(db: Database) -> StoreCounts:
    return StoreCounts(*(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _COUNTED))  # noqa: S608 - the names are ours
