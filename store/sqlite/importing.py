"""Importing organizations into a SQLite store, all or none, in bounded memory.

The import reads the file once, into a staging database. It validates each record while reading, then finds
contradictions between records, and with the store, by queries. Then one transaction replaces the organizations that the
file contains.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from itertools import product
from pathlib import Path
from typing import BinaryIO

from sqlite_utils import Database

from store.errors import Problem, shown
from store.importing.positions import Path as Position
from store.importing.positions import dotted
from store.importing.problems import LIMIT, Problems
from store.records import ImportSummary
from store.sqlite.connection import PATIENCE, connect_for_writing, transaction, translated
from store.sqlite.staging import UNIQUE, Staging
from store.sqlite.table_rows import check_parents, put_rows, take_rows
from store.sqlite.tables import registered

# Each query yields an element's number, the position in it, the value, and the organization that already has the value,
# in the order of the file.
_TAKEN_IN_FILE = """
SELECT here.element, here.position, here.{key}, first.organization_id
FROM staging.{table} AS here
JOIN staging.element AS own ON own.number = here.element
JOIN staging.element AS first ON first.number = (
    SELECT min(other.element) FROM staging.{table} AS other WHERE other.{key} = here.{key}
)
WHERE first.number < here.element AND first.organization_id IS NOT own.organization_id
ORDER BY here.element, here.position
"""
_TAKEN_IN_STORE = """
SELECT here.element, here.position, here.{key}, there.organization_id
FROM staging.{table} AS here
CROSS JOIN main.{table} AS there ON there.{key} = here.{key}
WHERE there.organization_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM staging.element WHERE element.organization_id = there.organization_id
)
ORDER BY here.element, here.position
"""
_ORGANIZATION_TWICE = """
SELECT here.number, here.organization_id, first.line
FROM staging.element AS here
JOIN staging.element AS first ON first.number = (
    SELECT min(other.number) FROM staging.element AS other
    WHERE other.organization_id IS here.organization_id
)
WHERE first.number < here.number
ORDER BY here.number
"""

_REPLACED = """
SELECT count(*) FROM main.organization WHERE id IN (SELECT organization_id FROM staging.element)
"""
# The foreign keys delete the other rows of an organization with it.
_REMOVE = (
    """
    DELETE FROM main.organization
    WHERE id IN (SELECT organization_id FROM staging.element WHERE number BETWEEN ? AND ?)
    """,
    """
    DELETE FROM main.app_user WHERE organization_id IS NULL
        AND id IN (SELECT id FROM staging.app_user WHERE element BETWEEN ? AND ?)
    """,
)
_ADD = (
    """
    INSERT INTO main.organization (id, name, active_provider)
    SELECT organization_id, name, active_provider FROM staging.element
    WHERE number BETWEEN ? AND ? AND organization_id IS NOT NULL
    """,
    """
    INSERT INTO main.provider_account (organization_id, provider, account_id)
    SELECT organization_id, provider, account_id
    FROM staging.provider_account JOIN staging.element ON number = element
    WHERE element BETWEEN ? AND ?
    """,
    """
    INSERT INTO main.phone_number (e164, organization_id, provider)
    SELECT e164, organization_id, provider
    FROM staging.phone_number JOIN staging.element ON number = element
    WHERE element BETWEEN ? AND ?
    """,
    """
    INSERT INTO main.app_user (id, organization_id, disabled)
    SELECT id, organization_id, disabled
    FROM staging.app_user JOIN staging.element ON number = element
    WHERE element BETWEEN ? AND ?
    """,
    """
    INSERT INTO main.user_default_number (user_id, provider, organization_id, e164)
    SELECT user_id, provider, organization_id, e164
    FROM staging.user_default_number JOIN staging.element ON number = element
    WHERE element BETWEEN ? AND ?
    """,
)


def import_organizations(
    path: Path,
    stream: BinaryIO,
    *,
    progress: Callable[[int], object] | None = None,
    patience: float = PATIENCE,
) -> ImportSummary:
    """Replace in the store at `path` every organization of the stream.

    Users and numbers may move between organizations of the file in any order. The element with the id null replaces
    the users without an organization; without that element, such a user may still join an organization. Other programs
    may read during the import, and write until the file is read. Raises ImportRejected, StoreUnavailable,
    TableUnregistered, and Conflict if a row of another table would lose the row that it refers to.
    """
    problems = Problems()
    with translated(path), closing(connect_for_writing(path, patience=patience)) as db:
        # Random ids touch pages all over the file: keep up to 64 MiB of them in memory.
        db.execute("PRAGMA main.cache_size = -65536")
        tables = registered(db)
        staging = Staging(db, path.absolute().parent)
        staging.fill(stream, progress, problems)
        with transaction(db):
            _compare(db, staging, problems)
            problems.check()
            take_rows(db, tables)
            summary = _apply(db, staging)
            put_rows(db, tables, partial(_report_row, staging, problems))
            problems.check()
            check_parents(db, tables)
            return summary


def _report_row(staging: Staging, problems: Problems, number: int, position: Position, message: str) -> None:
    # Only the line of a problem that is shown is worth the search.
    if problems.are_full:
        problems.count_one()
    else:
        problems.add(Problem(staging.line(number, position), dotted(position), message))


def _compare(db: Database, staging: Staging, problems: Problems) -> None:
    """Collect the contradictions between elements, and between elements and the store."""

    def report(row: int, number: int, position: Position, message: str) -> None:
        # Rows come in the order of the file, so a row after the first `LIMIT` is never shown.
        if row < LIMIT:
            problems.add(Problem(staging.line(number, position), dotted(position), message))
        else:
            problems.count_one()

    for row, (number, name, line) in enumerate(db.execute(_ORGANIZATION_TWICE)):
        what = f"the organization {shown(name)} is" if name else "the element for users without an organization is"
        report(row, number, ("id",), f"{what} in this file already, in line {line}")
    queries = [("this file", _TAKEN_IN_FILE)]
    # If an organization id is unknown, the users and numbers that its replacement frees are unknown too.
    if staging.knows_all:
        queries.append(("the store", _TAKEN_IN_STORE))
    for (table, part, key), (where, query) in product(UNIQUE, queries):
        taken = db.execute(query.format(table=table, key=key))
        for row, (number, place, value, owner) in enumerate(taken):
            whose = f"the organization {shown(owner)}" if owner else "no organization"
            message = f"{shown(value)} belongs to {whose} in {where} already"
            report(row, number, (part, place, key), message)


def _apply(db: Database, staging: Staging) -> ImportSummary:
    """Replace the organizations of the file, and return the counts."""
    (replaced,) = db.execute(_REPLACED).fetchone()
    if db.execute("SELECT 1 FROM staging.element WHERE organization_id IS NULL").fetchone():
        db.execute("DELETE FROM main.app_user WHERE organization_id IS NULL")
    # All removals come first, because users and numbers may move between organizations of the file.
    for statements in (_REMOVE, _ADD):
        for batch in staging.batches:
            for statement in statements:
                db.execute(statement, batch)
    return ImportSummary(replaced=replaced, **staging.counts)
