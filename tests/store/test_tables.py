"""Rows of tables beside those of organizations survive export and import; unregistered tables are refused by name."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database, Migrations

from store import Conflict, ImportRejected, SQLiteAdministration, SQLiteMaintenance, TableUnregistered
from store.sqlite import foreign, migrations, tables, verification
from store.sqlite.connection import connect_for_writing
from store.sqlite.tables import Table

Json = dict[str, Any]

USERS = [{"id": "user_ada"}, {"id": "user_bob"}]
ACME: Json = {"id": "org_acme", "name": "Acme", "users": USERS}
NOTES = [
    {"id": 1, "user_id": "user_ada", "text": "é\u2028", "weight": 0.5, "data": {"base64": "AP8="}},
    {"id": 2, "user_id": "user_bob", "text": "b", "weight": None, "data": None},
]


def add_notes(db: Database) -> None:
    """A step with a table of each kind: cascading, and without an owner."""
    db.execute(
        """
        CREATE TABLE note (
            id INTEGER PRIMARY KEY,
            user_id TEXT NOT NULL REFERENCES app_user ON DELETE CASCADE,
            text TEXT NOT NULL CHECK (length(text) < 10),
            weight REAL,
            data BLOB
        ) STRICT
        """
    )
    db.execute("CREATE INDEX note_by_user ON note (user_id)")
    db.execute("CREATE TABLE tag (note_id INTEGER PRIMARY KEY REFERENCES note, user_id TEXT NOT NULL) STRICT")
    db.execute("CREATE TABLE rate (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT")


@pytest.fixture
def unregistered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program with one more step, whose tables no one has registered."""
    longer = Migrations("store")
    for step in (*migrations.STEPS, add_notes):
        longer()(step)
    for module in (migrations, foreign, verification):
        monkeypatch.setattr(module, "migrations", longer)
    for module in (migrations, verification):
        monkeypatch.setattr(module, "KNOWN", {*migrations.KNOWN, "add_notes"})


@pytest.fixture
def _registered(unregistered: None, monkeypatch: pytest.MonkeyPatch) -> None:
    own = (Table("note", "user_id"), Table("tag", "user_id"), Table("rate"))
    monkeypatch.setattr(tables, "TABLES", (*own, *tables.TABLES))


@pytest.fixture
def filled(_registered: None, path: Path) -> Path:
    """A store with an organization, and rows in each table."""
    rates = {"table": "rate", "rows": [{"name": "r", "value": 3}]}
    put(
        path,
        ACME,
        {"table": "note", "rows": NOTES},
        rates,
        {"table": "tag", "rows": [{"note_id": 1, "user_id": "user_ada"}]},
    )
    return path


def put(path: Path, *elements: Json) -> None:
    with SQLiteAdministration(path) as administration:
        administration.import_organizations(io.BytesIO("\n".join(map(json.dumps, elements)).encode()))


def exported(path: Path) -> list[Json]:
    with SQLiteAdministration(path) as administration:
        return [json.loads(line) for line in administration.export_organizations()]


def rows(path: Path, table: str = "note") -> list[Json]:
    return [row for element in exported(path) if element.get("table") == table for row in element["rows"]]


def problems_of(path: Path, *elements: Json) -> list[str]:
    before = exported(path)
    with pytest.raises(ImportRejected) as error:
        put(path, *elements)
    assert exported(path) == before
    return [str(problem) for problem in error.value.problems]


def test_every_table_of_the_program_is_registered(path: Path) -> None:
    put(path, ACME)
    db = connect_for_writing(path)

    assert tables.registered(db) == tables.TABLES
    db.close()


@pytest.mark.usefixtures("unregistered")
def test_an_export_refuses_a_table_that_is_not_registered(path: Path) -> None:
    with (
        SQLiteAdministration(path) as administration,
        pytest.raises(TableUnregistered, match=r"add Table\('note', owner"),
    ):
        list(administration.export_organizations())


@pytest.mark.usefixtures("unregistered")
def test_an_import_refuses_a_table_that_is_not_registered(path: Path) -> None:
    with pytest.raises(TableUnregistered, match="rows of the table note would be lost"):
        put(path, ACME)


def test_rows_are_exported_after_the_organizations(filled: Path) -> None:
    assert exported(filled)[1:] == [
        {"table": "note", "rows": NOTES},
        {"table": "tag", "rows": [{"note_id": 1, "user_id": "user_ada"}]},
        {"table": "rate", "rows": [{"name": "r", "value": 3}]},
    ]


