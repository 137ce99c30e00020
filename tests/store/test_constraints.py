"""The tables refuse invalid data from any program."""

import io
import json
import sqlite3 as python_sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from store import SQLiteAdministration
from store.sqlite.connection import connect_for_writing, transaction
from store.sqlite.library import sqlite3

ORGANIZATION = "INSERT INTO organization VALUES ({})"
ACCOUNT = "INSERT INTO provider_account VALUES ({})"
NUMBER = "INSERT INTO phone_number VALUES ({})"
USER = "INSERT INTO app_user VALUES ({})"
DEFAULT = "INSERT INTO user_default_number VALUES ({})"

REFUSED = {
    "organization without id": ORGANIZATION.format("NULL, 'N', NULL"),
    "organization with empty id": ORGANIZATION.format("'', 'N', NULL"),
    "organization with a blank in its id": ORGANIZATION.format("'a b', 'N', NULL"),
    "organization without name": ORGANIZATION.format("'o', NULL, NULL"),
    "organization with empty name": ORGANIZATION.format("'o', '', NULL"),
    "name with a line end": ORGANIZATION.format("'o', 'a' || char(10), NULL"),
    "name with NUL": ORGANIZATION.format("'o', 'a' || char(0), NULL"),
    "name too long": ORGANIZATION.format(f"'o', '{'n' * 201}', NULL"),
    "organization twice": ORGANIZATION.format("'org_acme', 'N', NULL"),
    "active provider without account": ORGANIZATION.format("'o', 'N', 'twilio'"),
    "active provider unknown": "UPDATE organization SET active_provider = 'telnyx'",
    "active account removed": "DELETE FROM provider_account WHERE provider = 'sinch'",
    "account of an unknown provider": ACCOUNT.format("'org_b', 'telnyx', 'x'"),
    "account without provider": ACCOUNT.format("'org_b', NULL, 'x'"),
    "account without id": ACCOUNT.format("'org_b', 'sinch', NULL"),
    "account with an id too long": ACCOUNT.format(f"'org_b', 'sinch', '{'x' * 129}'"),
    "account of no organization": ACCOUNT.format("'unknown', 'sinch', 'x'"),
    "second account at a provider": ACCOUNT.format("'org_acme', 'sinch', 'x'"),
    "number without +": NUMBER.format("'14165550109', 'org_acme', 'sinch'"),
    "number that begins with 0": NUMBER.format("'+0416555010', 'org_acme', 'sinch'"),
    "number with a letter": NUMBER.format("'+1416555010a', 'org_acme', 'sinch'"),
    "number with a blank": NUMBER.format("'+1416 555010', 'org_acme', 'sinch'"),
    "number with other digits": NUMBER.format("'+1' || char(1637), 'org_acme', 'sinch'"),
    "number with a second +": NUMBER.format("'+1+416555010', 'org_acme', 'sinch'"),
    "number with NUL": NUMBER.format("'+1416' || char(0), 'org_acme', 'sinch'"),
    "number of 16 digits": NUMBER.format("'+1234567890123456', 'org_acme', 'sinch'"),
    "number of 1 digit": NUMBER.format("'+1', 'org_acme', 'sinch'"),
    "number as an integer": NUMBER.format("14165550109, 'org_acme', 'sinch'"),
    "number as a blob": NUMBER.format("CAST('+14165550109' AS BLOB), 'org_acme', 'sinch'"),
    "number missing": NUMBER.format("NULL, 'org_acme', 'sinch'"),
    "number in two organizations": NUMBER.format("'+14165550100', 'org_b', 'sinch'"),
    "number at two providers": NUMBER.format("'+14165550100', 'org_acme', 'twilio'"),
    "number of an unknown provider": NUMBER.format("'+12', 'org_acme', 'telnyx'"),
    "number of no provider": NUMBER.format("'+12', 'org_acme', NULL"),
    "number of no organization": NUMBER.format("'+12', NULL, 'sinch'"),
    "number of an unknown organization": NUMBER.format("'+12', 'unknown', 'sinch'"),
    "user without id": USER.format("NULL, 'org_acme', 0"),
    "user with empty id": USER.format("'', 'org_acme', 0"),
    "user with a blank": USER.format("'user x', 'org_acme', 0"),
    "user with a letter that is not ASCII": USER.format("'us' || char(233), 'org_acme', 0"),
    "user with NUL": USER.format("'user' || char(0) || 'x', 'org_acme', 0"),
    "user with DEL": USER.format("'user' || char(127), 'org_acme', 0"),
    "user with an id too long": USER.format(f"'{'x' * 129}', 'org_acme', 0"),
    "user in two organizations": USER.format("'user_ada', 'org_b', 0"),
    "user of an unknown organization": USER.format("'u', 'unknown', 0"),
    "user half disabled": "UPDATE app_user SET disabled = 2",
    "user disabled by text": "UPDATE app_user SET disabled = 'yes'",
    "user neither disabled nor enabled": "UPDATE app_user SET disabled = NULL",
    "second default": DEFAULT.format("'user_ada', 'sinch', 'org_acme', '+14165550101'"),
    "wrong provider": DEFAULT.format("'user_bob', 'twilio', 'org_acme', '+14165550100'"),
    "unknown number": DEFAULT.format("'user_bob', 'sinch', 'org_acme', '+14165550199'"),
    "number of another organization": DEFAULT.format("'user_bob', 'sinch', 'org_b', '+14165550100'"),
    "user of another organization": DEFAULT.format("'user_b', 'sinch', 'org_acme', '+14165550100'"),
    "user of no organization": DEFAULT.format("'user_lone', 'sinch', NULL, '+14165550100'"),
    "unknown user": DEFAULT.format("'unknown', 'sinch', 'org_acme', '+14165550100'"),
    "user moved away from its default number": ("UPDATE app_user SET organization_id = 'org_b' WHERE id = 'user_ada'"),
    "number moved away from its users": (
        "UPDATE phone_number SET organization_id = 'org_b' WHERE e164 = '+14165550100'"
    ),
}


