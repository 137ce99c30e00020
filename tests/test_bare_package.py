"""`pip install tether-relay` without extras can serve, and names the extra that a command needs."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.test_packaging import ROOT, run
from tests.wheels import built, installed

if TYPE_CHECKING:
    from tests.conftest import Running

# All tests share one environment, installed from the lock.
pytestmark = pytest.mark.long

SECRET = "a-secret-of-at-least-thirty-two-bytes"
INSTALL = "with the lock of this release run: pip install --require-hashes --requirement requirements.lock"
ORGANIZATION = {
    "id": "org_acme",
    "name": "Acme",
    "active_provider": "twilio",
    "accounts": [{"provider": "twilio", "account_id": "a1"}],
    "phone_numbers": [{"e164": "+14165550100", "provider": "twilio"}],
    "users": [{"id": "user_ada", "disabled": False, "default_numbers": {"twilio": "+14165550100"}}],
}


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`tether-relay` from the wheel, with only the packages of the server's lock."""
    wheel = built(tmp_path_factory.mktemp("wheel"))
    return installed(wheel, "requirements-server.lock", tmp_path_factory.mktemp("bare"))


def names(command: Path) -> set[str]:
    """The names of the packages in the environment of the command."""
    code = "from importlib.metadata import distributions; print(*(d.name.lower() for d in distributions()))"
    return set(run(command.with_name("python"), "-c", code, cwd=command.parent).stdout.split())


@pytest.mark.parametrize(
    "package", ["pytest", "hypothesis", "schemathesis", "uvicorn", "watchfiles", "rich", "brotli", "opentelemetry-sdk"]
)
def test_a_package_of_an_extra_is_not_installed(command: Path, package: str) -> None:
    assert package not in names(command)


def test_the_server_answers_a_caller(command: Path, running_server: Running, tmp_path: Path) -> None:
    (tmp_path / "acme.json").write_text(json.dumps([ORGANIZATION]))
    database = tmp_path / "relay.db"
    imported = run(command, "data", "import", "acme.json", "--database", database, cwd=tmp_path)
    assert imported.returncode == 0, imported.stderr
    token = run(command, "token", "user_ada", cwd=tmp_path, TETHER_RELAY_JWT_SECRET=SECRET).stdout.strip()

    environment = {"PYTHONPATH": "", "TETHER_RELAY_JWT_SECRET": SECRET}
    with running_server(command=(str(command), "serve"), environment=environment, database=database) as server:
        answer = server.client.get("/api/calls/providers", headers={"Authorization": f"Bearer {token}"})

    assert (answer.status_code, answer.json()) == (200, {"provider": "twilio", "phoneNumber": "+14165550100"})


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("serve", "--help"),
        ("token", "--help"),
        ("data", "export", "--help"),
        ("org", "--help"),
        ("user", "--help"),
        ("number", "--help"),
        ("contract", "--help"),
    ],
    ids=" ".join,
)
def test_a_server_command_prints_its_help(command: Path, arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = run(command, *arguments, cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "extra"),
    [
        (("mock",), "mock"),
        (("mock", "export", "--to", "types"), "mock"),
        (("check", "http://127.0.0.1:1"), "check"),
        (("proxy", "--upstream", "http://127.0.0.1:1"), "check"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_a_command_without_its_extra_says_how_to_install_it(
    command: Path, arguments: tuple[str, ...], extra: str, tmp_path: Path
) -> None:
    done = run(command, *arguments, cwd=tmp_path)

    line = f"the {arguments[0]} needs packages of the extra {extra}, which are not installed; {INSTALL}"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"tether-relay: {line}\n")


def test_tracing_without_its_extra_says_how_to_install_it(command: Path, tmp_path: Path) -> None:
    settings = {"TETHER_RELAY_JWT_SECRET": SECRET, "TETHER_RELAY_OTLP_ENDPOINT": "http://127.0.0.1:4318"}
    (tmp_path / "acme.json").write_text(json.dumps([ORGANIZATION]))
    run(command, "data", "import", "acme.json", "--database", "relay.db", cwd=tmp_path)
    done = run(command, "serve", "--database", "relay.db", cwd=tmp_path, **settings)

    needs = "TETHER_RELAY_OTLP_ENDPOINT needs packages of the extra tracing, which are not installed"
    assert (done.returncode, done.stderr) == (2, f"tether-relay: {needs}; {INSTALL}\n")


@pytest.mark.parametrize("statement", ["import openapi.check.testing", "from openapi.check import run_check"])
def test_importing_the_check_without_its_extra_says_how_to_install_it(
    command: Path, statement: str, tmp_path: Path
) -> None:
    done = run(command.with_name("python"), "-c", statement, cwd=tmp_path)

    error = "openapi.extras.ExtraMissing: the check needs packages of the extra check, which are not installed"
    assert done.stderr.splitlines()[-1] == f"{error}; {INSTALL}"


def test_the_package_metadata_lists_the_extras(command: Path) -> None:
    code = "from importlib.metadata import metadata; print(*metadata('tether-relay').get_all('Provides-Extra'))"
    offered = run(command.with_name("python"), "-c", code, cwd=command.parent).stdout.split()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert sorted(offered) == sorted(project["optional-dependencies"])
