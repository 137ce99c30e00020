"""The rows of tables beside those of organizations, while an import replaces the users to whom they belong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlite_utils import Database

from store.errors import Conflict, shown
from store.importing.positions import Path as Position
from store.records import TableRows
from store.sqlite.library import sqlite3
from store.sqlite.tables import Table, columns_of, quoted, registered, stored_value, table_named

# The users that an import removes, and adds again if the file has them.
_REPLACED_USERS = """
SELECT id FROM main.app_user WHERE organization_id IS NULL
    OR organization_id IN (SELECT organization_id FROM staging.element)
"""

# Called with the number of an element, the position in it, and what is wrong there.
Report = Callable[[int, Position, str], None]


def faults_of(db: Database, record: TableRows) -> Iterator[tuple[Position, str]]:
    """Yield the position and the fault of each table, column and value that the store cannot have."""
    table = table_named(record.table)
    if table is None:
        known = ", ".join(table.name for table in registered(db)) or "none"
        yield ("table",), f"{shown(record.table)} is not a table with rows to import; the tables are: {known}"
        return
    columns = columns_of(db, table)
    for place, row in enumerate(record.rows):
        for column, value in row.items():
            if column not in columns:
                yield ("rows", place, column), f"is not a column of {table.name}"
                continue
            try:
                stored_value(value)
            except ValueError as error:
                yield ("rows", place, column), f"{error}, not {shown(value)}"


def take_rows(db: Database, tables: Sequence[Table]) -> None:
    """Remove the rows that an import may replace, before it removes their users; keep those that the file does not
    list in temporary tables. The import must hold the write lock."""
    db.execute("PRAGMA defer_foreign_keys = ON")
    for number, table in reversed([*enumerate(tables)]):
        listed = _is_listed(db, table)
        if table.owner is None:
            if listed:
                db.execute(f"DELETE FROM main.{quoted([table.name])}")  # noqa: S608 - the names are those of the migrations
            continue
        condition = f"{quoted([table.owner])} IN ({_REPLACED_USERS})"
        if listed:
            condition += f" OR {quoted([table.owner])} IN (SELECT owner FROM staging.table_row WHERE name = ?)"  # noqa: S608
        given = (table.name,) if listed else ()
        rows = f"main.{quoted([table.name])} WHERE ({condition})"
        db.execute(f"CREATE TEMP TABLE kept_{number} AS SELECT * FROM {rows} AND {int(not listed)}", given)  # noqa: S608
        db.execute(f"DELETE FROM {rows}", given)  # noqa: S608


def put_rows(db: Database, tables: Sequence[Table], report: Report) -> None:
    """Add the kept rows whose user is there, and the rows of the file. `report` receives the faults of the file."""
    for number, table in enumerate(tables):
        name = quoted([table.name])
        columns = quoted(columns_of(db, table))
        if table.owner is not None:
            db.execute(
                f"INSERT INTO main.{name} ({columns}) SELECT {columns} FROM kept_{number} "  # noqa: S608
                f"WHERE {quoted([table.owner])} IN (SELECT id FROM main.app_user)"
            )
            db.execute(f"DROP TABLE kept_{number}")
        _add_listed(db, table, report)


def check_parents(db: Database, tables: Sequence[Table]) -> None:
    """Raises Conflict if a row refers to one that does not exist, and so would prevent the commit."""
    for table in tables:
        for parent, count in db.execute(
            "SELECT parent, count(*) FROM pragma_foreign_key_check(?) GROUP BY parent",
            (table.name,),
        ):
            raise Conflict(
                f"Nothing was imported: {count} row(s) of {table.name} would refer to a {parent} that does not exist; "
                "add it to the file."
            )


def _add_listed(db: Database, table: Table, report: Report) -> None:
    listed = "SELECT element, position, owner, row FROM staging.table_row WHERE name = ? ORDER BY element, position"
    for element, place, owner, text in db.execute(listed, (table.name,)):
        row: dict[str, Any] = json.loads(text)
        if owner is not None and not db.execute("SELECT 1 FROM main.app_user WHERE id = ?", (owner,)).fetchone():
            message = f"{shown(owner)} is a user neither of this file nor of the store"
            report(element, ("rows", place, table.owner or ""), message)
            continue
        marks = ", ".join("?" * len(row))
        into = f"INSERT INTO main.{quoted([table.name])}"
        values = f"({quoted([*row])}) VALUES ({marks})" if row else "DEFAULT VALUES"
        try:
            db.execute(f"{into} {values}", tuple(map(stored_value, row.values())))
        except sqlite3.IntegrityError as error:
            # SQLite names the constraint, never a stored value.
            report(element, ("rows", place), f"cannot be stored: {error}")


def _is_listed(db: Database, table: Table) -> bool:
    listed = "SELECT 1 FROM staging.listed_table WHERE name = ?"
    return db.execute(listed, (table.name,)).fetchone() is not None
