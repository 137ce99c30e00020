"""Exporting whole records from a SQLite store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from store.errors import OrganizationNotFound
from store.records import Organization, Unattached
from store.sqlite.connection import PATIENCE, connect, translated
from store.sqlite.tables import export_table, registered

_ORGANIZATION = "SELECT id, name, active_provider FROM organization WHERE id = ?"
_ACCOUNTS = """
SELECT provider, account_id FROM provider_account WHERE organization_id = ? ORDER BY provider
"""
_NUMBERS = "SELECT e164, provider FROM phone_number WHERE organization_id = ? ORDER BY e164"
_USERS = "SELECT id, disabled FROM app_user WHERE organization_id IS ? ORDER BY id"
_DEFAULTS = """
SELECT user_default_number.user_id, user_default_number.provider, user_default_number.e164
FROM app_user JOIN user_default_number ON user_default_number.user_id = app_user.id
WHERE app_user.organization_id = ?
ORDER BY app_user.id, user_default_number.provider
"""


def export_organizations(path: Path) -> Iterator[str]:
    """Yield the whole store as JSON Lines without line ends, ordered by id.

    After the organizations come the users without an organization, then the rows of other tables. All lines are from
    the snapshot of the first. Raises StoreUnavailable, TableUnregistered.
    """
    with (
        translated(path),
        closing(connect(path, mode="ro", patience=PATIENCE)) as db,
        db.atomic(),
    ):
        tables = registered(db)
        for (organization_id,) in db.execute("SELECT id FROM organization ORDER BY id"):
            yield read_organization(db, organization_id).model_dump_json()
        if users := _users(db, None):
            yield Unattached.model_validate({"id": None, "users": users}).model_dump_json()
        for table in tables:
            yield from export_table(db, table)


def read_organization(db: Database, organization_id: str) -> Organization:
    """Return one organization, with sorted lists. Raises OrganizationNotFound."""
    found = _rows(db, _ORGANIZATION, organization_id)
    if not found:
        raise OrganizationNotFound(organization_id)
    users = _users(db, organization_id)
    by_id = {user["id"]: user for user in users}
    for user_id, provider, e164 in db.execute(_DEFAULTS, (organization_id,)):
        by_id[user_id].setdefault("default_numbers", {})[provider] = e164
    accounts = _rows(db, _ACCOUNTS, organization_id)
    numbers = _rows(db, _NUMBERS, organization_id)
    return Organization.model_validate({**found[0], "accounts": accounts, "phone_numbers": numbers, "users": users})


def _rows(db: Database, query: str, organization_id: str | None) -> list[dict[str, Any]]:
    cursor = db.execute(query, (organization_id,))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _users(db: Database, organization_id: str | None) -> list[dict[str, Any]]:
    # SQLite has no booleans.
    rows = _rows(db, _USERS, organization_id)
    return [{"id": row["id"], "disabled": row["disabled"] == 1} for row in rows]
