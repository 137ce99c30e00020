"""Applications from PyPI and npm, each in a folder of its own, in the user's cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Final

from tests.npm import install_locked

FOLDER: Final = Path(__file__).parent


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tether-relay" / "servers"


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"


def environment(name: str) -> Path:
    """The virtual environment with the exact versions of ``<name>.txt``, which pip installs if it is not cached."""
    requirements = FOLDER / f"{name}.txt"
    folder = _folder(name, requirements)
    complete = folder / "complete"
    if not complete.exists():
        _run(sys.executable, "-m", "venv", "--clear", folder)
        _run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-deps", "--requirement", requirements)
        complete.touch()
    return folder


def modules(npm: str, name: str) -> Path:
    """The folder with the exact packages of ``<name>/package-lock.json``, which npm installs if it is not cached, and
    the other files of ``<name>``."""
    folder = _folder(name, FOLDER / name / "package-lock.json")
    complete = folder / "complete"
    if not complete.exists():
        shutil.copytree(FOLDER / name, folder, dirs_exist_ok=True)
        install_locked(npm, folder)
        complete.touch()
    return folder


def _folder(name: str, lock: Path) -> Path:
    return _cache() / f"{name}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"


def sources(environment: Path, package: str, version: str) -> Path:
    """The folder with the source distribution of a package, with its examples, which the wheel does not have."""
    folder = environment / f"{package}-{version}"
    if not folder.exists():
        options: list[str | Path] = ["--quiet", "--no-deps", "--no-binary", package, "--dest", environment]
        _run(environment / "bin" / "python", "-m", "pip", "download", *options, f"{package}=={version}")
        with tarfile.open(environment / f"{package}-{version}.tar.gz") as archive:
            archive.extractall(environment, filter="data")
    return folder
