"""A killed migration has happened completely, or not at all."""

import itertools
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

import pytest
from sqlite_utils import Migrations

from store.sqlite.connection import connect_for_writing, transaction
from store.sqlite.migrations import STEPS, migrations, use_write_ahead_log

# Migrates stores in separate processes to the tables of a later program, with a step that changes every user. It kills
# each process after a number of seconds (a float), or just before the n-th statement (an int).
DRIVER = """
import json, os, signal, sys, time
from store.sqlite import migrations

def name_users(db):
    db.execute("ALTER TABLE app_user ADD COLUMN name TEXT")
    db.execute("UPDATE app_user SET name = 'the user ' || id")
    db.execute("CREATE INDEX user_by_name ON app_user (name)")

migrations.migrations()(name_users)
migrations.KNOWN.add("name_users")
connect = migrations.connect_for_writing

def kill_at(step):
    def count(statement):
        nonlocal step
        step -= 1
        if step == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def connect_counting(*arguments, **options):
        db = connect(*arguments, **options)
        db.conn.set_trace_callback(count)
        return db

    migrations.connect_for_writing = connect_counting

for line in sys.stdin:
    path, moment = json.loads(line)
    start = time.monotonic()
    process = os.fork()
    if process == 0:
        code = 1
        try:
            if isinstance(moment, int):
                kill_at(moment)
            migrations.migrate(path)
            code = 0
        finally:
            os._exit(code)
    if isinstance(moment, float):
        time.sleep(moment)
        os.kill(process, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    print(json.dumps([status, time.monotonic() - start]), flush=True)
"""

USERS = [f"user_{number:04}" for number in range(1000)]

# The steps applied to a store, and its users with their names.
Content: TypeAlias = tuple[list[str], list[tuple[str, str | None]]]
Run: TypeAlias = Callable[[Path, int | float | None], tuple[int, float]]

# Stores with the tables of this program, and of every older program.
VERSIONS = pytest.mark.parametrize(
    "version", [len(STEPS), *(pytest.param(version, marks=pytest.mark.long) for version in range(len(STEPS)))]
)


@pytest.fixture
def run(pytestconfig: pytest.Config) -> Iterator[Run]:
    """A function that migrates a store until a moment; it returns the exit status and the seconds."""
    # Coverage would be killed while it writes its own file.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    command, pipe = [sys.executable, "-c", DRIVER], subprocess.PIPE
    with subprocess.Popen(command, cwd=pytestconfig.rootpath, env=env, stdin=pipe, stdout=pipe, text=True) as driver:

        def until(path: Path, moment: int | float | None) -> tuple[int, float]:
            assert driver.stdin
            assert driver.stdout
            print(json.dumps([str(path), moment]), file=driver.stdin, flush=True)
            status, seconds = json.loads(driver.stdout.readline())
            assert status in (0, -9)
            return status, seconds

        yield until


def make(path: Path, version: int) -> Content:
    """Make a store of a program with that many steps; its users exist since the first step."""
    for file in path.parent.glob("store.db*"):
        file.unlink()
    path.touch()
    with closing(connect_for_writing(path)) as db:
        for number in range(version):
            older = Migrations("store")
            for step in STEPS[: number + 1]:
                older()(step)
            older.apply(db)
            if number == 0:
                use_write_ahead_log(db, patience=0)
                with transaction(db):
                    db.conn.executemany("INSERT INTO app_user (id) VALUES (?)", [(user,) for user in USERS])
    return content(path)


def content(path: Path) -> Content:
    """The content of a store, which must be sound."""
    with closing(connect_for_writing(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        steps = [step.name for step in migrations.applied(db)]
        if not steps:
            return [], []
        names = "SELECT id, name FROM app_user" if "name_users" in steps else "SELECT id, NULL FROM app_user"
        return steps, sorted(db.execute(names))


def migrated(before: Content) -> Content:
    """The content of a store after the migration."""
    return [*(step.__name__ for step in STEPS), "name_users"], [(user, f"the user {user}") for user, _ in before[1]]


@pytest.mark.long
@VERSIONS
def test_a_migration_killed_at_any_statement_has_happened_or_not(run: Run, tmp_path: Path, version: int) -> None:
    path = tmp_path / "store.db"
    for statement in itertools.count(1):
        before = make(path, version)
        status, _ = run(path, statement)
        found = content(path)
        assert found in ([before, migrated(before)] if status else [migrated(before)])
        if status == 0:
            break
        run(path, None)
        assert content(path) == migrated(before)

    assert statement > 10


@VERSIONS
@pytest.mark.parametrize("kills", [10, pytest.param(100, marks=pytest.mark.long)])
def test_a_migration_killed_at_any_time_has_happened_or_not(run: Run, tmp_path: Path, version: int, kills: int) -> None:
    path = tmp_path / "store.db"
    before = make(path, version)
    _, whole = run(path, None)
    moments = random.Random(kills)  # noqa: S311 - no secrets
    for _ in range(kills):
        make(path, version)
        run(path, moments.uniform(0, 1.2 * whole))

        assert content(path) in [before, migrated(before)]
