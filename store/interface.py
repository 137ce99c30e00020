"""The interfaces of a store.

Every implementation passes the conformance suite in `tests/store/test_conformance.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from store.records import (
    ActiveProvider,
    ImportSummary,
    Organization,
    OrganizationSummary,
    Provider,
    Restoration,
    User,
    UserRecord,
    Verification,
)


class Reader(Protocol):
    """The interface for the server. It cannot change the store.

    Every call reads the store. After an error, calls succeed as soon as the cause is gone.
    """

    async def user(self, user_id: str) -> User:
        """Return the user. Raises UserNotFound, StoreUnavailable."""

    async def active_provider(self, user_id: str) -> ActiveProvider:
        """Return the user's active provider, and the default number for it.

        Both are None without an organization or an active provider. Raises UserNotFound, StoreUnavailable.
        """

    async def check(self) -> None:
        """Verify that the store can be read and has this program's schema. Raises StoreUnavailable, SchemaMismatch."""

    async def close(self) -> None:
        """Release the store; the next read opens it again."""


class Writer(Protocol):
    """The interface for operations that change the store.

    Each change is one transaction: when the call returns, the change is durable, and every later read finds it. After
    an error nothing of it is stored. Changes of one writer happen in the order of their calls; a change waits a
    limited time for others. Every change may raise StoreBusy, StoreUnavailable, and Conflict if it contradicts the
    stored data. After an error, changes succeed as soon as the cause is gone.
    """

    async def activate(self, organization_id: str, provider: Provider | None) -> None:
        """Set the active provider of an organization, or clear it with None.

        Raises OrganizationNotFound, and Conflict if the organization has no account with the provider.
        """

    async def assign_number(self, user_id: str, e164: str) -> None:
        """Set a number as the user's default for the number's provider.

        Raises UserNotFound, NumberNotFound, and Conflict if the number belongs to another organization.
        """

    async def close(self) -> None:
        """Complete the changes that have begun and release the store; the next change opens it again."""


class Administration(Protocol):
    """The interface for operators. Each change is atomic and durable.

    Every method may raise StoreUnavailable.
    """

    def organizations(self) -> list[OrganizationSummary]:
        """Return all organizations, ordered by id."""

    def organization(self, organization_id: str) -> Organization:
        """Return one organization with all that belongs to it. Raises OrganizationNotFound."""

    def activate(self, organization_id: str, provider: Provider | None) -> None:
        """Set the active provider of an organization, or clear it with None.

        Raises OrganizationNotFound, and Conflict if the organization has no account with the provider.
        """

    def user(self, user_id: str) -> UserRecord:
        """Return the record of a user. Raises UserNotFound."""

    def set_disabled(self, user_id: str, disabled: bool) -> None:
        """Disable or enable a user. Raises UserNotFound."""

    def assign_number(self, user_id: str, e164: str) -> None:
        """Set a number as the user's default for the number's provider.

        Raises UserNotFound, NumberNotFound, and Conflict if the number belongs to another organization.
        """

    def import_organizations(
        self, stream: BinaryIO, *, progress: Callable[[int], object] | None = None
    ) -> ImportSummary:
        """Store every organization of a file, all or none; an organization that exists is replaced.

        Rows of other tables stay if their user is still there; those of a table that the file lists are replaced.

        `stream` is UTF-8: a JSON array of organizations, or JSON Lines. `progress` is called with the number of bytes
        read so far. Raises ImportRejected with all problems of the file.
        """

    def export_organizations(self) -> Iterator[str]:
        """Yield the whole store as JSON Lines without line ends, ordered by id.

        After the organizations come the users without an organization, then the rows of other tables. All lines are
        from one snapshot of the store.
        """

    def close(self) -> None:
        """Release the store."""

    def __enter__(self) -> Self:
        """Return the administration itself."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the administration."""


class Maintenance(Protocol):
    """The interface for backups and verification. The store may be damaged, or have older or newer tables.

    Every method may raise StoreUnavailable.
    """

    def verify(self) -> Verification:
        """Read the whole store without a change, and return its state and damage."""

    def back_up(
        self, target: Path, *, replace: bool = False, progress: Callable[[int, int], object] | None = None
    ) -> Verification:
        """Write a snapshot of the store to the new file `target`, which appears complete or not at all.

        Returns the verification of the backup. `progress` is called with the amount done and the total. Raises
        BackupFailed, also for a damaged store.
        """

    def restore(self, source: Path, *, now: datetime) -> Restoration:
        """Replace the content of the store with that of a backup, atomically, and keep the old content in a file.

        `now` is part of that file's name. Raises BackupRejected for a file that is not a sound backup.
        """
