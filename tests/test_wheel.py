"""The wheel, installed outside the checkout."""

from __future__ import annotations

import json
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.test_packaging import ROOT, run
from tests.wheels import built, installed

if TYPE_CHECKING:
    from tests.conftest import Running, Server

# All tests share one environment, installed from the lock.
pytestmark = pytest.mark.long

PACKAGES = ("handlers", "openapi", "scripts", "store")
SECRET = "a-secret-of-at-least-thirty-two-bytes"
# The installed program must not find the checkout.
ELSEWHERE = {"PYTHONPATH": ""}
ORGANIZATION = {
    "id": "org_acme",
    "name": "Acme",
    "active_provider": "sinch",
    "accounts": [{"provider": "sinch", "account_id": "a1"}],
    "phone_numbers": [{"e164": "+14165550100", "provider": "sinch"}],
    "users": [{"id": "user_ada", "disabled": False, "default_numbers": {"sinch": "+14165550100"}}],
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    return built(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`tether-relay` from the wheel, with every extra."""
    return installed(wheel, "requirements.lock", tmp_path_factory.mktemp("installed"))


def test_the_wheel_contains_only_the_four_packages(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert {name.split("/")[0] for name in names} == {*PACKAGES, "tether_relay-0.1.0.dist-info"}


def test_the_wheel_contains_every_module_and_data_file(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        path.relative_to(ROOT).as_posix()
        for folder in ("handlers", "openapi", "scripts/cli", "store")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert {Path(name).suffix for name in expected} >= {".py", ".yaml", ".json", ".ts", ".html", ".js", ".css", ".svg"}
    assert expected - names == set()


def test_the_wheel_contains_no_shell_scripts(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert [name for name in names if name in {"scripts/setup", "scripts/serve"}] == []


def test_the_installed_command_prints_its_version(command: Path, tmp_path: Path) -> None:
    printed = run(command, "--version", cwd=tmp_path)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert printed.returncode == 0, printed.stderr
    assert project["version"] in printed.stdout


def test_the_installed_server_answers_a_caller(command: Path, running_server: Running, tmp_path: Path) -> None:
    (tmp_path / "acme.json").write_text(json.dumps([ORGANIZATION]))
    database = tmp_path / "relay.db"
    imported = run(command, "data", "import", "acme.json", "--database", database, cwd=tmp_path)
    assert imported.returncode == 0, imported.stderr
    token = run(command, "token", "user_ada", cwd=tmp_path, TETHER_RELAY_JWT_SECRET=SECRET)
    assert token.returncode == 0, token.stderr

    environment = {**ELSEWHERE, "TETHER_RELAY_JWT_SECRET": SECRET}
    with running_server(command=(str(command), "serve"), environment=environment, database=database) as server:
        server.tokens.append(token.stdout.strip())
        headers = {"Authorization": f"Bearer {server.tokens[0]}"}
        answer = server.client.get("/api/calls/providers", headers=headers)

    assert answer.status_code == 200, answer.text
    assert answer.json() == {"provider": "sinch", "phoneNumber": "+14165550100"}


@pytest.fixture(scope="module")
def mock(command: Path, running_server: Running) -> Iterator[Server]:
    """The installed mock."""
    with running_server(command=(str(command), "mock"), environment=ELSEWHERE) as server:
        yield server


def test_the_installed_mock_answers_every_scenario(mock: Server) -> None:
    (operation,) = mock.client.get("/__mock/state").json()["operations"]
    headers = {"Authorization": "Bearer any"}
    chosen = [name for name in operation["scenarios"] if name not in ("slow", "offline")]
    statuses = {
        name: mock.client.get(operation["path"], headers={**headers, "Prefer": f"scenario={name}"}).status_code
        for name in chosen
    }

    assert (statuses["sinch"], statuses["token-expired"], statuses["error-string"]) == (200, 401, 500)


def test_the_installed_mock_serves_every_file_of_the_panel(mock: Server) -> None:
    folder = ROOT / "openapi" / "mock" / "panel"
    files = sorted(path.name for path in folder.iterdir() if path.name != "index.html")

    assert mock.client.get("/__mock").text == (folder / "index.html").read_text()
    assert [name for name in files if mock.client.get(f"/__mock/{name}").content != (folder / name).read_bytes()] == []


@pytest.mark.parametrize(("form", "text"), [("types", "export interface Operations"), ("msw", 'from "msw"')])
def test_the_installed_mock_exports(form: str, text: str, command: Path, tmp_path: Path) -> None:
    exported = run(command, "mock", "export", "--to", form, cwd=tmp_path)

    assert (exported.returncode, exported.stderr, text in exported.stdout) == (0, "", True)
