"""The server's reader of a SQLite store."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from store.errors import UserNotFound
from store.records import ActiveProvider, User
from store.sqlite.connection import Identity, connect, identify, is_busy, translated, unavailable
from store.sqlite.library import sqlite3
from store.sqlite.migrations import verify_schema

_USER = "SELECT organization_id, disabled FROM app_user WHERE id = ?"
_ACTIVE_PROVIDER = """
SELECT organization.active_provider, user_default_number.e164
FROM app_user
LEFT JOIN organization ON organization.id = app_user.organization_id
LEFT JOIN user_default_number
    ON user_default_number.user_id = app_user.id
    AND user_default_number.provider = organization.active_provider
WHERE app_user.id = ?
"""

# Seconds between attempts while another connection holds a lock. A sleeping request does not block other requests, as
# SQLite's own busy timeout would. The sum limits the time that a request can wait.
_PAUSES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3)


class SQLiteReader:
    """A Reader on one read-only connection.

    Queries run in the event loop, because a point lookup costs less than a switch to a thread. The queries of one
    iteration of the loop share a transaction, because SQLite's locks cost more than the lookup. No request reads
    outdated data: a request that arrives after a change is handled in a later iteration.

    The first read opens the connection, and so does the first read after a failure. Every `recheck_after` seconds of
    `clock`, a read checks that the path still names the open file, and so detects a removed or replaced store.

    `observe` is called once for each iteration, with the number of queries and their total seconds.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        clock: Callable[[], float] = time.monotonic,
        recheck_after: float = 0.05,
        observe: Callable[[int, float], None] | None = None,
    ) -> None:
        self._path = Path(path)
        self._clock = clock
        self._recheck_after = recheck_after
        self._recheck_at = float("-inf")
        self._identity: Identity | None = None
        self._db: Database | None = None
        self._in_transaction = False
        self._observe = observe
        self._started_at = 0.0
        self._answered = 0
        self._seconds = 0.0

    async def user(self, user_id: str) -> User:
        """Return the user. Raises UserNotFound, StoreUnavailable."""
        organization_id, disabled = self._quick_row(_USER, user_id) or await self._row(_USER, user_id)
        return User(user_id, organization_id, disabled == 1)

    async def active_provider(self, user_id: str) -> ActiveProvider:
        """Return the user's active provider, and the default number for it. Raises UserNotFound, StoreUnavailable."""
        row = self._quick_row(_ACTIVE_PROVIDER, user_id) or await self._row(_ACTIVE_PROVIDER, user_id)
        provider, phone_number = row
        return ActiveProvider(provider, phone_number)

    async def check(self) -> None:
        """Verify that the store can be read and has this program's schema.

        Always checks the file itself. Raises StoreUnavailable, SchemaMismatch.
        """
        self._recheck_at = float("-inf")
        # No user has the empty id, but the query reads a table, with the retries of any read.
        try:
            await self._row(_USER, "")
        except UserNotFound:
            with translated(self._path):
                verify_schema(self._database(), self._path)

    async def close(self) -> None:
        """Close the connection; the next read opens another."""
        self._disconnect()

    def _quick_row(self, sql: str, user_id: str) -> Any:
        """The row, without the cost of a coroutine; None if there is none, or for an error that `_row` handles."""
        try:
            return self._select(sql, user_id)
        except (sqlite3.Error, UnicodeEncodeError):
            return None

    async def _row(self, sql: str, user_id: str) -> Any:
        try:
            row = self._select(sql, user_id)
        except sqlite3.Error as error:
            row = await self._retry(sql, user_id, error)
        except UnicodeEncodeError:
            # A lone surrogate cannot be encoded in UTF-8, so no user id contains one.
            row = None
        if row is None:
            raise UserNotFound(user_id)
        return row

    def _select(self, sql: str, user_id: str) -> Any:
        connection = self._database().conn
        if not self._in_transaction:
            connection.execute("BEGIN")
            self._in_transaction = True
            asyncio.get_running_loop().call_soon(self._end_transaction)
        row = connection.execute(sql, (user_id,)).fetchone()
        if self._observe is not None:
            # Collected here and reported together: a report for each query would cost three times as much.
            self._answered += 1
            self._seconds += self._clock() - self._started_at
        return row

    def _end_transaction(self) -> None:
        if self._observe is not None and self._answered:
            self._observe(self._answered, self._seconds)
            self._answered, self._seconds = 0, 0.0
        if self._in_transaction and self._db is not None:
            try:
                self._db.conn.execute("COMMIT")
            except sqlite3.Error:
                self._disconnect()
        self._in_transaction = False

    async def _retry(self, sql: str, user_id: str, error: sqlite3.Error) -> Any:
        if not is_busy(error):
            self._disconnect()
        for pause in _PAUSES:
            await asyncio.sleep(pause)
            try:
                return self._select(sql, user_id)
            except sqlite3.Error as again:
                error = again
                if not is_busy(error):
                    break
        self._disconnect()
        raise unavailable(self._path, error) from error

    def _database(self) -> Database:
        now = self._started_at = self._clock()
        if self._db is None or now >= self._recheck_at:
            self._db = self._reopen_if_replaced()
            self._recheck_at = now + self._recheck_after
        return self._db

    def _reopen_if_replaced(self) -> Database:
        try:
            identity = identify(self._path)
            if self._db is not None and identity == self._identity:
                return self._db
            self._disconnect()
            self._db = db = connect(self._path, mode="ro", patience=0)
            db.execute("PRAGMA query_only = ON")
            verify_schema(db, self._path)
        except BaseException:
            self._disconnect()
            raise
        self._identity = identity
        return db

    def _disconnect(self) -> None:
        db, self._db = self._db, None
        self._in_transaction = False
        if db is not None:
            db.close()
