"""A temporary database beside the store, for an import that is not validated yet."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from sqlite_utils import Database

from store.errors import Problem, StoreUnavailable
from store.importing.decoding import BadElement, decode, lines_of, objects
from store.importing.elements import Element, split
from store.importing.positions import Path as Position
from store.importing.positions import dotted
from store.importing.problems import Problems
from store.records import IDENTIFIER_PATTERN, Member, Organization, TableRows, Unattached, UnattachedUser
from store.sqlite.table_rows import faults_of
from store.sqlite.tables import table_named

# The approximate number of rows that one statement moves: SQLite may keep its undo data in memory.
BATCH_ROWS = 10_000

# Values that must be unique over all organizations of the file and the store: table, list, key.
UNIQUE = (("phone_number", "phone_numbers", "e164"), ("app_user", "users", "id"))

_TABLES = (
    # The database ends with the import, so it need not survive a crash.
    "PRAGMA staging.journal_mode = OFF",
    "PRAGMA staging.synchronous = OFF",
    "PRAGMA staging.cache_size = -65536",
    """
    CREATE TABLE staging.element (
        number INTEGER PRIMARY KEY,
        line INTEGER,
        text BLOB,
        organization_id TEXT,
        name TEXT,
        active_provider TEXT
    )
    """,
    "CREATE INDEX staging.element_of ON element (organization_id)",
    """
    CREATE TABLE staging.provider_account (
        element INTEGER, provider TEXT, account_id TEXT, PRIMARY KEY (element, provider)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE staging.phone_number (
        element INTEGER, position INTEGER, e164 TEXT, provider TEXT, PRIMARY KEY (element, position)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE staging.table_row (
        element INTEGER, position INTEGER, name TEXT, owner, row TEXT, PRIMARY KEY (element, position)
    ) WITHOUT ROWID
    """,
    "CREATE TABLE staging.listed_table (element INTEGER PRIMARY KEY, line INTEGER, text BLOB, name TEXT)",
    "CREATE INDEX staging.number_of ON phone_number (e164)",
    """
    CREATE TABLE staging.app_user ( element INTEGER, position INTEGER, id TEXT, disabled INTEGER,
    PRIMARY KEY (element, position) ) WITHOUT ROWID
    """,
    "CREATE INDEX staging.user_of ON app_user (id)",
    """
    CREATE TABLE staging.user_default_number (
        element INTEGER, user_id TEXT, provider TEXT, e164 TEXT,
        PRIMARY KEY (element, user_id, provider)
    ) WITHOUT ROWID
    """,
)
_IDENTIFIER = re.compile(IDENTIFIER_PATTERN)
_INSERT = "INSERT INTO staging.{} VALUES ({})"


class Staging:
    """The tables `staging.*` on a connection to the store, filled from a file.

    `counts` has the numbers of staged records. `batches` are ranges of element numbers, with about `BATCH_ROWS` rows
    each. `knows_all` is false if an element is too damaged to have an organization id.
    """

    def __init__(self, db: Database, folder: Path) -> None:
        self.counts = dict.fromkeys(("organizations", "accounts", "phone_numbers", "users", "rows"), 0)
        self.batches: list[tuple[int, int]] = []
        self.knows_all = True
        self._db = db
        self._number = 0
        self._rows = 0
        self._located: tuple[int, dict[Position, int]] = (0, {})
        _attach(db, folder)
        for statement in _TABLES:
            db.execute(statement)

    def fill(self, stream: BinaryIO, progress: Callable[[int], object] | None, problems: Problems) -> None:
        """Stage all elements of the stream, and collect the problems of each element."""
        first = 1
        with self._db.atomic():
            for part in split(stream, progress):
                if isinstance(part, Problem):
                    self.knows_all = False
                    problems.add(part)
                else:
                    self._add(part, problems)
                if self._rows >= BATCH_ROWS:
                    self.batches.append((first, self._number))
                    first, self._rows = self._number + 1, 0
        self.batches.append((first, self._number))

    def line(self, number: int, position: Position) -> int:
        """Return the line in the file of a value of a staged element."""
        query = """
            SELECT line, text FROM staging.element WHERE number = :number
            UNION ALL SELECT line, text FROM staging.listed_table WHERE element = :number
        """
        line: int
        line, text = self._db.execute(query, {"number": number}).fetchone()
        if text is None:
            return line
        if self._located[0] != number:
            self._located = (number, lines_of(Element(line, text)))
        return self._located[1][position]

    def _add(self, element: Element, problems: Problems) -> None:
        self._number += 1
        try:
            record = decode(element)
        except BadElement as error:
            for problem in error.problems:
                problems.add(problem)
            self._add_claims(element, error.value)
            return
        if isinstance(record, TableRows):
            self._add_rows(element, record, problems)
            return
        self._add_users(record.users)
        if isinstance(record, Unattached):
            self._add_element(element, None)
        else:
            self._add_organization(element, record)

    def _add_organization(self, element: Element, record: Organization) -> None:
        number = self._number
        self._add_element(element, record.id, record.name, record.active_provider)
        accounts = [(number, account.provider, account.account_id) for account in record.accounts]
        numbers = [(number, place, phone.e164, phone.provider) for place, phone in enumerate(record.phone_numbers)]
        defaults = [
            (number, user.id, provider, e164)
            for user in record.users
            for provider, e164 in user.default_numbers.items()
        ]
        self._insert("provider_account", accounts)
        self._insert("phone_number", numbers)
        self._insert("user_default_number", defaults)
        self.counts["organizations"] += 1
        self.counts["accounts"] += len(accounts)
        self.counts["phone_numbers"] += len(numbers)

    def _add_rows(self, element: Element, record: TableRows, problems: Problems) -> None:
        self._insert("listed_table", [(self._number, element.line, _kept_text(element), record.table)])
        for position, message in faults_of(self._db, record):
            problems.add(Problem(self.line(self._number, position), dotted(position), message))
        table = table_named(record.table)
        owner = table.owner if table else None
        rows = [
            (self._number, place, record.table, _plain(row.get(owner or "")), json.dumps(row))
            for place, row in enumerate(record.rows)
        ]
        self._insert("table_row", rows)
        self.counts["rows"] += len(rows)

    def _add_users(self, users: Sequence[Member | UnattachedUser]) -> None:
        rows = [(self._number, place, user.id, user.disabled) for place, user in enumerate(users)]
        self._insert("app_user", rows)
        self.counts["users"] += len(rows)

    def _add_claims(self, element: Element, value: Any) -> None:
        """Stage the unique values of an invalid element, so that one run reports conflicts with them too."""
        organization = value.get("id") if isinstance(value, dict) else None
        if not isinstance(organization, str) or not _IDENTIFIER.fullmatch(organization):
            self.knows_all = False
            return
        self._add_element(element, organization)
        for table, part, key in UNIQUE:
            claims = [(self._number, at, item.get(key), None) for at, item in objects(value, part)]
            self._insert(table, [claim for claim in claims if _is_plain(claim[2])])

    def _add_element(
        self,
        element: Element,
        organization: str | None,
        name: str | None = None,
        active: str | None = None,
    ) -> None:
        self._insert("element", [(self._number, element.line, _kept_text(element), organization, name, active)])

    def _insert(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self._db.conn.executemany(_INSERT.format(table, marks), rows)
            self._rows += len(rows)


def _attach(db: Database, folder: Path) -> None:
    # A separate file, because some builds of SQLite keep temporary tables in memory regardless of temp_store. The file
    # is unlinked at once, so that it vanishes with this process, however that ends.
    try:
        handle, name = tempfile.mkstemp(prefix=".import-", dir=folder)
    except OSError as error:
        raise StoreUnavailable(
            f"The folder {folder} cannot be written ({error.strerror}); check its permissions."
        ) from error
    os.close(handle)
    try:
        db.execute("ATTACH ? AS staging", (name,))
    finally:
        os.unlink(name)


def _kept_text(element: Element) -> bytes | None:
    """The text, to find the lines of values; an element on one line does not need it."""
    return element.text if b"\n" in element.text else None


def _plain(owner: object) -> str | None:
    return owner if isinstance(owner, str) and owner.isascii() else None


def _is_plain(value: object) -> bool:
    return isinstance(value, str) and value.isascii()
