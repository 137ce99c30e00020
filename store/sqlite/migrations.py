"""The tables of the store, and the steps that migrate an older file.

Never edit a released step: add a step for each change.
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
    """Create the tables of organizations, accounts, numbers, users and default numbers.

    Each table repeats in its keys the columns in which a row must agree with its parent, so that foreign keys enforce
    it: a default number belongs to the user's organization and to the same provider.
    """
    # length() counts the characters of a text up to a NUL, but the bytes of a blob: if both are equal, the text is
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
        # By number first, so that SQLite finds a user's defaults by the primary key, not through all of the
        # organization's defaults.
        "CREATE INDEX default_by_number ON user_default_number (e164, organization_id, provider)",
    ):
        db.execute(statement)


STEPS = (create_tables,)
KNOWN = {step.__name__ for step in STEPS}

migrations = Migrations("store")
for _step in STEPS:
    migrations()(_step)


def migrate(path: str | Path, *, patience: float = PATIENCE) -> None:
    """Create the store if it is missing, and migrate its tables to this program's.

    Only the owner can read a new file. Several processes may migrate at once: one does the work, the others wait for
    it. Raises SchemaMismatch for a store of a newer program, StoreUnavailable for a missing folder, for a file that is
    not a store, and for a lock that lasts longer than `patience` seconds.
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
    """Verify that the tables are this program's. Raises SchemaMismatch, StoreUnavailable."""
    if missing_steps(db, path):
        raise SchemaMismatch(f"The store {path} has the tables of an older program; migrate the store, then try again.")


def missing_steps(db: Database, path: Path) -> set[str]:
    """Return the steps that an older store lacks; for an empty database, all steps.

    Raises SchemaMismatch for a store of a newer program, StoreUnavailable for the database of another program.
    """
    applied = {step.name for step in migrations.applied(db)}
    if applied - KNOWN:
        raise SchemaMismatch(f"The store {path} was written by a newer program; upgrade this one.")
    if not applied and db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        raise StoreUnavailable(f"The database {path} belongs to another program; name another file.")
    return KNOWN - applied


def _create(path: Path) -> None:
    # This function never opens an existing file: closing any descriptor of it would drop the locks that SQLite holds on
    # the file elsewhere in this process (https://sqlite.org/howtocorrupt.html, section 2.2).
    if os.path.lexists(path):
        return
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    except FileNotFoundError as error:
        raise StoreUnavailable(f"The store's folder {path.parent} does not exist; create it first.") from error
    except (OSError, ValueError) as error:
        raise StoreUnavailable(
            f"The store {path} cannot be created ({error}); check the folder's permissions."
        ) from error


def use_write_ahead_log(db: Database, patience: float) -> None:
    """Switch a database to a write-ahead log, with which readers and a writer do not block each other."""
    # If several connections switch at once, SQLite fails some of them at once instead of waiting.
    deadline = time.monotonic() + patience
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
