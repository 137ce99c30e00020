"""A killed backup or restore has happened completely, or not at all."""

import asyncio
import io
import itertools
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from store import SQLiteAdministration, SQLiteMaintenance, SQLiteReader

# Runs an operation in a separate process and kills it: after a number of seconds (a float), or just before the n-th
# audited file operation (an int), such as to open, lock, link, rename or remove a file.
DRIVER = """
import datetime, itertools, json, os, pathlib, signal, sys, time, store

def kill_at(step):
    steps = itertools.count(1)

    def hook(event, arguments):
        if event.startswith(("open", "os.", "fcntl.", "sqlite3.connect")) and next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)

def work(operation, path, file):
    maintenance = store.SQLiteMaintenance(path)
    if operation == "back_up":
        maintenance.back_up(file, replace=True)
    else:
        maintenance.restore(file, now=datetime.datetime.now())

for line in sys.stdin:
    operation, path, file, moment = json.loads(line)
    start = time.monotonic()
    process = os.fork()
    if process == 0:
        code = 1
        try:
            if isinstance(moment, int):
                kill_at(moment)
            work(operation, pathlib.Path(path), pathlib.Path(file))
            code = 0
        finally:
            os._exit(code)
    if isinstance(moment, float):
        time.sleep(moment)
        os.kill(process, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    print(json.dumps([status, time.monotonic() - start]), flush=True)
"""

Run: TypeAlias = Callable[[str, Path, Path, int | float | None], tuple[int, float]]
RANDOM = pytest.mark.parametrize("kills", [10, pytest.param(100, marks=pytest.mark.long)])


@pytest.fixture
def run(pytestconfig: pytest.Config) -> Iterator[Run]:
    """A function that runs an operation until a moment; it returns the exit status and the seconds."""
    command = [sys.executable, "-c", DRIVER]
    root = pytestconfig.rootpath
    # Coverage would be killed while it writes its own file.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=root, env=env, stdin=pipe, stdout=pipe, text=True) as driver:
        assert driver.stdin
        assert driver.stdout

        def until(operation: str, path: Path, file: Path, moment: int | float | None) -> tuple[int, float]:
            assert driver.stdin
            assert driver.stdout
            print(json.dumps([operation, str(path), str(file), moment]), file=driver.stdin, flush=True)
            status, seconds = json.loads(driver.stdout.readline())
            assert status in (0, -9)
            return status, seconds

        yield until


def fill(path: Path, state: str) -> Any:
    """Fill a store with some hundred pages, each of which shows its state."""
    users = ({"id": f"user_{number:05}_{state * 10}"} for number in range(500))
    organization = {"id": f"org_{state}", "name": state, "users": [{"id": "user_ada"}, *users]}
    with SQLiteAdministration(path) as administration:
        administration.import_organizations(io.BytesIO(json.dumps(organization).encode()))
    return content(path)


def content(path: Path) -> Any:
    """The content of a store, which must be sound."""
    assert SQLiteMaintenance(path).verify().damage == ()
    with SQLiteAdministration(path) as administration:
        return list(administration.export_organizations())


def left(folder: Path) -> list[Path]:
    """The files that a killed process left; empty folders do not count."""
    return [file for file in folder.rglob(".tether-relay-*/*")]


def kept_by(path: Path) -> list[Path]:
    return list(path.parent.glob("store.db.before-restore-*Z"))


def test_a_backup_killed_at_any_step_leaves_the_old_or_the_new_file(run: Run, tmp_path: Path) -> None:
    path, target = tmp_path / "store.db", tmp_path / "backups" / "backup.db"
    target.parent.mkdir()
    old, new = fill(tmp_path / "old.db", "old"), fill(path, "new")
    for step in itertools.count(1):
        SQLiteMaintenance(tmp_path / "old.db").back_up(target, replace=True)
        status, _ = run("back_up", path, target, step)
        assert content(path) == new
        assert content(target) in ([old, new] if status else [new])
        if status == 0:
            break

    assert step > 10
    assert left(target.parent) == []


@RANDOM
def test_a_backup_killed_at_any_time_is_complete_or_absent(run: Run, tmp_path: Path, kills: int) -> None:
    path, target = tmp_path / "store.db", tmp_path / "backups" / "backup.db"
    target.parent.mkdir()
    state = fill(path, "new")
    _, whole = run("back_up", path, target, None)
    moments = random.Random(kills)  # noqa: S311 - no secrets
    for _ in range(kills):
        target.unlink(missing_ok=True)
        run("back_up", path, target, moments.uniform(0, 1.2 * whole))

        assert content(path) == state
        assert not target.exists() or content(target) == state
    run("back_up", path, target, None)
    assert left(target.parent) == []


@pytest.mark.long
@pytest.mark.parametrize("damage", [None, "truncated", "missing"])
def test_a_restore_killed_at_any_step_has_happened_or_not(run: Run, tmp_path: Path, damage: str | None) -> None:
    path, backup = tmp_path / "data" / "store.db", tmp_path / "backup.db"
    path.parent.mkdir()
    old, new = fill(tmp_path / "old.db", "old"), fill(tmp_path / "new.db", "new")
    SQLiteMaintenance(tmp_path / "new.db").back_up(backup)
    for step in itertools.count(1):
        for file in path.parent.glob("store.db*"):
            file.unlink()
        SQLiteMaintenance(tmp_path / "old.db").back_up(path)
        if damage == "truncated":
            path.write_bytes(path.read_bytes()[:8192])
        elif damage == "missing":
            path.unlink()
        useless = path.read_bytes() if path.exists() and damage else None
        status, _ = run("restore", path, backup, step)
        happened = path.exists() and (damage is None or path.read_bytes() != useless)
        if happened:
            assert content(path) in ([old, new] if status and damage is None else [new])
        elif damage == "truncated":
            assert path.read_bytes() == useless
        for kept in kept_by(path):
            assert kept.read_bytes() == useless if damage else content(kept) == old
        if status == 0:
            break

    assert step > 10
    assert content(path) == new
    assert left(path.parent) == []


@RANDOM
def test_a_restore_killed_at_any_time_has_happened_or_not(run: Run, tmp_path: Path, kills: int) -> None:
    """A reader has the store open meanwhile."""
    path = tmp_path / "data" / "store.db"
    path.parent.mkdir()
    states, backups = [], [tmp_path / "0.backup", tmp_path / "1.backup"]
    for number, backup in enumerate(backups):
        states.append(fill(tmp_path / f"{number}.db", f"state_{number}"))
        SQLiteMaintenance(tmp_path / f"{number}.db").back_up(backup)
    _, whole = run("restore", path, backups[0], None)
    _, whole = run("restore", path, backups[1], None)
    reader, current = SQLiteReader(path), 1
    moments = random.Random(kills)  # noqa: S311 - no secrets
    for _ in range(kills):
        was = states[current]
        for file in kept_by(path):
            file.unlink()
        run("restore", path, backups[1 - current], moments.uniform(0, 1.2 * whole))
        organization = asyncio.run(reader.user("user_ada")).organization_id
        found = content(path)

        assert found in states
        current = states.index(found)
        assert organization == f"org_state_{current}"
        assert [file for file in kept_by(path) if content(file) != was] == []
    asyncio.run(reader.close())
    run("restore", path, backups[0], None)
    assert left(path.parent) == []
