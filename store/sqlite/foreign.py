"""Schema objects that this program did not create, such as triggers: SQLite would run them with every later write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from sqlite_utils import Database

from store.sqlite.library import sqlite3
from store.sqlite.migrations import migrations

# Without the table in which sqlite-utils keeps its records, whose text depends on the version of sqlite-utils, and the
# statistics of ANALYZE (https://sqlite.org/fileformat2.html#stat1tab): only SQLite can create tables named `sqlite_`.
_OBJECTS = """
SELECT type, name, tbl_name, sql FROM sqlite_master
WHERE NOT (type = 'table' AND name IN ('_sqlite_migrations', 'sqlite_stat1', 'sqlite_stat4'))
AND NOT (type = 'index' AND tbl_name = '_sqlite_migrations' AND sql IS NULL)
ORDER BY rowid
"""
_RECORDS = "SELECT name, hidden FROM pragma_table_xinfo('_sqlite_migrations')"
_LONGEST = 60

# Its type, its name, its table, and its text with single blanks.
_Object = tuple[str, str, str, str | None]


def foreign_objects(db: Database) -> Iterator[str]:
    """Yield a sentence for each trigger, view, table or index that this program's steps do not create, or create in
    another form; reads the schema only. Raises sqlite3.Error."""
    own, known_records = _own(db)
    for kind, name, table, text in _objects(db):
        if (kind, name, table, text) in own:
            continue
        known = any((kind, name) == each[:2] for each in own)
        what = "has another definition than this program gives it" if known else "is not of this program"
        yield f"the {kind} {_shown(name)} {what}"
    records = tuple(db.execute(_RECORDS))
    if records and set(records) != known_records:
        yield "the table _sqlite_migrations has other columns than this program gives it"


def own_tables(db: Database) -> set[str]:
    """The tables that `db` has and that this program's steps create, without those of SQLite and sqlite-utils."""
    own, _ = _own(db)
    return {name for kind, name, _, _ in own.intersection(_objects(db)) if kind == "table"}


def _own(db: Database) -> tuple[set[_Object], set[tuple[str, int]]]:
    """What the steps that `db` has make, and the columns of the table in which sqlite-utils records them."""
    missing = [step.name for step in migrations.pending(db)]
    with closing(Database(sqlite3.connect(":memory:", isolation_level=None), execute_plugins=False)) as fresh:
        migrations.apply(fresh, stop_before=missing[0] if missing else None)
        return set(_objects(fresh)), set(fresh.execute(_RECORDS))


def _objects(db: Database) -> list[_Object]:
    return [
        (kind, name, table, None if sql is None else " ".join(sql.split()))
        for kind, name, table, sql in db.execute(_OBJECTS)
    ]


def _shown(name: str) -> str:
    """A name of a file that a stranger may have made, without line breaks and control characters."""
    return repr(str(name)[:_LONGEST])
