"""The server's writer of a SQLite store."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from store.errors import Conflict, StoreBusy
from store.records import Provider
from store.sqlite import changes
from store.sqlite.connection import connect_for_writing, identify, is_busy, transaction, unavailable
from store.sqlite.library import sqlite3
from store.sqlite.migrations import verify_schema

# Seconds that a request waits for its turn to write: a client gives up later than that, and then knows the outcome.
REQUEST_PATIENCE = 2.0

T = TypeVar("T")


class SQLiteWriter:
    """A Writer on one connection, in one thread: a commit waits for the disk, which would stop the event loop.

    Each change is a transaction that takes SQLite's write lock first. `patience` is the number of seconds of `clock`
    that a change waits for earlier changes and for other programs together; after that, it is not made. A change that
    has begun is completed, even if its request is cancelled.

    The first change opens the connection, and so does the first change after a failure or after the file was replaced.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        patience: float = REQUEST_PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = Path(path)
        self._patience = patience
        self._clock = clock
        self._thread = _one_thread()
        self._db: Database | None = None
        self._file: tuple[int, int] | None = None
        self._verified: int | None = None

    async def activate(self, organization_id: str, provider: Provider | None) -> None:
        """Set the active provider of an organization, or clear it with None."""
        await self._change(lambda db: changes.activate(db, organization_id, provider))

    async def assign_number(self, user_id: str, e164: str) -> None:
        """Set a number as the user's default for the number's provider."""
        await self._change(lambda db: changes.assign_number(db, user_id, e164))

    async def close(self) -> None:
        """Complete the changes that have begun and close the connection; the next change opens another."""
        thread, self._thread = self._thread, _one_thread()
        await asyncio.get_running_loop().run_in_executor(thread, self._disconnect)
        thread.shutdown()

    async def _change(self, change: Callable[[Database], T]) -> T:
        """Run a change in a transaction, and return its result after the commit.

        Raises the errors of the change, Conflict if a constraint of the tables refuses it, StoreBusy, and
        StoreUnavailable. After an error, nothing of the change is stored.
        """
        task = partial(self._run, change, self._clock() + self._patience)
        return await asyncio.get_running_loop().run_in_executor(self._thread, task)

    def _run(self, change: Callable[[Database], T], deadline: float) -> T:
        try:
            # Before the deadline is read, because it may take time to open the file.
            db = self._connection()
            if (left := deadline - self._clock()) <= 0:
                raise self._busy()
            db.execute(f"PRAGMA busy_timeout = {max(1, int(left * 1000))}")
            with transaction(db):
                self._verify(db)
                return change(db)
        except sqlite3.IntegrityError as error:
            # SQLite names the constraint, never a stored value.
            raise Conflict(f"The change contradicts the stored data: {error}.") from error
        except sqlite3.Error as error:
            if is_busy(error):
                raise self._busy() from error
            self._disconnect()
            raise unavailable(self._path, error) from error

    def _busy(self) -> StoreBusy:
        return StoreBusy(
            f"The store {self._path} was being changed for {self._patience:g} seconds; "
            "send the change again, or end the program that holds the lock."
        )

    def _connection(self) -> Database:
        # Without the size and the time, which each change changes.
        file = identify(self._path)[:2]
        if self._db is None or file != self._file:
            self._disconnect()
            self._db = connect_for_writing(self._path, patience=0)
            self._file = file
        return self._db

    def _verify(self, db: Database) -> None:
        """Verify the tables if another connection has changed the file. Raises SchemaMismatch, StoreUnavailable."""
        (version,) = db.execute("PRAGMA data_version").fetchone()
        if version != self._verified:
            verify_schema(db, self._path)
            self._verified = version

    def _disconnect(self) -> None:
        db, self._db, self._verified = self._db, None, None
        if db is not None:
            db.close()


def _one_thread() -> ThreadPoolExecutor:
    """One thread, which starts with the first task."""
    return ThreadPoolExecutor(1, thread_name_prefix="store-writer")
