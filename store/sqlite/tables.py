"""The tables beside those of organizations: register a new one here, and export and import keep its rows."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlite_utils import Database

from store.errors import TableUnregistered
from store.sqlite.foreign import own_tables


class Table(NamedTuple):
    """A table of the migrations. `owner` is its column with the id of the user to whom a row belongs, if any.

    A row with an owner stays while its user is imported again, and is removed with the user.
    """

    name: str
    owner: str | None = None


# Parents before the tables that refer to them.
TABLES: tuple[Table, ...] = ()

ORGANIZATION_TABLES = ("organization", "provider_account", "phone_number", "app_user", "user_default_number")

# The rows of one line of an export.
_ROWS = 1000


def registered(db: Database) -> tuple[Table, ...]:
    """The tables beside those of organizations. Raises TableUnregistered if one of the schema is not registered."""
    known = {*ORGANIZATION_TABLES, *(table.name for table in TABLES)}
    for name in sorted(own_tables(db) - known):
        raise TableUnregistered(name)
    return TABLES


def table_named(name: str) -> Table | None:
    """The registered table of this name."""
    return next((table for table in TABLES if table.name == name), None)


def columns_of(db: Database, table: Table) -> list[str]:
    """The names of the columns that a row can set, in their order."""
    return [name for (name,) in db.execute("SELECT name FROM pragma_table_info(?)", (table.name,))]


def export_table(db: Database, table: Table) -> Iterator[str]:
    """Yield the rows of a table as JSON objects: `{"table": "name", "rows": [{"column": value}]}`.

    A BLOB is `{"base64": "text"}`.
    """
    columns = columns_of(db, table)
    rows = db.execute(f"SELECT {quoted(columns)} FROM main.{quoted([table.name])} ORDER BY {quoted(columns)}")  # noqa: S608 - the names are those of the migrations
    while part := rows.fetchmany(_ROWS):
        yield _element(table, [dict(zip(columns, map(_json_value, row), strict=True)) for row in part])


def stored_value(value: object) -> object:
    """The value to store for one of JSON. Raises ValueError if no column can have it."""
    if isinstance(value, dict) and value.keys() == {"base64"} and isinstance(value["base64"], str):
        return base64.b64decode(value["base64"], validate=True)
    if value is None or isinstance(value, float | str):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63:
        return value
    raise ValueError('must be a string, a number of at most 64 bits, null, or {"base64": "..."}')


def quoted(names: list[str]) -> str:
    """Names as SQL identifiers, separated by commas."""
    return ", ".join('"' + name.replace('"', '""') + '"' for name in names)


def _element(table: Table, rows: list[Mapping[str, Any]]) -> str:
    return json.dumps({"table": table.name, "rows": rows}, ensure_ascii=False, separators=(",", ":"))


def _json_value(value: object) -> object:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value