def test_an_import_of_an_export_gives_the_same_store(filled: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    put(copy, *exported(filled))
    put(copy, *exported(filled))

    assert exported(copy) == exported(filled)


def test_rows_stay_when_their_users_are_imported_again(filled: Path) -> None:
    before = exported(filled)
    put(filled, ACME)

    assert exported(filled) == before


def test_rows_are_removed_with_their_user(filled: Path) -> None:
    put(filled, ACME | {"users": USERS[:1]})

    assert rows(filled) == NOTES[:1]


def test_rows_of_other_users_stay(filled: Path) -> None:
    put(filled, {"id": "org_new", "name": "New", "users": [{"id": "user_new"}]})

    assert rows(filled) == NOTES


def test_listed_rows_replace_those_of_their_users(filled: Path) -> None:
    new = {"id": 7, "user_id": "user_bob", "text": "new", "weight": None, "data": None}
    put(filled, {"table": "note", "rows": [new]})

    assert rows(filled) == [NOTES[0], new]


def test_listed_rows_replace_a_table_without_owners(filled: Path) -> None:
    put(filled, {"table": "rate", "rows": [{"name": "s", "value": 4}]})

    assert rows(filled, "rate") == [{"name": "s", "value": 4}]


@pytest.mark.parametrize(
    ("element", "problem"),
    [
        (
            {"table": "nope", "rows": []},
            "line 1, table: 'nope' is not a table with rows to import; the tables are: note",
        ),
        ({"table": "app_user", "rows": []}, "line 1, table: 'app_user' is not a table with rows to import"),
        ({"table": "rate", "rows": [{"nome": 1}]}, "line 1, rows[0].nome: is not a column of rate"),
        ({"table": "rate", "rows": [{"name": [1]}]}, "line 1, rows[0].name: must be a string, a number of at most 64"),
        (
            {"table": "rate", "rows": [{"name": "a", "value": 2**63}]},
            "line 1, rows[0].value: must be a string, a number",
        ),
        ({"table": "rate", "rows": [{"name": "a"}]}, "line 1, rows[0]: cannot be stored: NOT NULL constraint failed"),
        ({"table": "rate", "rows": [{"name": "a", "value": "x"}]}, "line 1, rows[0]: cannot be stored: cannot store"),
        (
            {"table": "note", "rows": [NOTES[0] | {"user_id": "user_nobody"}]},
            "line 1, rows[0].user_id: 'user_nobody' is a user neither of this file nor of the store",
        ),
        ({"table": "note", "rows": [NOTES[0] | {"text": "x" * 10}]}, "line 1, rows[0]: cannot be stored: CHECK"),
        ({"table": "note", "rows": {}}, "line 1, rows: must be a list"),
        ({"table": "note"}, "line 1, rows: is missing"),
        ({"table": "note", "rows": [], "id": "a"}, "line 1, id: is not a known key"),
    ],
)
def test_rows_that_cannot_be_stored_are_listed(filled: Path, element: Json, problem: str) -> None:
    assert problems_of(filled, element)[0].startswith(problem)


def test_a_row_that_would_lose_its_parent_is_a_conflict(filled: Path) -> None:
    before = exported(filled)
    with pytest.raises(Conflict, match=r"1 row\(s\) of tag would refer to a note that does not exist"):
        put(filled, {"table": "note", "rows": [NOTES[0] | {"id": 9}]})

    assert exported(filled) == before


def test_a_backup_has_all_rows_and_verify_counts_them(filled: Path, tmp_path: Path) -> None:
    copy = tmp_path / "backup.db"
    SQLiteMaintenance(filled).back_up(copy)
    found = SQLiteMaintenance(copy).verify()

    assert rows(copy) == NOTES
    assert found.counts is not None
    assert found.counts.tables == {"note": 2, "rate": 1, "tag": 1}


def test_a_large_table_is_exported_in_parts(filled: Path) -> None:
    many = [{"name": f"r{number:05}", "value": number} for number in range(2500)]
    put(filled, {"table": "rate", "rows": many})

    assert [len(element["rows"]) for element in exported(filled) if element.get("table") == "rate"] == [1000, 1000, 500]
    assert rows(filled, "rate") == many