@pytest.fixture
def db(path: Path, acme: dict[str, Any]) -> Iterator[Database]:
    """A plain connection with foreign keys on, as other programs can open it."""
    elements = [
        acme,
        {"id": "org_b", "name": "B", "users": [{"id": "user_b"}]},
        {"id": None, "users": [{"id": "user_lone"}]},
    ]
    with SQLiteAdministration(path) as administration:
        administration.import_organizations(io.BytesIO(json.dumps(elements).encode()))
    opened = connect_for_writing(path)
    yield opened
    opened.close()


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED.keys())
def test_invalid_data_is_refused(db: Database, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError), transaction(db):
        db.execute(statement)


@pytest.mark.parametrize("e164", ["+12", "+123456789012345"])
def test_numbers_of_2_to_15_digits_are_accepted(db: Database, e164: str) -> None:
    with transaction(db):
        db.execute(NUMBER.format("?, 'org_acme', 'sinch'"), (e164,))


@pytest.mark.parametrize("user_id", ["!", "~" * 128, "auth0|5f7c8ec7c33c6c004bbafe82"])
def test_ids_of_visible_ascii_are_accepted(db: Database, user_id: str) -> None:
    with transaction(db):
        db.execute(USER.format("?, 'org_acme', 0"), (user_id,))


def test_deleting_an_organization_deletes_its_rows(db: Database) -> None:
    with transaction(db):
        db.execute("DELETE FROM organization WHERE id = 'org_acme'")

    tables = ("provider_account", "phone_number", "user_default_number")
    assert [db.table(table).count for table in tables] == [0, 0, 0]
    assert [row["id"] for row in db.table("app_user").rows] == ["user_b", "user_lone"]


def test_every_foreign_key_has_an_index(db: Database) -> None:
    """A change of a parent row must not scan all child rows."""
    unindexed = []
    for table in db.table_names():
        prefixes = [tuple(index.columns) for index in db.table(table).indexes]
        keys: dict[int, list[str]] = {}
        for row in db.execute(f"PRAGMA foreign_key_list({table})"):
            keys.setdefault(row[0], []).append(row[3])
        unindexed += [
            (table, columns) for columns in keys.values() if not any(prefix[0] in columns for prefix in prefixes)
        ]

    assert unindexed == []


def test_the_sqlite3_module_of_python_opens_the_store(db: Database, path: Path) -> None:
    """Python's own library is used on platforms without a pysqlite3 wheel."""
    db.close()
    plain = python_sqlite3.connect(path)
    count = plain.execute("SELECT count(*) FROM app_user").fetchone()
    plain.close()

    assert count == (5,)
