"""The wheel, the locks and scripts/setup, as a machine new to the project meets them."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Running

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
PACKAGES = ("handlers", "openapi", "scripts", "store")
SECRET = "a-secret-of-at-least-thirty-two-bytes"
ORGANIZATION = {
    "id": "org_acme",
    "name": "Acme",
    "active_provider": "sinch",
    "accounts": [{"provider": "sinch", "account_id": "a1"}],
    "phone_numbers": [{"e164": "+14165550100", "provider": "sinch"}],
    "users": [{"id": "user_ada", "disabled": False, "default_numbers": {"sinch": "+14165550100"}}],
}


def run(*command: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run to the end with nothing of this process's environment but what is given."""
    return subprocess.run(
        command,
        cwd=cwd,
        env={"PATH": os.defpath} | env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


# --- the wheel -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    assert built.returncode == 0, built.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`tether-relay` from the wheel, in an environment that holds it and the runtime lock alone."""
    folder = tmp_path_factory.mktemp("installed")
    python = folder / "bin" / "python"
    created = run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    assert created.returncode == 0, created.stderr
    if uv := shutil.which("uv"):
        installer: list[str | Path] = [uv, "pip", "install", "--quiet", "--python", python]
    else:
        installer = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    # Installers, unlike the program, need the machine's settings: proxies, certificates, mirrors.
    machine = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    lock = ROOT / "requirements.lock"
    for installed in (
        run(*installer, "--require-hashes", "-r", lock, cwd=folder, **machine),
        run(*installer, "--no-deps", wheel, cwd=folder, **machine),
    ):
        assert installed.returncode == 0, installed.stderr
    return folder / "bin" / "tether-relay"


def test_the_wheel_holds_the_four_packages_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert {name.split("/")[0] for name in names} == {*PACKAGES, "tether_relay-0.1.0.dist-info"}


def test_the_wheel_holds_every_module_and_data_file_of_the_packages(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for folder in ("handlers", "openapi", "scripts/cli", "store")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert {"openapi/openapi.yaml", "openapi/strict.yaml"} <= wanted
    assert wanted - names == set()


def test_the_wheel_leaves_the_shell_scripts_out(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert [name for name in names if name in {"scripts/setup", "scripts/serve"}] == []


def test_the_installed_command_tells_its_version(command: Path, tmp_path: Path) -> None:
    told = run(command, "--version", cwd=tmp_path)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert told.returncode == 0, told.stderr
    assert project["version"] in told.stdout


def test_the_installed_server_answers_a_caller(command: Path, running_server: Running, tmp_path: Path) -> None:
    (tmp_path / "acme.json").write_text(json.dumps([ORGANIZATION]))
    database = tmp_path / "relay.db"
    imported = run(command, "data", "import", "acme.json", "--database", database, cwd=tmp_path)
    assert imported.returncode == 0, imported.stderr
    token = run(command, "token", "user_ada", cwd=tmp_path, TETHER_RELAY_JWT_SECRET=SECRET)
    assert token.returncode == 0, token.stderr

    # The checkout is not to be found by it.
    environment = {"PYTHONPATH": "", "TETHER_RELAY_JWT_SECRET": SECRET}
    with running_server(command=(str(command), "serve"), environment=environment, database=database) as server:
        server.tokens.append(token.stdout.strip())
        headers = {"Authorization": f"Bearer {server.tokens[0]}"}
        answer = server.client.get("/api/calls/providers", headers=headers)

    assert answer.status_code == 200, answer.text
    assert answer.json() == {"provider": "sinch", "phoneNumber": "+14165550100"}


# --- the locks -----------------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with what the setup and lock scripts read, under a path that needs quoting."""
    folder = tmp_path / "a check'out"
    (folder / "scripts").mkdir(parents=True)
    for name in ("pyproject.toml", *LOCKS, "scripts/lock", "scripts/setup"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def check_locks(checkout: Path) -> subprocess.CompletedProcess[str]:
    (checkout / ".venv").symlink_to(sys.prefix)
    return run(checkout / "scripts" / "lock", "--check", cwd=checkout)


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_the_locks_answer_pyproject(checkout: Path) -> None:
    checked = check_locks(checkout)

    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "old", "new", "complaint"),
    [
        ("pyproject.toml", '"click>=', '"flask>=2", "click>=', "flask>=2, the lock has nothing"),
        ("pyproject.toml", "orjson>=3", "orjson>=99", "wants orjson>=99"),
        ("requirements.lock", "\ngranian==2.", "\ngranian==1.", "granian is not pinned as in"),
        ("requirements.lock", "# This", "--index-url https://mirror\n# This", "names an address"),
        ("requirements-dev.lock", " \\\n    --hash=sha256:", "\n# ", "has no hash"),
        ("requirements.lock", "\npyjwt[crypto]==", "\npyjwt==", "pyproject.toml wants pyjwt[crypto]"),
        ("requirements-dev.lock", "\ncoverage[toml]==", "\ncoverage==", "pytest-cov wants coverage[toml]"),
        ("requirements-dev.lock", "\ncoverage[toml]==", "\n# coverage==", "pytest-cov wants coverage[toml]"),
    ],
    ids=["missing", "too-old", "apart", "address", "hash", "extra", "extra-of-a-package", "missing-to-a-package"],
)
def test_a_lock_that_does_not_answer_pyproject_is_named(
    checkout: Path, name: str, old: str, new: str, complaint: str
) -> None:
    replace(checkout / name, old, new)

    checked = check_locks(checkout)

    assert checked.returncode == 1
    assert complaint in checked.stderr


# --- scripts/setup, with an installer that only writes down what it is asked ----------------------

FAKE_UV = """#!/bin/sh
printf '%s\\n' "$*" >>uv.log
case "$1-$2" in
  venv-*) mkdir -p .venv/bin && ln -s {python} .venv/bin/python ;;
  pip-sync) [ ! -e offline ] ;;
  pip-install) printf '#!/bin/sh\\n' >.venv/bin/tether-relay && chmod +x .venv/bin/tether-relay ;;
esac
"""


class Machine:
    """A checkout, the `uv` that it finds, and what that was asked for."""

    def __init__(self, checkout: Path) -> None:
        self.checkout = checkout
        tools = checkout.parent / "tools"
        tools.mkdir()
        (tools / "uv").write_text(FAKE_UV.format(python=shlex.quote(sys.executable)))
        (tools / "uv").chmod(0o755)
        (tools / "python3.14").symlink_to(sys.executable)
        self.path = f"{tools}:{os.defpath}"

    def setup(self, *arguments: str, **env: str) -> list[str]:
        """What one run of scripts/setup, started elsewhere, asks the installer for."""
        log = self.checkout / "uv.log"
        log.write_text("")
        script = self.checkout / "scripts" / "setup"
        self.last = run(script, *arguments, cwd=Path("/"), **env | {"PATH": self.path})
        return [line.split()[-1] for line in log.read_text().splitlines()]


@pytest.fixture
def machine(checkout: Path) -> Machine:
    return Machine(checkout)


RUNTIME = [".venv", "requirements.lock", "."]
DEV = [".venv", "requirements-dev.lock", "."]


@pytest.mark.parametrize(("arguments", "asked"), [((), RUNTIME), (("--dev",), DEV)])
def test_setup_makes_the_environment_and_installs_lock_and_project(
    machine: Machine, arguments: tuple[str, ...], asked: list[str]
) -> None:
    assert machine.setup(*arguments) == asked
    assert machine.last.returncode == 0
    assert len(machine.last.stderr.splitlines()) == 1


def test_a_second_setup_does_nothing(machine: Machine) -> None:
    machine.setup()

    assert machine.setup() == []
    assert (machine.last.returncode, machine.last.stderr) == (0, "")


def test_the_development_set_holds_the_runtime_set(machine: Machine) -> None:
    machine.setup("--dev")

    assert machine.setup() == []


def test_the_runtime_set_grows_into_the_development_set(machine: Machine) -> None:
    machine.setup()

    assert machine.setup("--dev") == DEV[1:]


def test_a_changed_lock_is_installed_and_development_stays(machine: Machine) -> None:
    machine.setup("--dev")
    replace(machine.checkout / "requirements.lock", "\norjson==", "\n# orjson==")

    assert machine.setup() == DEV[1:]


def test_a_setup_that_failed_half_way_starts_over(machine: Machine) -> None:
    (machine.checkout / "offline").touch()
    machine.setup()
    assert machine.last.returncode != 0
    (machine.checkout / "offline").unlink()

    assert machine.setup() == RUNTIME
    assert machine.setup() == []


def test_a_moved_checkout_gets_a_new_environment(machine: Machine) -> None:
    machine.setup()
    machine.checkout = machine.checkout.rename(machine.checkout.with_name("elsewhere"))

    assert machine.setup() == RUNTIME


def test_setup_heeds_no_environment_of_the_caller(machine: Machine) -> None:
    strangers = {"PYTHONHOME": "/nowhere", "VIRTUAL_ENV": "/nowhere", "CDPATH": "/"}

    assert machine.setup(**strangers) == RUNTIME
    assert machine.last.returncode == 0
