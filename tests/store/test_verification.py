"""Verification finds the damage of a store, changes nothing, and reports no stored value."""

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store import SQLiteAdministration, SQLiteMaintenance, StoreCounts, StoreUnavailable, Verification
from store.sqlite import migrations, verification
from store.sqlite.connection import connect_for_writing
from store.sqlite.library import sqlite3

Json = dict[str, Any]


@pytest.fixture
def store(path: Path, acme: Json, file_of: Callable[..., io.BytesIO]) -> SQLiteMaintenance:
    """The store at `path`, with Acme and a user without an organization."""
    with SQLiteAdministration(path) as administration:
        administration.import_organizations(file_of(acme, {"id": None, "users": [{"id": "user_lone"}]}))
    return SQLiteMaintenance(path, patience=0)


def run_sql(path: Path, *statements: str) -> None:
    db = connect_for_writing(path)
    db.execute("PRAGMA foreign_keys = OFF")
    for statement in statements:
        db.execute(statement)
    db.close()


def test_the_verification_of_a_sound_store_has_counts(store: SQLiteMaintenance) -> None:
    counts = StoreCounts(organizations=1, accounts=2, phone_numbers=3, users=4)

    assert store.verify() == Verification("current", (), counts)


def test_verification_changes_nothing(store: SQLiteMaintenance, path: Path) -> None:
    before = path.read_bytes()
    store.verify()

    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("statements", "damage"),
    [
        (
            ["PRAGMA ignore_check_constraints = ON", "UPDATE app_user SET disabled = 7"],
            ["CHECK constraint failed in app_user"],
        ),
        (
            ["DELETE FROM phone_number WHERE e164 = '+14165550100'", "DELETE FROM provider_account"],
            [
                "organization: 1 row(s) refer to a provider_account that does not exist",
                "user_default_number: 2 row(s) refer to a phone_number that does not exist",
            ],
        ),
        (
            ["DROP TABLE user_default_number", "ALTER TABLE app_user RENAME COLUMN disabled TO off"],
            [
                "app_user: the table is missing, or its columns are not those of its schema",
                "user_default_number: the table is missing, or its columns are not those of its schema",
            ],
        ),
    ],
    ids=["constraint", "references", "tables"],
)
def test_every_fault_is_reported(
    store: SQLiteMaintenance, path: Path, statements: list[str], damage: list[str]
) -> None:
    run_sql(path, *statements)

    assert store.verify() == Verification("current", tuple(damage), None)


def test_a_reference_to_a_missing_table_is_a_fault(store: SQLiteMaintenance, path: Path) -> None:
    run_sql(
        path,
        "DROP TABLE app_user",
        "CREATE TABLE app_user (id TEXT PRIMARY KEY)",
    )
    (damage,) = store.verify().damage

    assert damage.startswith("the foreign keys cannot be checked further: ")


def test_damaged_pages_are_reported_without_stored_values(
    path: Path, acme: Json, file_of: Callable[..., io.BytesIO]
) -> None:
    users = [{"id": f"user_secret_{number}"} for number in range(2000)]
    with SQLiteAdministration(path) as administration:
        administration.import_organizations(file_of(acme | {"users": users}))
    with path.open("r+b") as file:
        for page in range(-8, 0):
            file.seek(page * 4096, os.SEEK_END)
            file.write(b"\xff" * 4096)
    found = SQLiteMaintenance(path).verify()

    assert len(found.damage) > 1
    assert (found.schema, found.counts) == ("current", None)
    assert [line for line in found.damage if "secret" in line or "+1416" in line or "\n" in line] == []


@pytest.mark.parametrize("size", [4096, 8192])
def test_a_truncated_store_is_damaged(store: SQLiteMaintenance, path: Path, size: int) -> None:
    os.truncate(path, size)
    found = store.verify()

    assert found == Verification(None, ("the file cannot be read completely: database disk image is malformed",), None)


def test_the_schema_of_a_newer_program_is_reported(store: SQLiteMaintenance, path: Path) -> None:
    run_sql(
        path, "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', 'add_colours', '')"
    )

    assert store.verify() == Verification("newer", (), None)


def test_the_schema_of_an_older_program_is_reported(store: SQLiteMaintenance, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {*migrations.KNOWN, "add_colours"}
    monkeypatch.setattr(migrations, "KNOWN", known)
    monkeypatch.setattr(verification, "KNOWN", known)

    assert store.verify() == Verification("older", (), None)


def test_an_additional_table_is_not_a_fault(store: SQLiteMaintenance, path: Path) -> None:
    run_sql(path, "CREATE TABLE report (day TEXT)")

    assert store.verify().damage == ()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "does not exist"),
        (lambda path: path.mkdir(), "is not a file"),
        (lambda path: path.touch(), "is empty"),
        (lambda path: path.write_text("Dear diary, " * 100), "is not a SQLite database"),
        (
            lambda path: sqlite3.connect(str(path)).execute("CREATE TABLE bookmark (url)"),
            "belongs to another program",
        ),
    ],
    ids=["missing", "folder", "empty", "text", "other"],
)
def test_a_file_that_is_not_a_store_cannot_be_verified(path: Path, make: Callable[[Path], object], said: str) -> None:
    make(path)

    with pytest.raises(StoreUnavailable, match=said):
        SQLiteMaintenance(path).verify()


def test_a_locked_store_is_not_reported_as_damaged(store: SQLiteMaintenance, path: Path) -> None:
    holder = sqlite3.connect(str(path), isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")

    with pytest.raises(StoreUnavailable, match="is locked by another program"):
        store.verify()
    holder.close()
