"""Sequences of requests on a server with a database: created objects are read, changed, deleted and read again."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from openapi.check import Options, Verdict, run_check
from openapi.contract import load_contract
from openapi.http.messages import Request
from tests.openapi.check.family.honest import Reply
from tests.openapi.check.family.shop import CONTRACT, TABLES, TOKEN, Shop, shop
from tests.openapi.check.family.things import answer

DOCUMENT = load_contract(CONTRACT)


def checked(kind: type[Shop], folder: Path, **options: Any) -> tuple[Verdict, list[Request]]:
    """The verdict on a shop, and the requests that it got."""
    sent: list[Request] = []
    given = {"token": lambda: TOKEN, "allow_writes": True, "generate": False, **options}
    with shop(kind, folder / "shop.db", sent.append) as url:
        return run_check(DOCUMENT, url, Options(**given)), sent


def found(verdict: Verdict) -> set[tuple[str, str]]:
    return {(finding.rule.id, finding.operation) for finding in verdict.findings}


def test_correct_server_with_state_keeps_the_contract(tmp_path: Path) -> None:
    verdict, _ = checked(Shop, tmp_path)

    assert (found(verdict), verdict.obstacles, verdict.exit_code) == (set(), (), 0)


def test_every_operation_is_answered_with_a_success(tmp_path: Path) -> None:
    verdict, _ = checked(Shop, tmp_path)

    assert [item.operation for item in verdict.coverage if item.never_succeeded] == []


def test_life_of_a_resource_is_judged(tmp_path: Path) -> None:
    verdict, _ = checked(Shop, tmp_path)
    judged = {c.operation for c in verdict.cases if c.rule.id == "resource-lifecycle" and c.outcome.value == "passed"}

    assert judged == {"GET /things/{thingId}", "PUT /things/{thingId}", "DELETE /things/{thingId}"}


class StillThere(Shop):
    """Marks things as deleted, and goes on to serve them."""

    def delete(self, database: sqlite3.Connection, number: int, request: Request) -> Reply:
        return Reply(204)


class Lost(Shop):
    """Answers as if it had stored a thing."""

    def insert(self, database: sqlite3.Connection, name: str) -> int:
        return 99_999


class Unchanged(Shop):
    """Answers as if it had stored a change."""

    def update(self, database: sqlite3.Connection, number: int, name: str) -> None: ...


class Dependent(Shop):
    """Fails to delete a thing that has parts."""

    tables = TABLES.replace(" ON DELETE CASCADE", "")


class Twice(Shop):
    """Fails to store a thing with a name that is taken."""

    def create(self, database: sqlite3.Connection, request: Request) -> Reply:
        name = self.field(request, "name")
        return super().create(database, request) if name is None else self.created(self.insert(database, name), name)


class FailingOnGone(Shop):
    """Fails on a thing that was deleted."""

    def answer(self, database: sqlite3.Connection, method: str, path: str, request: Request) -> Reply:
        reply = super().answer(database, method, path, request)
        highest = database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'things'").fetchone()
        text = request.path.rpartition("/")[2]
        if reply.status == 404 and method == "PUT" and highest and text.isdecimal() and int(text) <= highest[0]:
            return answer(500, {"error": "NoneType has no attribute name"})
        return reply


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (StillThere, ("resource-lifecycle", "DELETE /things/{thingId}")),
        (Lost, ("resource-lifecycle", "GET /things/{thingId}")),
        (Unchanged, ("resource-lifecycle", "PUT /things/{thingId}")),
        (Dependent, ("server-error", "DELETE /things/{thingId}")),
        (Twice, ("server-error", "POST /things")),
        (FailingOnGone, ("server-error", "PUT /things/{thingId}")),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_fault_of_the_state_is_the_only_finding(kind: type[Shop], expected: tuple[str, str], tmp_path: Path) -> None:
    verdict, _ = checked(kind, tmp_path)

    assert (found(verdict), verdict.obstacles) == ({expected}, ())


class Unlocked(Shop):
    """Deletes things for anybody."""

    def knows(self, database: sqlite3.Connection, request: Request) -> bool:
        deletes = request.method == "DELETE" and request.path.startswith("/things/")
        return deletes or super().knows(database, request)


def test_deletion_without_credentials_is_found_on_what_exists(tmp_path: Path) -> None:
    verdict, _ = checked(Unlocked, tmp_path)

    assert found(verdict) == {("auth-missing", "DELETE /things/{thingId}")}


def test_account_of_the_token_is_deleted_last(tmp_path: Path) -> None:
    verdict, sent = checked(Shop, tmp_path)
    valid = [r for r in sent if r.header("authorization") == f"Bearer {TOKEN}"]
    at = next(i for i, request in enumerate(valid) if (request.method, request.path) == ("DELETE", "/me"))
    after = {request.method for request in valid[at + 1 :]}

    assert after <= {"GET", "HEAD", "OPTIONS"}
    assert [(note.text, note.operations) for note in verdict.notes] == [
        ("the credentials no longer worked after this operation, so the check ended there", ("DELETE /me",))
    ]


def test_nothing_is_deleted_that_the_check_did_not_create(tmp_path: Path) -> None:
    class Stocked(Shop):
        def __init__(self, file: Path) -> None:
            super().__init__(file)
            with self.database() as database:
                database.execute("INSERT INTO things (name) VALUES ('of somebody else')")

    checked(Stocked, tmp_path)
    with sqlite3.connect(tmp_path / "shop.db") as database:
        names = [name for (name,) in database.execute("SELECT name FROM things")]

    assert "of somebody else" in names


def test_read_is_about_what_a_list_has(tmp_path: Path) -> None:
    class Stocked(Shop):
        def __init__(self, file: Path) -> None:
            super().__init__(file)
            with self.database() as database:
                database.execute("INSERT INTO things VALUES (4711, 'of somebody else')")

    verdict, _ = checked(Stocked, tmp_path, allow_writes=False)
    seen = {item.operation: item.seen for item in verdict.coverage}

    assert 200 in seen["GET /things/{thingId}"]


def test_limit_of_requests_leaves_some_for_what_comes_after_the_generated_ones(tmp_path: Path) -> None:
    verdict, sent = checked(Shop, tmp_path, generate=True, max_requests=300)
    seen = {item.operation: item.seen for item in verdict.coverage}

    assert len(sent) <= 310
    assert seen["DELETE /me"] != {}
    assert "--max-requests 300 ended the step" in verdict.left_out[0].reason
