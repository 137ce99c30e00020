"""The command line in a separate folder, in this process or as the installed program; and the mock in a
browser."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import TYPE_CHECKING

import pytest

from scripts.cli import main
from store import SQLiteAdministration
from tests.conftest import without_progress

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.conftest import Running, Server
    from tests.panel import PanelVisit

SECRET = "a secret that nobody else will know"

ORGANIZATIONS = [
    {
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
            {"id": "user_ada", "disabled": False, "default_numbers": {"sinch": "+14165550100"}},
            {"id": "user_bea", "disabled": True, "default_numbers": {}},
        ],
    },
    {
        "id": "org_globex",
        "name": "Globex",
        "active_provider": None,
        "accounts": [],
        "phone_numbers": [{"e164": "+14165550110", "provider": "twilio"}],
        "users": [],
    },
    {"id": None, "users": [{"id": "user_lone", "disabled": False}]},
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, without settings in the environment, and without a proxy to this machine."""
    for name in os.environ:
        if name.upper().startswith("TETHER_RELAY_"):
            monkeypatch.delenv(name)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "*")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def relay(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., CompletedProcess[str]]:
    """Runs `tether-relay` in this process; returns the exit code and the output."""

    def run(*arguments: str | Path, stdin: bytes = b"") -> CompletedProcess[str]:
        monkeypatch.setattr(sys, "argv", ["tether-relay", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code or 0
        assert isinstance(code, int)
        return discreet(CompletedProcess(arguments, code, *capsys.readouterr()))

    return run


@pytest.fixture
def installed() -> str:
    """The installed program."""
    return str(Path(sys.executable).with_name("tether-relay"))


@pytest.fixture
def program(folder: Path, installed: str) -> Callable[..., CompletedProcess[str]]:
    """Runs `tether-relay` as a program."""

    def run(*arguments: str | bytes | Path, stdin: bytes = b"", **environment: str) -> CompletedProcess[str]:
        done = subprocess.run(
            [installed, *arguments],
            cwd=folder,
            env=os.environ | environment,
            input=stdin,
            capture_output=True,
            timeout=60,
            check=False,
        )
        errors = without_progress(done.stderr.decode())
        return discreet(CompletedProcess(done.args, done.returncode, done.stdout.decode(), errors))

    return run


def discreet(done: CompletedProcess[str]) -> CompletedProcess[str]:
    """The result of a command, with an assertion that its output does not contain the secret."""
    assert SECRET not in done.stdout + done.stderr
    return done


@pytest.fixture
def secret(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The secret in the settings."""
    monkeypatch.setenv("TETHER_RELAY_JWT_SECRET", SECRET)
    return SECRET


@pytest.fixture
def database(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The database in the settings, with `ORGANIZATIONS` in it."""
    path = folder / "relay.db"
    with SQLiteAdministration(path) as administration:
        administration.import_organizations(io.BytesIO(json.dumps(ORGANIZATIONS).encode()))
    monkeypatch.setenv("TETHER_RELAY_DATABASE", str(path))
    return path


@pytest.fixture
def exported(database: Path) -> Callable[[], str]:
    """The whole content of the database, as a text for comparisons."""

    def read() -> str:
        with SQLiteAdministration(database) as administration:
            return "".join(f"{line}\n" for line in administration.export_organizations())

    return read


@pytest.fixture(scope="module")
def browser(tool: Callable[[str], str]) -> Iterator[Browser]:
    """A real browser."""
    from tests.browsing import chromium

    with chromium(tool) as browser:
        yield browser


@pytest.fixture(scope="module")
def mock(running_server: Running) -> Iterator[Server]:
    """A mock of our contract."""
    with running_server(command=("tether-relay", "mock")) as server:
        yield server


@pytest.fixture
def panel(browser: Browser, mock: Server) -> Iterator[PanelVisit]:
    """The panel of a mock in its state at start; errors in the page fail the test."""
    from tests.panel import opened, settled

    mock.client.post("/__mock/reset").raise_for_status()
    with opened(browser, mock.url) as visit:
        settled(visit)
        yield visit
        assert visit.surprises == []
