"""The wheel of this checkout, and environments with it installed."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from tests.test_packaging import ROOT, run


def built(folder: Path) -> Path:
    """The wheel, built into `folder` without the network."""
    done = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


def installed(wheel: Path, lock: str, folder: Path) -> Path:
    """`tether-relay` from a wheel, in an environment at `folder` with only the wheel and the packages of a lock."""
    python = folder / "bin" / "python"
    created = run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    assert created.returncode == 0, created.stderr
    if uv := shutil.which("uv"):
        installer: list[str | Path] = [uv, "pip", "install", "--quiet", "--python", python]
    else:
        installer = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    # Installers, unlike the program, need the machine's settings: proxies, certificates, mirrors.
    machine = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    for done in (
        run(*installer, "--require-hashes", "-r", ROOT / lock, cwd=folder, **machine),
        run(*installer, "--no-deps", wheel, cwd=folder, **machine),
    ):
        assert done.returncode == 0, done.stderr
    return folder / "bin" / "tether-relay"
