"""Prism, the peer of the mock and of the proxy."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from scripts.benchmark.errors import BenchmarkError, PeerMissing

_PRISM: Final = "@stoplight/prism-cli@5.16.0"
_MISSING: Final = "Prism was not measured, because npm is not installed: there is no comparison"


def cache_folder() -> Path:
    """The folder in the user's cache for what the benchmark installs."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tether-relay"


def find_prism() -> Path | None:
    """The path of Prism, which npm installs into the user's cache if it is missing; None without npm.

    BenchmarkError if npm cannot install it.
    """
    modules = npm_modules("bench", _PRISM)
    return None if modules is None else modules / ".bin" / "prism"


def npm_modules(name: str, *packages: str) -> Path | None:
    """The `node_modules` with these packages of exact versions in the folder `name` of the user's cache, which npm
    fills if one is missing; None without npm. BenchmarkError if npm cannot install them."""
    if (npm := shutil.which("npm")) is None:
        return None
    folder = cache_folder() / name
    modules = folder / "node_modules"
    if not all((modules / package.rpartition("@")[0]).exists() for package in packages):
        folder.mkdir(parents=True, exist_ok=True)
        options = ["--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        ran = subprocess.run([npm, "install", *options, *packages], capture_output=True, text=True, check=False)  # noqa: S603  # versions that are pinned
        if ran.returncode:
            raise BenchmarkError(f"npm cannot install {', '.join(packages)}: {ran.stderr.strip()}")
    return modules


def peers(prism: Path | None) -> dict[str, str]:
    """The conditions of a report about its peer: empty, unless Prism is missing."""
    return {} if prism is not None else {"peer": _MISSING}


def require(prism: Path | None) -> None:
    """PeerMissing if Prism is missing: a run without a comparison must not succeed."""
    if prism is None:
        raise PeerMissing(_MISSING)
