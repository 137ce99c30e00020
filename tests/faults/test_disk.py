"""The disk of a running server is full, or its folder becomes read-only."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pytest

from store import SQLiteAdministration

if TYPE_CHECKING:
    from tests.conftest import Eventually, Running, Server
    from tests.faults.conftest import UnderLoad

NUMBERS: Final = ("+14165550100", "+14165550101")
UNAVAILABLE: Final = (
    500,
    '{"success":false,"error":"The data cannot be read at the moment. Try again later.","code":"STORE_UNAVAILABLE"}',
)
# Seconds: at most 0.7 for a request to wait for the store, 1 for a client to find another worker when one ends, and as
# much again for a busy machine.
BOUND: Final = 3
WORKERS: Final = 2

Fault: TypeAlias = Callable[[Path], AbstractContextManager[None]]


def organization(number: str) -> dict[str, Any]:
    """An organization whose user has this default number."""
    return {
        "id": "org_acme",
        "name": "Acme",
        "active_provider": "sinch",
        "accounts": [{"provider": "sinch", "account_id": "s1"}],
        "phone_numbers": [{"e164": number, "provider": "sinch"}],
        "users": [{"id": "user_ada", "default_numbers": {"sinch": number}}],
    }


OLD, NEW = ((200, f'{{"provider":"sinch","phoneNumber":"{number}"}}') for number in NUMBERS)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that an operator imports while the server runs."""
    path = tmp_path / "new.json"
    path.write_text(json.dumps(organization(NUMBERS[1])))
    return path


@pytest.fixture
def disk(tmp_path: Path, tool: Callable[[str], str]) -> Iterator[Path]:
    """A disk of 2 MiB, with a database on it."""
    path = tmp_path / "disk"
    path.mkdir()
    mounting = subprocess.run(
        [tool("mount"), "-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs", path], capture_output=True, check=False
    )
    if mounting.returncode:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"cannot mount a disk here: {mounting.stderr.decode()}")
    try:
        with SQLiteAdministration(path / "relay.db") as administration:
            administration.import_organizations(io.BytesIO(json.dumps(organization(NUMBERS[0])).encode()))
        yield path
    finally:
        subprocess.run([tool("umount"), path], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Fill the disk completely."""
    ballast, free = disk / "ballast", os.statvfs(disk)
    ballast.write_bytes(bytes(free.f_bfree * free.f_frsize))
    assert os.statvfs(disk).f_bfree == 0
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """Make the disk's folder and files read-only."""
    modes = {path: path.stat().st_mode for path in (*disk.iterdir(), disk)}
    for path, mode in modes.items():
        path.chmod(mode & 0o555)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


@pytest.fixture
def program(tool: Callable[[str], str]) -> tuple[str, ...]:
    """The command without root's capabilities, so that file modes apply to it."""
    installed = str(Path(sys.executable).with_name("tether-relay"))
    return (tool("setpriv"), "--inh-caps=-all", "--bounding-set=-all", installed) if os.geteuid() == 0 else (installed,)


def status(server: Server, path: str) -> int:
    return server.client.get(path).status_code


def data_import(server: Server, program: tuple[str, ...], file: Path) -> int:
    """Import a file into the database of a server; the exit code."""
    command = [*program, "data", "import", str(file)]
    return subprocess.run(command, env=server.environment, capture_output=True, timeout=30, check=False).returncode


@pytest.mark.long
@pytest.mark.parametrize("fault", [full, read_only])
def test_a_disk_that_cannot_be_written_does_not_affect_readers(
    running_server: Running,
    eventually: Eventually,
    under_load: UnderLoad,
    program: tuple[str, ...],
    disk: Path,
    file: Path,
    fault: Fault,
) -> None:
    """A new worker can open the store during the fault. An import fails during the fault, and succeeds after it."""
    database = disk / "relay.db"
    with (
        running_server("--workers", str(WORKERS), command=(*program, "serve"), database=database) as server,
        under_load(server) as load,
    ):
        load.count(50)
        with fault(disk):
            refused = data_import(server, program, file)
            replaced = min(server.workers)
            os.kill(replaced, signal.SIGTERM)
            assert eventually(lambda: replaced not in server.workers and len(server.workers) == WORKERS)
            load.count(300)
            seen = [status(server, path) for path in ("/livez", "/readyz")]
        imported = data_import(server, program, file)
        changed = load.settles(NEW, since=time.monotonic())

    assert (refused, seen, imported) == (2, [200, 200], 0)
    assert set(load.tally()) == {OLD, NEW}
    assert [seconds is not None and seconds < BOUND for seconds in (changed, load.slowest)] == [True] * 2


@pytest.mark.parametrize("fault", [read_only, pytest.param(full, marks=pytest.mark.long)])
def test_a_store_whose_log_cannot_be_created_is_unavailable_until_the_fault_ends(
    running_server: Running,
    under_load: UnderLoad,
    program: tuple[str, ...],
    disk: Path,
    fault: Fault,
) -> None:
    """The first request must create the index of the log, which the fault prevents."""
    with running_server(command=(*program, "serve"), database=disk / "relay.db") as server:
        with fault(disk), under_load(server) as load:
            load.count(100)
            seen = [status(server, path) for path in ("/livez", "/readyz")]
        with under_load(server) as recovered:
            changed = recovered.settles(OLD, since=time.monotonic())
            seen += [status(server, path) for path in ("/livez", "/readyz")]

    assert (set(load.tally()), seen) == ({UNAVAILABLE}, [200, 503, 200, 200])
    assert [seconds is not None and seconds < BOUND for seconds in (changed, load.slowest)] == [True] * 2
