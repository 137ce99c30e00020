"""Verifying a SQLite store: reading all of it to find damage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Literal

from sqlite_utils import Database

from store.errors import SchemaMismatch, StoreUnavailable
from store.records import StoreCounts, Verification
from store.sqlite.connection import PATIENCE, connect, is_busy, is_damage, translated
from store.sqlite.foreign import foreign_objects, own_tables
from store.sqlite.library import sqlite3
from store.sqlite.migrations import KNOWN, migrations, missing_steps
from store.sqlite.tables import ORGANIZATION_TABLES, quoted

_COUNTED = ("organization", "provider_account", "phone_number", "app_user")
# Without the tables in which sqlite-utils keeps its own records.
_SHAPE = """
SELECT tables.name, columns.name, columns.type, columns."notnull", columns.pk
FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
WHERE tables.type = 'table' AND tables.name NOT GLOB '_sqlite_*'
"""
_BROKEN_REFERENCES = """
SELECT "table", parent, count(*) FROM pragma_foreign_key_check GROUP BY "table", parent ORDER BY 1, 2
"""


def verify(path: Path, *, patience: float = PATIENCE) -> Verification:
    """Read a snapshot of the whole store at `path`, without a change.

    Raises StoreUnavailable for a file that cannot be read, or is not a store.
    """
    with translated(path), closing(connect(path, mode="rw", patience=patience)) as db:
        db.execute("PRAGMA query_only = ON")
        return examine(db, path)


def examine(db: Database, path: Path) -> Verification:
    """Read the whole of an open store; `path` is its name in errors. Raises StoreUnavailable, sqlite3.Error.

    The connection must not have `mode=ro`: with it, SQLite does not verify the CHECK constraints.
    """
    try:
        with _snapshot(db):
            schema = schema_of(db, path)
            faults = (*_with_errors("pages", _integrity(db)), *_with_errors("foreign keys", _references(db)))
            # SQLite repeats the same text for each row that breaks a constraint.
            damage = tuple(dict.fromkeys(faults))
            if schema == "current" and not damage:
                damage = tuple(_missing_columns(db))
            foreign = tuple(foreign_objects(db)) if schema != "newer" and not damage else ()
            counts = _counts(db) if schema == "current" and not damage and not foreign else None
    except sqlite3.DatabaseError as error:
        # The file is so damaged that SQLite cannot read its schema. A file of another kind is not a damaged store.
        if not is_damage(error):
            raise
        return Verification(None, (f"the file cannot be read completely: {error}",), None)
    return Verification(schema, damage, counts, foreign)


@contextmanager
def _snapshot(db: Database) -> Iterator[None]:
    db.execute("BEGIN")
    try:
        yield
    finally:
        # With damaged pages, even the end of a read-only transaction can fail.
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")


def schema_of(db: Database, path: Path) -> Literal["current", "older", "newer"]:
    """Return the age of a store's tables. Raises StoreUnavailable for a database that is not a store."""
    try:
        missing = missing_steps(db, path)
    except SchemaMismatch:
        return "newer"
    if missing == KNOWN:
        raise StoreUnavailable(f"The database {path} is empty; name the file of a store.")
    return "older" if missing else "current"


def _with_errors(what: str, faults: Iterator[str]) -> Iterator[str]:
    """Yield the faults, and last the error that stopped SQLite, if any."""
    try:
        yield from faults
    except sqlite3.DatabaseError as error:
        if is_busy(error):
            raise
        yield f"the {what} cannot be checked further: {error}"


def _integrity(db: Database) -> Iterator[str]:
    """Yield SQLite's report on pages, indexes and constraints; it contains no stored values."""
    for (text,) in db.execute("PRAGMA integrity_check"):
        yield from (line for line in text.splitlines() if line not in ("ok", "*** in database main ***"))


def _references(db: Database) -> Iterator[str]:
    for table, parent, count in db.execute(_BROKEN_REFERENCES):
        yield f"{table}: {count} row(s) refer to a {parent} that does not exist"


def _missing_columns(db: Database) -> Iterator[str]:
    """Yield a fault for each table that lacks a column of this program's schema."""
    with closing(Database(sqlite3.connect(":memory:", isolation_level=None), execute_plugins=False)) as fresh:
        migrations.apply(fresh)
        expected = set(fresh.execute(_SHAPE))
    for table in sorted({row[0] for row in expected - set(db.execute(_SHAPE))}):
        yield f"{table}: the table is missing, or its columns are not those of its schema"


def _counts(db: Database) -> StoreCounts:
    others = sorted(own_tables(db).difference(ORGANIZATION_TABLES))
    organizations, accounts, numbers, users = (_count(db, table) for table in _COUNTED)
    rows = {table: count for table in others if (count := _count(db, table))}
    return StoreCounts(organizations, accounts, numbers, users, rows)


def _count(db: Database, table: str) -> int:
    (count,) = db.execute(f"SELECT count(*) FROM {quoted([table])}").fetchone()  # noqa: S608 - a name of a migration
    return int(count)
