"""Changes of a SQLite store: locks, failures, and files that remain."""

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from store import ImportRejected, SQLiteAdministration, StoreUnavailable
from store.sqlite.connection import unavailable
from store.sqlite.library import sqlite3

Json = dict[str, Any]


@pytest.fixture
def filled(path: Path, acme: Json) -> Path:
    with SQLiteAdministration(path) as administration:
        administration.import_organizations(io.BytesIO(json.dumps(acme).encode()))
    return path


def test_only_the_store_is_left_in_the_folder(filled: Path) -> None:
    assert os.listdir(filled.parent) == ["store.db"]


def test_a_refused_import_leaves_no_file(path: Path) -> None:
    with SQLiteAdministration(path) as administration, pytest.raises(ImportRejected):
        administration.import_organizations(io.BytesIO(b"nonsense"))

    assert os.listdir(path.parent) == ["store.db"]


def test_a_change_reports_a_lasting_lock(filled: Path) -> None:
    with SQLiteAdministration(filled, patience=0.05) as administration:
        writer = sqlite3.connect(str(filled), isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="is locked by another program"):
            administration.activate("org_acme", "twilio")
        writer.close()


def test_an_import_that_fails_by_a_lock_changes_nothing(filled: Path, acme: Json) -> None:
    acme["name"] = "Changed"
    with SQLiteAdministration(filled, patience=0.05) as administration:
        writer = sqlite3.connect(str(filled), isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="is locked by another program"):
            administration.import_organizations(io.BytesIO(json.dumps(acme).encode()))
        writer.close()

        assert administration.organization("org_acme").name == "Acme"


def test_others_can_write_while_an_import_reads_its_file(filled: Path, acme: Json) -> None:
    """The import takes the lock only for the final change."""
    acme["name"] = "Changed"
    with (
        SQLiteAdministration(filled) as administration,
        SQLiteAdministration(filled, patience=0) as other,
    ):
        administration.import_organizations(
            io.BytesIO(json.dumps(acme).encode()),
            progress=lambda _: other.set_disabled("user_ada", True),
        )

        assert administration.organization("org_acme").name == "Changed"


def test_an_import_of_many_batches_moves_users_between_them(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.sqlite.staging.BATCH_ROWS", 1)

    def element(place: int, user: int) -> Json:
        number = {"e164": f"+1416555010{user}", "provider": "sinch"}
        users = [{"id": f"user_{user}", "default_numbers": {"sinch": number["e164"]}}]
        return {"id": f"org_{place}", "name": "N", "phone_numbers": [number], "users": users}

    with SQLiteAdministration(path) as administration:
        for turn in range(3):
            elements = [element(place, (place + turn) % 5) for place in range(5)]
            administration.import_organizations(io.BytesIO(json.dumps(elements).encode()))

        assert [administration.user(f"user_{user}").organization_id for user in range(5)] == [
            f"org_{(user - 2) % 5}" for user in range(5)
        ]


def test_an_interrupted_import_changes_nothing(filled: Path, acme: Json) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    acme["name"] = "Changed"
    with SQLiteAdministration(filled) as administration:
        with pytest.raises(KeyboardInterrupt):
            administration.import_organizations(io.BytesIO(json.dumps(acme).encode()), progress=interrupt)

        assert administration.organization("org_acme").name == "Acme"


def test_an_abandoned_export_holds_no_lock(filled: Path) -> None:
    with SQLiteAdministration(filled) as administration:
        lines = administration.export_organizations()
        next(lines)
        del lines
        administration.activate("org_acme", None)

    assert os.listdir(filled.parent) == ["store.db"]


def test_an_import_reports_a_folder_that_cannot_be_written(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root can write any folder, so the test simulates the failure."""

    def refuse(**_: object) -> tuple[int, str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with (
        SQLiteAdministration(filled) as administration,
        pytest.raises(StoreUnavailable, match=r"cannot be written \(Permission denied\)"),
    ):
        administration.import_organizations(io.BytesIO(b"[]"))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("SQLITE_BUSY_SNAPSHOT", "is locked by another program; try again when that program is done"),
        ("SQLITE_FULL", "cannot grow because the disk is full; make room and try again"),
        ("SQLITE_IOERR_READ", "because of an I/O error; check the disk"),
        ("SQLITE_TOOBIG", "cannot be used (odd); check the file"),
    ],
)
def test_every_failure_says_how_to_fix_it(path: Path, name: str, sentence: str) -> None:
    error = sqlite3.OperationalError("odd")
    error.sqlite_errorname = name

    assert sentence in str(unavailable(path, error))
