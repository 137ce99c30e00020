"""What a store can do, whatever it is made of.

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
    """What the server asks. Nothing here can change the store.

    Every answer is read anew; an error heals by itself once its cause is gone.
    """

    async def user(self, user_id: str) -> User:
        """Return the user. Raises UserNotFound, StoreUnavailable."""

    async def active_provider(self, user_id: str) -> ActiveProvider:
        """Return the provider and number to call with.

        Both are None without an organization or an active provider. Raises UserNotFound,
        StoreUnavailable.
        """

    async def check(self) -> None:
        """Return when the store can be read and its schema is this program's.

        Raises StoreUnavailable, SchemaMismatch.
        """

    async def close(self) -> None:
        """Release what is held open; reading again opens it again."""


class Administration(Protocol):
    """What an operator does. Each change is made whole and durable, or not at all.

    Every method may raise StoreUnavailable.
    """

    def organizations(self) -> list[OrganizationSummary]:
        """Return all organizations, ordered by id."""

    def organization(self, organization_id: str) -> Organization:
        """Return one organization with all that belongs to it. Raises OrganizationNotFound."""

    def activate(self, organization_id: str, provider: Provider | None) -> None:
        """Make a provider the active one of an organization, or none.

        Raises OrganizationNotFound, and Conflict when the organization has no account with the
        provider.
        """

    def user(self, user_id: str) -> UserRecord:
        """Return what is known of a user. Raises UserNotFound."""

    def set_disabled(self, user_id: str, disabled: bool) -> None:
        """Disable or enable a user. Raises UserNotFound."""

    def assign_number(self, user_id: str, e164: str) -> None:
        """Make a number the user's default for the number's provider.

        Raises UserNotFound, NumberNotFound, and Conflict when the number belongs to another
        organization.
        """

    def import_organizations(
        self, stream: BinaryIO, *, progress: Callable[[int], object] | None = None
    ) -> ImportSummary:
        """Store every organization of a file, all or nothing; one that exists is replaced.

        `stream` holds UTF-8: a JSON array of organizations, or JSON Lines. `progress` is called
        with the bytes read so far. Raises ImportRejected with every problem found.
        """

    def export_organizations(self) -> Iterator[str]:
        """Yield the whole store as JSON Lines without line ends, the users of no organization last.

        Ordered by id. All lines show the store at one moment.
        """

    def close(self) -> None:
        """Release the store."""

    def __enter__(self) -> Self:
        """Return this administration."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""


class Maintenance(Protocol):
    """What keeps the data safe, whatever state the store is in: nothing here needs it to be sound or up to date.

    Every method may raise StoreUnavailable.
    """

    def verify(self) -> Verification:
        """Read the whole store, changing nothing, and return what is wrong with it."""

    def back_up(
        self, target: Path, *, replace: bool = False, progress: Callable[[int, int], object] | None = None
    ) -> Verification:
        """Write the store as it is at one moment to the new file `target`, which appears whole or not at all.

        Returns what was found in it. `progress` is called with what is done and what there is to do. Raises
        BackupFailed, for a damaged store too.
        """

    def restore(self, source: Path, *, now: datetime) -> Restoration:
        """Replace all that the store holds by what a backup holds, all or nothing, keeping the old in a file.

        `now` names that file. Raises BackupRejected for what is no sound backup.
        """
