"""A killed import has happened completely, or not at all."""

import asyncio
import io
import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from store import SQLiteAdministration, SQLiteReader
from store.sqlite.connection import connect_for_writing

Json = dict[str, Any]

IMPORT = """
import sys, store
with store.SQLiteAdministration(sys.argv[1]) as administration, open(sys.argv[2], "rb") as file:
    print("go", flush=True)
    administration.import_organizations(file)
    print("done", flush=True)
    sys.stdin.read()
"""


def version(number: int) -> list[Json]:
    """Return a store of 20 organizations; with every version, users move to the next organization."""
    return [
        {
            "id": f"org_{place:03}",
            "name": f"Version {number}",
            "active_provider": "sinch",
            "accounts": [{"provider": "sinch", "account_id": f"p{place}"}],
            "phone_numbers": [{"e164": f"+1416555{place:04}", "provider": "sinch"}],
            "users": [
                {
                    "id": f"user_{(place + number) % 20:03}_{user:03}",
                    "disabled": False,
                    "default_numbers": {"sinch": f"+1416555{place:04}"},
                }
                for user in range(100)
            ],
        }
        for place in range(20)
    ]


def content(path: Path) -> list[Json]:
    db = connect_for_writing(path)
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    db.close()
    with SQLiteAdministration(path) as administration:
        return [json.loads(line) for line in administration.export_organizations()]


def run_import(path: Path, file: Path, root: Path, after: float | None) -> float:
    """Import in a separate process, killed after some seconds; return how long it ran."""
    command = [sys.executable, "-c", IMPORT, str(path), str(file)]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "go\n"
        start = time.monotonic()
        if after is None:
            assert process.stdout.readline() == "done\n"
        else:
            time.sleep(after)
        took = time.monotonic() - start
        process.send_signal(signal.SIGKILL)
    return took


def test_a_reader_sees_the_import_of_a_killed_process(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """The reader cannot write, and the change is only in the log."""
    path, file = tmp_path / "store.db", tmp_path / "0.json"
    file.write_text(json.dumps(version(0)))
    run_import(path, file, pytestconfig.rootpath, after=None)
    user = asyncio.run(SQLiteReader(path).user("user_000_000"))

    assert user.organization_id == "org_000"


@pytest.mark.parametrize("kills", [10, pytest.param(100, marks=pytest.mark.long)])
def test_a_killed_import_is_complete_or_absent(tmp_path: Path, pytestconfig: pytest.Config, kills: int) -> None:
    path, root = tmp_path / "store.db", pytestconfig.rootpath
    versions = [version(0), version(1)]
    files = [tmp_path / "0.json", tmp_path / "1.json"]
    for file, elements in zip(files, versions, strict=True):
        file.write_text(json.dumps(elements))
    with SQLiteAdministration(path) as administration:
        administration.import_organizations(io.BytesIO(files[0].read_bytes()))
    current = 1
    whole = run_import(path, files[1], root, after=None)
    moments = random.Random(kills)  # noqa: S311
    for _ in range(kills):
        run_import(path, files[1 - current], root, after=moments.uniform(0, 1.2 * whole))
        found = content(path)

        assert found in versions
        current = versions.index(found)
