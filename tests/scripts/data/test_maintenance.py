"""`tether-relay data backup`, `restore` and `verify`, also while a server runs."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import TYPE_CHECKING

import pytest

from store.sqlite.connection import connect_for_writing

if TYPE_CHECKING:
    from tests.conftest import Eventually, Server

Relay = Callable[..., CompletedProcess[str]]
Exported = Callable[[], str]

COUNTS = "2 organization(s), 2 account(s), 4 number(s), 3 user(s)"


def run_sql(path: Path, statement: str) -> None:
    db = connect_for_writing(path)
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute(statement)
    db.close()


def outcome(done: CompletedProcess[str]) -> tuple[int, str, str]:
    return done.returncode, done.stdout, done.stderr


def test_a_backup_is_restored(relay: Relay, exported: Exported) -> None:
    before = exported()
    backup = relay("data", "backup", "backup.db")
    relay("user", "disable", "user_ada")
    assert exported() != before
    restore = relay("data", "restore", "backup.db")

    assert outcome(backup) == (0, f"backed up {COUNTS}\n", "")
    assert (restore.returncode, restore.stderr) == (0, "")
    assert exported() == before


def test_replaced_data_is_kept_in_the_file_that_the_output_names(
    relay: Relay, exported: Exported, database: Path, folder: Path
) -> None:
    relay("data", "backup", "backup.db")
    relay("user", "disable", "user_ada")
    before = exported()
    first, second = relay("data", "restore", "backup.db").stdout.splitlines()
    (kept,) = folder.glob("relay.db.before-restore-*")
    relay("data", "restore", kept)

    assert first == f"restored {COUNTS}"
    assert second == f"the previous content is kept in {kept}"
    assert re.fullmatch(r"relay\.db\.before-restore-\d{8}T\d{6}\.\d{6}Z", kept.name)
    assert exported() == before


def test_a_missing_database_is_restored(relay: Relay, exported: Exported, database: Path) -> None:
    before = exported()
    relay("data", "backup", "backup.db")
    database.unlink()
    done = relay("data", "restore", "backup.db")

    assert outcome(done) == (0, f"restored {COUNTS}\n", "")
    assert exported() == before


@pytest.mark.parametrize("option", ["--replace", "--force"])
def test_a_file_is_overwritten_only_on_request(relay: Relay, database: Path, folder: Path, option: str) -> None:
    (folder / "backup.db").write_text("old")
    without = relay("data", "backup", "backup.db")
    assert (folder / "backup.db").read_text() == "old"
    forced = relay("data", "backup", "backup.db", option)

    assert outcome(without) == (
        2,
        "",
        "tether-relay: The backup backup.db exists already; name a new file, or replace it.\n",
    )
    assert outcome(forced) == (0, f"backed up {COUNTS}\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["backup", "relay.db", "--force"], "would overwrite the store itself"),
        (["backup", "relay.db-wal", "--force"], "would overwrite the store itself"),
        (["backup", ".", "--force"], "the path is not a file"),
        (["backup", "/dev/null", "--force"], "the path is not a file"),
        (["backup", "no/where.db"], "No such file or directory"),
        (["backup", "/proc/backup.db"], "cannot be written"),
        (["backup", "x" * 300], "File name too long"),
        (["restore", "relay.db"], "the backup is the store itself"),
        (["restore", "no/where.db"], "does not exist"),
        (["restore", "."], "is not a file"),
        (["restore", "text"], "is not a SQLite database"),
        (["restore", "empty"], "is empty"),
        (["restore", "x" * 300], "File name too long"),
        (["restore", "backup.db", "--database", "text"], "is not a database, so it was not replaced"),
        (["restore", "backup.db", "--database", "no/where.db"], "No such file or directory"),
        (["verify", "--database", "text"], "is not a SQLite database"),
        (["verify", "--database", "empty"], "is empty"),
        (["verify", "--database", "."], "is not a file"),
        (["verify", "--database", "missing.db"], "does not exist"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_bad_input_is_one_line_on_stderr_and_changes_nothing(
    relay: Relay, exported: Exported, folder: Path, arguments: list[str], said: str
) -> None:
    before = exported()
    relay("data", "backup", "backup.db")
    (folder / "text").write_text("Dear diary, " * 100)
    (folder / "empty").touch()
    done = relay("data", *arguments)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert said in done.stderr
    assert exported() == before
    assert (folder / "text").read_text() == "Dear diary, " * 100


def test_a_sound_database_is_ok(relay: Relay, database: Path) -> None:
    assert outcome(relay("data", "verify")) == (0, f"ok: {COUNTS}\n", "")


def test_a_sound_database_is_ok_in_json(relay: Relay, database: Path) -> None:
    done = relay("data", "verify", "--json")
    counts = {"organizations": 2, "accounts": 2, "phone_numbers": 4, "users": 3}

    assert done.returncode == 0
    assert json.loads(done.stdout) == {"ok": True, "schema": "current", "counts": counts, "problems": []}


PROBLEMS = [
    "app_user: 2 row(s) refer to a organization that does not exist",
    "phone_number: 3 row(s) refer to a organization that does not exist",
    "provider_account: 2 row(s) refer to a organization that does not exist",
]


def test_each_problem_is_a_line(relay: Relay, database: Path) -> None:
    run_sql(database, "DELETE FROM organization WHERE id = 'org_acme'")

    assert outcome(relay("data", "verify")) == (1, "".join(f"{line}\n" for line in PROBLEMS), "")


def test_problems_are_in_the_json(relay: Relay, database: Path) -> None:
    run_sql(database, "DELETE FROM organization WHERE id = 'org_acme'")
    done = relay("data", "verify", "--json")

    assert done.returncode == 1
    assert json.loads(done.stdout) == {"ok": False, "schema": "current", "counts": None, "problems": PROBLEMS}


def test_a_database_of_a_newer_program_is_a_problem_that_can_be_backed_up(relay: Relay, database: Path) -> None:
    run_sql(
        database, "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', 'colours', '')"
    )
    verify = relay("data", "verify")
    backup = relay("data", "backup", "backup.db")

    assert outcome(verify) == (1, "the database has the schema of a newer program; upgrade this program\n", "")
    assert outcome(backup) == (0, "backed up a database of another version of this program\n", "")


def test_a_terminal_shows_the_progress_of_a_backup(installed: str, database: Path) -> None:
    primary, secondary = pty.openpty()
    with os.fdopen(primary, "rb", buffering=0) as terminal:
        done = subprocess.run([installed, "data", "backup", "backup.db"], stderr=secondary, check=True)
        os.close(secondary)
        shown = terminal.read(65536).decode()

    assert done.returncode == 0
    assert "Backing up" in shown
    assert "100%" in shown


def test_a_server_answers_correctly_while_its_database_is_restored(server: Server, installed: str) -> None:
    """An answer is old or new, and never old after a new one."""
    backup = server.database.with_name("backup.db")
    server.run(f"data backup {backup}")
    server.run("org activate org_acme twilio")
    answers = [server.get()]
    command = [installed, "data", "restore", str(backup)]
    with subprocess.Popen(command, env=server.environment, stdout=subprocess.DEVNULL) as restore:
        while restore.poll() is None:
            answers.append(server.get())
    answers.append(server.get())
    given = [(answer.status_code, answer.json()["provider"]) for answer in answers]
    changes = [now for before, now in zip([None, *given], given, strict=False) if now != before]

    assert restore.returncode == 0
    assert changes == [(200, "twilio"), (200, "sinch")]


@pytest.mark.parametrize("damage", ["truncated", "missing"])
def test_a_server_recovers_when_its_database_is_restored(
    server: Server, eventually: Eventually, tmp_path: Path, damage: str
) -> None:
    before = server.get().json()
    server.run(f"data backup {tmp_path / 'backup.db'}")
    if damage == "truncated":
        os.truncate(server.database, 8192)
    else:
        server.database.unlink()
    assert eventually(lambda: server.get().status_code == 500)
    server.run(f"data restore {tmp_path / 'backup.db'}")

    assert eventually(lambda: server.get().status_code == 200)
    assert server.get().json() == before
