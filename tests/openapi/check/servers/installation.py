"""Applications from PyPI, each in a virtual environment of its own, in the user's cache."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tether-relay" / "servers"


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"


def environment(name: str) -> Path:
    """The virtual environment with the exact versions of ``<name>.txt``, which pip installs if it is not cached."""
    requirements = FOLDER / f"{name}.txt"
    folder = _cache() / f"{name}-{hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]}"
    complete = folder / "complete"
    if not complete.exists():
        _run(sys.executable, "-m", "venv", "--clear", folder)
        _run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-deps", "--requirement", requirements)
        complete.touch()
    return folder


def sources(environment: Path, package: str, version: str) -> Path:
    """The folder with the source distribution of a package, with its examples, which the wheel does not have."""
    folder = environment / f"{package}-{version}"
    if not folder.exists():
        options: list[str | Path] = ["--quiet", "--no-deps", "--no-binary", package, "--dest", environment]
        _run(environment / "bin" / "python", "-m", "pip", "download", *options, f"{package}=={version}")
        with tarfile.open(environment / f"{package}-{version}.tar.gz") as archive:
            archive.extractall(environment, filter="data")
    return folder
