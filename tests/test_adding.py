"""An operation that is added as CONTRIBUTING.md says breaks no test, and works."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.guide_steps import ROOT, add_both_operations, run

pytestmark = pytest.mark.long

# The tests that read the contract or the tables of the project itself. Those of invented contracts cannot notice.
AFFECTED = (
    "tests/handlers/test_calls.py tests/handlers/test_operations.py tests/handlers/test_errors.py "
    "tests/handlers/test_modern_contract.py tests/store/test_conformance.py tests/store/test_migrations.py "
    "tests/store/test_constraints.py tests/store/test_verification.py tests/scripts/test_contract_sync.py "
    "tests/scripts/serve/test_wiring.py tests/openapi/contract/test_contract.py tests/openapi/examples/test_checks.py "
    "tests/openapi/check/test_check.py tests/test_cors.py tests/test_envelope.py tests/test_contributing.py"
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the two operations of the guide."""
    copy = tmp_path_factory.mktemp("added") / "project"
    unneeded = shutil.ignore_patterns(".*", "__pycache__", "*.db*", "node_modules")
    shutil.copytree(ROOT, copy, ignore=unneeded)
    add_both_operations(copy)
    return copy


def test_two_added_operations_break_no_test(project: Path) -> None:
    done = run(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", *AFFECTED.split())

    assert done.returncode == 0, done.stdout[-5000:]


def test_the_added_code_is_typed(project: Path) -> None:
    cache = os.devnull
    files = ["handlers", "store", "tests/handlers/test_calls.py", "tests/store/test_conformance.py"]
    done = run(project, "-m", "mypy", "--cache-dir", cache, *files)

    assert done.returncode == 0, done.stdout


WALK = """
import asyncio, io, json, sys
from pathlib import Path
from scripts.cli import main
from store import SQLiteAdministration, SQLiteMaintenance, SQLiteWriter

folder = Path(sys.argv[1])
acme = {"id": "org_acme", "name": "Acme", "users": [{"id": "user_ada"}, {"id": "user_bob"}]}

def put(path, *elements):
    with SQLiteAdministration(path) as administration:
        administration.import_organizations(io.BytesIO("\\n".join(map(json.dumps, elements)).encode()))

def exported(path):
    with SQLiteAdministration(path) as administration:
        return [json.loads(line) for line in administration.export_organizations()]

first, second = folder / "first.db", folder / "second.db"
put(first, acme)
for user in ("user_ada", "user_bob"):
    asyncio.run(SQLiteWriter(first).add_note(user, "call1", "Busy."))
before = exported(first)
put(second, *before)
assert exported(second) == before, "an export and an import keep the notes"
put(first, acme)
assert exported(first) == before, "the notes stay when their users are imported again"
put(first, acme | {"users": [{"id": "user_ada"}]})
assert [row["user_id"] for row in exported(first)[-1]["rows"]] == ["user_ada"], "a note goes with its user"
SQLiteMaintenance(first).back_up(folder / "backup.db")
counts = SQLiteMaintenance(folder / "backup.db").verify().counts
assert counts.tables == {"call_note": 1}, counts
"""


def test_the_added_table_is_exported_imported_backed_up_and_verified(project: Path, tmp_path: Path) -> None:
    done = run(project, "-c", WALK, str(tmp_path))

    assert done.stderr == ""
