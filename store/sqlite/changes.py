"""The changes of a SQLite store: each is a function on a connection that holds the write lock.

`SQLiteAdministration` and `SQLiteWriter` run them, each in a transaction of its own.
"""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from store.errors import Conflict, NumberNotFound, OrganizationNotFound, UserNotFound, shown
from store.records import Provider

_ORGANIZATION_OF = "SELECT organization_id FROM app_user WHERE id = ?"
_ACCOUNT = "SELECT 1 FROM provider_account WHERE organization_id = ? AND provider = ?"
_NUMBER = "SELECT organization_id, provider FROM phone_number WHERE e164 = ?"
_ASSIGN = """
INSERT INTO user_default_number (user_id, provider, organization_id, e164) VALUES (?, ?, ?, ?)
ON CONFLICT (user_id, provider) DO UPDATE SET e164 = excluded.e164
"""


def activate(db: Database, organization_id: str, provider: Provider | None) -> None:
    """Set the active provider of an organization, or clear it with None. Raises OrganizationNotFound, Conflict."""
    key = storable(organization_id)
    if not first_row(db, "SELECT 1 FROM organization WHERE id = ?", key):
        raise OrganizationNotFound(organization_id)
    if provider is not None and not first_row(db, _ACCOUNT, key, provider):
        raise Conflict(
            f"The organization {shown(key)} has no account with {provider}; "
            "import an account, or choose another provider."
        )
    db.execute("UPDATE organization SET active_provider = ? WHERE id = ?", (provider, key))


def set_disabled(db: Database, user_id: str, disabled: bool) -> None:
    """Disable or enable a user. Raises UserNotFound."""
    update = "UPDATE app_user SET disabled = ? WHERE id = ?"
    if db.execute(update, (int(disabled), storable(user_id))).rowcount == 0:
        raise UserNotFound(user_id)


def assign_number(db: Database, user_id: str, e164: str) -> None:
    """Set a number as the user's default for the number's provider.

    Raises UserNotFound, NumberNotFound, and Conflict if the number belongs to another organization.
    """
    user = first_row(db, _ORGANIZATION_OF, storable(user_id))
    if user is None:
        raise UserNotFound(user_id)
    number = first_row(db, _NUMBER, storable(e164))
    if number is None:
        raise NumberNotFound(e164)
    owner, provider = number
    if user[0] != owner:
        raise Conflict(
            f"The number {shown(e164)} belongs to the organization {shown(owner)}, but the "
            f"user {shown(user_id)} does not; choose a number of the user's organization."
        )
    db.execute(_ASSIGN, (user_id, provider, owner, e164))


def first_row(db: Database, query: str, *parameters: str) -> Any:
    """The first row of a query; None if it has none."""
    return db.execute(query, parameters).fetchone()


def storable(text: str) -> str:
    """Return a key that SQLite accepts: without lone surrogates, which no stored key has."""
    return text.encode(errors="replace").decode()
