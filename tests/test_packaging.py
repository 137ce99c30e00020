"""The locks and scripts/setup, as on a machine without the project."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements-server.lock", "requirements.lock", "requirements-dev.lock")


def run(*command: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command with only the given environment."""
    return subprocess.run(
        command,
        cwd=cwd,
        env={"PATH": os.defpath} | env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


# --- the locks -----------------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the files of the setup and lock scripts, under a path that needs quoting."""
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


def test_the_locks_match_pyproject(checkout: Path) -> None:
    checked = check_locks(checkout)

    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "old", "new", "complaint"),
    [
        ("pyproject.toml", '"click>=', '"flask>=2", "click>=', "flask>=2, the lock has nothing"),
        ("pyproject.toml", "orjson>=3", "orjson>=99", "requires orjson>=99"),
        ("requirements.lock", "\ngranian==2.", "\ngranian==1.", "granian is not pinned as in"),
        ("requirements.lock", "# This", "--index-url https://mirror\n# This", "contains a URL"),
        ("requirements-dev.lock", " \\\n    --hash=sha256:", "\n# ", "has no hash"),
        (
            "requirements-server.lock",
            "\ngranian==2.",
            "\ngranian==1.",
            "granian is not pinned as in",
        ),
        ("requirements.lock", "\nuvicorn==", "\n# uvicorn==", "requires uvicorn"),
        ("requirements.lock", "\npyjwt[crypto]==", "\npyjwt==", "pyproject.toml requires pyjwt[crypto]"),
        ("requirements-dev.lock", "\ncoverage[toml]==", "\ncoverage==", "pytest-cov requires coverage[toml]"),
        ("requirements-dev.lock", "\ncoverage[toml]==", "\n# coverage==", "pytest-cov requires coverage[toml]"),
    ],
    ids=[
        "missing",
        "too-old",
        "apart",
        "address",
        "hash",
        "server-apart",
        "of-an-extra",
        "extra",
        "extra-of-a-package",
        "missing-to-a-package",
    ],
)
def test_a_lock_that_does_not_match_pyproject_is_reported(
    checkout: Path, name: str, old: str, new: str, complaint: str
) -> None:
    replace(checkout / name, old, new)

    checked = check_locks(checkout)

    assert checked.returncode == 1
    assert complaint in checked.stderr


# --- scripts/setup, with an installer that only records its arguments -----------------------------

FAKE_UV = """#!/bin/sh
printf '%s\\n' "$*" >>uv.log
case "$1-$2" in
  venv-*) mkdir -p .venv/bin && ln -s {python} .venv/bin/python ;;
  pip-sync) [ ! -e offline ] ;;
  pip-install) printf '#!/bin/sh\\n' >.venv/bin/tether-relay && chmod +x .venv/bin/tether-relay ;;
esac
"""


class Machine:
    """A checkout with a fake `uv` that records its calls."""

    def __init__(self, checkout: Path) -> None:
        self.checkout = checkout
        tools = checkout.parent / "tools"
        tools.mkdir()
        (tools / "uv").write_text(FAKE_UV.format(python=shlex.quote(sys.executable)))
        (tools / "uv").chmod(0o755)
        (tools / "python3.14").symlink_to(sys.executable)
        self.path = f"{tools}:{os.defpath}"

    def setup(self, *arguments: str, **env: str) -> list[str]:
        """The last arguments of the installer's calls in one run of scripts/setup, started from another folder."""
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


def test_setup_after_a_development_setup_installs_nothing(machine: Machine) -> None:
    machine.setup("--dev")

    assert machine.setup() == []


def test_a_development_setup_after_a_setup_installs_only_the_difference(machine: Machine) -> None:
    machine.setup()

    assert machine.setup("--dev") == DEV[1:]


def test_a_changed_lock_is_installed_with_the_development_packages(machine: Machine) -> None:
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


def test_setup_ignores_the_environment_of_the_caller(machine: Machine) -> None:
    foreign = {"PYTHONHOME": "/nowhere", "VIRTUAL_ENV": "/nowhere", "CDPATH": "/"}

    assert machine.setup(**foreign) == RUNTIME
    assert machine.last.returncode == 0
