"""The implementations of the store under test, and organizations to fill them with."""

import copy
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from store import Administration, Reader, SQLiteAdministration, SQLiteReader, SQLiteWriter, Writer

Json = dict[str, Any]


class Implementation(Protocol):
    """One kind of store; every call opens the same store."""

    def administration(self) -> Administration: ...

    def reader(self) -> Reader: ...

    def writer(self) -> Writer: ...


class SQLite:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "store.db"

    def administration(self) -> Administration:
        return SQLiteAdministration(self.path)

    def reader(self) -> Reader:
        return SQLiteReader(self.path)

    def writer(self) -> Writer:
        return SQLiteWriter(self.path)


@pytest.fixture(params=[SQLite], ids=["sqlite"])
def implementation(request: pytest.FixtureRequest, tmp_path: Path) -> Implementation:
    made: Implementation = request.param(tmp_path)
    return made


@pytest.fixture
def administration(implementation: Implementation) -> Iterator[Administration]:
    """An empty store."""
    with implementation.administration() as opened:
        yield opened


@pytest.fixture
def existing(administration: Administration, acme: Json) -> Administration:
    """A store with Acme, and a user without an organization."""
    elements = [acme, {"id": None, "users": [{"id": "user_lone"}]}]
    administration.import_organizations(io.BytesIO(json.dumps(elements).encode()))
    return administration


@pytest.fixture
def reader(implementation: Implementation, existing: Administration) -> Reader:
    """A reader of the existing store."""
    return implementation.reader()


@pytest.fixture
def writer(implementation: Implementation, existing: Administration) -> Writer:
    """A writer of the existing store."""
    return implementation.writer()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def acme() -> Json:
    return copy.deepcopy(ACME)


@pytest.fixture
def file_of() -> Callable[..., io.BytesIO]:
    """A function that makes a JSON Lines file of elements."""
    return lambda *elements: io.BytesIO("\n".join(map(json.dumps, elements)).encode())


ACME: Json = {
    "id": "org_acme",
    "name": "Acme",
    "active_provider": "sinch",
    "accounts": [
        {"provider": "sinch", "account_id": "project-1"},
        {"provider": "twilio", "account_id": "AC1"},
    ],
    "phone_numbers": [
        {"e164": "+14165550100", "provider": "sinch"},
        {"e164": "+14165550101", "provider": "sinch"},
        {"e164": "+14165550102", "provider": "twilio"},
    ],
    "users": [
        {
            "id": "user_ada",
            "disabled": False,
            "default_numbers": {"sinch": "+14165550100", "twilio": "+14165550102"},
        },
        {"id": "user_bob", "disabled": True, "default_numbers": {}},
        {"id": "user_cy", "disabled": False, "default_numbers": {"sinch": "+14165550100"}},
    ],
}
