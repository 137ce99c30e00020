"""The administration of a SQLite store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from sqlite_utils import Database

from store.errors import UserNotFound
from store.records import ImportSummary, Organization, OrganizationSummary, Provider, UserRecord
from store.sqlite import changes
from store.sqlite.changes import first_row, storable
from store.sqlite.connection import PATIENCE, connect_for_writing, transaction, translated
from store.sqlite.exporting import export_organizations, read_organization
from store.sqlite.importing import import_organizations
from store.sqlite.library import sqlite3
from store.sqlite.migrations import migrate

_SUMMARIES = """
SELECT id, name, active_provider,
    (SELECT count(*) FROM provider_account WHERE organization_id = organization.id),
    (SELECT count(*) FROM phone_number WHERE organization_id = organization.id),
    (SELECT count(*) FROM app_user WHERE organization_id = organization.id)
FROM organization ORDER BY id
"""
_USER = """
SELECT app_user.id, organization_id, name, disabled, active_provider
FROM app_user LEFT JOIN organization ON organization.id = app_user.organization_id
WHERE app_user.id = ?
"""
_DEFAULTS = "SELECT provider, e164 FROM user_default_number WHERE user_id = ? ORDER BY provider"


class SQLiteAdministration:
    """The Administration of the store at `path`; opening it creates and migrates the store.

    `patience` is the number of seconds that a change waits for another program's lock. Raises StoreUnavailable,
    SchemaMismatch.
    """

    def __init__(self, path: str | Path, *, patience: float = PATIENCE) -> None:
        self._path = Path(path)
        self._patience = patience
        migrate(path, patience=patience)
        with translated(self._path):
            self._db = connect_for_writing(self._path, patience=patience)

    def organizations(self) -> list[OrganizationSummary]:
        """Return all organizations, ordered by id."""
        with translated(self._path):
            return [OrganizationSummary(*row) for row in self._db.execute(_SUMMARIES)]

    def organization(self, organization_id: str) -> Organization:
        """Return one organization with all that belongs to it. Raises OrganizationNotFound."""
        with translated(self._path), self._db.atomic():
            return read_organization(self._db, storable(organization_id))

    def activate(self, organization_id: str, provider: Provider | None) -> None:
        """Set the active provider of an organization, or clear it with None.

        Raises OrganizationNotFound, and Conflict if the organization has no account with the provider.
        """
        with self._change() as db:
            changes.activate(db, organization_id, provider)

    def user(self, user_id: str) -> UserRecord:
        """Return the record of a user. Raises UserNotFound."""
        with translated(self._path), self._db.atomic():
            row = first_row(self._db, _USER, storable(user_id))
            if row is None:
                raise UserNotFound(user_id)
            numbers = dict(self._db.execute(_DEFAULTS, (row[0],)).fetchall())
        user, organization_id, organization_name, disabled, active = row
        return UserRecord(
            user,
            organization_id,
            organization_name,
            disabled == 1,
            active,
            numbers.get(active),
            numbers,
        )

    def set_disabled(self, user_id: str, disabled: bool) -> None:
        """Disable or enable a user. Raises UserNotFound."""
        with self._change() as db:
            changes.set_disabled(db, user_id, disabled)

    def assign_number(self, user_id: str, e164: str) -> None:
        """Set a number as the user's default for the number's provider.

        Raises UserNotFound, NumberNotFound, and Conflict if the number belongs to another organization.
        """
        with self._change() as db:
            changes.assign_number(db, user_id, e164)

    def import_organizations(
        self, stream: BinaryIO, *, progress: Callable[[int], object] | None = None
    ) -> ImportSummary:
        """Store every organization of a file, all or none; an organization that exists is replaced.

        `stream` is UTF-8: a JSON array of organizations, or JSON Lines. `progress` is called with the number of bytes
        read so far. Raises ImportRejected with all problems of the file.
        """
        return import_organizations(self._path, stream, progress=progress, patience=self._patience)

    def export_organizations(self) -> Iterator[str]:
        """Yield the whole store as JSON Lines without line ends, ordered by id.

        After the organizations come the users without an organization, then the rows of other tables. All lines are
        from one snapshot of the store.
        """
        return export_organizations(self._path)

    def close(self) -> None:
        """Release the store; all changes are then in its one file, unless a reader prevents it."""
        # SQLite would apply a remaining log to any file that later replaces this one.
        with suppress(sqlite3.Error):
            self._db.execute("PRAGMA busy_timeout = 200")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._db.close()

    def __enter__(self) -> Self:
        """Return the administration itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the administration."""
        self.close()

    @contextmanager
    def _change(self) -> Iterator[Database]:
        with translated(self._path), transaction(self._db) as db:
            yield db
