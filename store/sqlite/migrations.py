"""The tables of the store, and how an older file is brought to them.

A step that was ever released is never edited; a change is a further step.
"""

from __future__ import annotations

import os
import time
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database, Migrations

from store.errors import SchemaMismatch, StoreUnavailable
from store.sqlite.connection import PATIENCE, connect_for_writing, is_busy, transaction, translated
from store.sqlite.library import sqlite3


def create_tables(db: Database) -> None:
    """Create organizations with what belongs to them.

    Each table repeats in its keys what a row must agree on with its parent, so that a foreign key
    can hold it to that: a default number is one of the user's organization and of that provider.
    """
    # length() counts characters up to a NUL, and a blob's length bytes: where they are equal, it is
    # ASCII without NUL.
    ascii_only = "length(CAST({0} AS BLOB)) = length({0})"
    identifier = f"CHECK (length({{0}}) BETWEEN 1 AND 128 AND {ascii_only} AND {{0}} NOT GLOB '*[^!-~]*')"
    provider = "CHECK ({0} IN ('twilio', 'sinch'))"
    for statement in (
        f"""
        CREATE TABLE organization (
            id TEXT PRIMARY KEY {identifier.format("id")},
            name TEXT NOT NULL CHECK (
                length(name) BETWEEN 1 AND 200 AND instr(name, char(0)) = 0
                AND name NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'
            ),
            active_provider TEXT,
            FOREIGN KEY (id, active_provider)
                REFERENCES provider_account (organization_id, provider)
                DEFERRABLE INITIALLY DEFERRED
        ) STRICT, WITHOUT ROWID
        """,
        f"""
        CREATE TABLE provider_account (
            organization_id TEXT REFERENCES organization ON DELETE CASCADE,
            provider TEXT {provider.format("provider")},
            account_id TEXT NOT NULL {identifier.format("account_id")},
            PRIMARY KEY (organization_id, provider)
        ) STRICT, WITHOUT ROWID
        """,
        f"""
        CREATE TABLE phone_number (
            e164 TEXT PRIMARY KEY CHECK (
                length(e164) BETWEEN 3 AND 16 AND {ascii_only.format("e164")}
                AND e164 GLOB '+[1-9]*' AND substr(e164, 2) NOT GLOB '*[^0-9]*'
            ),
            organization_id TEXT NOT NULL REFERENCES organization ON DELETE CASCADE,
            provider TEXT NOT NULL {provider.format("provider")},
            UNIQUE (organization_id, provider, e164)
        ) STRICT, WITHOUT ROWID
        """,
        f"""
        CREATE TABLE app_user (
            id TEXT PRIMARY KEY {identifier.format("id")},
            organization_id TEXT REFERENCES organization ON DELETE CASCADE,
            disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
            UNIQUE (organization_id, id)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE user_default_number (
            user_id TEXT,
            provider TEXT,
            organization_id TEXT NOT NULL,
            e164 TEXT NOT NULL,
            PRIMARY KEY (user_id, provider),
            FOREIGN KEY (organization_id, user_id)
                REFERENCES app_user (organization_id, id) ON DELETE CASCADE,
            FOREIGN KEY (organization_id, provider, e164)
                REFERENCES phone_number (organization_id, provider, e164) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID
        """,
        # By number first: a user's defaults are found by the primary key, never through all of the
        # organization's.
        "CREATE INDEX default_by_number ON user_default_number (e164, organization_id, provider)",
    ):
        db.execute(statement)


STEPS = (create_tables,)
KNOWN = {step.__name__ for step in STEPS}

migrations = Migrations("store")
for _step in STEPS:
    migrations()(_step)


def migrate(path: str | Path, *, patience: float = PATIENCE) -> None:
    """Create the store when it is missing, and bring its tables to this program's.

    The file is made readable for its owner alone. Several processes may do this at once: one works,
    the others wait and find it done. Raises SchemaMismatch for a store of a newer program,
    StoreUnavailable for a missing folder, for what is not a store, and for a lock that outlasts
    `patience` seconds.
    """
    path = Path(path)
    _create(path)
    with translated(path), closing(connect_for_writing(path, patience=patience)) as db:
        if not missing_steps(db, path) and db.journal_mode == "wal":
            return
        use_write_ahead_log(db, patience)
        with transaction(db):
            # Another process may have been first while this one waited for the lock.
            if missing_steps(db, path):
                migrations.apply(db)


def verify_schema(db: Database, path: Path) -> None:
    """Return when the tables are this program's. Raises SchemaMismatch, StoreUnavailable."""
    if missing_steps(db, path):
        raise SchemaMismatch(f"The store {path} has the tables of an older program; migrate it, then try again.")


def missing_steps(db: Database, path: Path) -> set[str]:
    """Return the steps that an older store still lacks, all of them for an empty one.

    Raises SchemaMismatch for a store of a newer program, StoreUnavailable for another program's.
    """
    applied = {step.name for step in migrations.applied(db)}
    if applied - KNOWN:
        raise SchemaMismatch(f"The store {path} was written by a newer program; upgrade this one.")
    if not applied and db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        raise StoreUnavailable(f"The database {path} belongs to another program; name another file.")
    return KNOWN - applied


def _create(path: Path) -> None:
    # An existing file is never opened and closed here: closing any descriptor of it would drop the
    # locks that SQLite holds on it elsewhere in this process
    # (https://sqlite.org/howtocorrupt.html, section 2.2).
    if os.path.lexists(path):
        return
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    except FileNotFoundError as error:
        raise StoreUnavailable(f"The store's folder {path.parent} does not exist; create it first.") from error
    except (OSError, ValueError) as error:
        raise StoreUnavailable(f"The store {path} cannot be created ({error}); check the folder's rights.") from error


def use_write_ahead_log(db: Database, patience: float) -> None:
    """Switch a database to a write-ahead log, in which readers and a writer leave each other alone."""
    # Where several switch it on at once, SQLite fails some of them without waiting for the others.
    deadline = time.monotonic() + patience
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
