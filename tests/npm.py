"""Packages from npm, for tests that run the tools of frontend developers."""

from __future__ import annotations

import subprocess
from pathlib import Path


def install(npm: str, folder: Path, *packages: str) -> Path:
    """The `node_modules` in `folder`, with packages of exact versions, e.g. ``axe-core@4.14.1``.

    The installation runs none of their scripts.
    """
    options = [
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--no-package-lock",
        "--loglevel=error",
        "--prefer-offline",
    ]
    subprocess.run([npm, "install", "--prefix", str(folder), *options, *packages], check=True, capture_output=True)
    return folder / "node_modules"


def install_locked(npm: str, folder: Path) -> None:
    """Install the packages of the ``package-lock.json`` in `folder`, and run none of their scripts."""
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline"]
    subprocess.run([npm, "ci", *options], cwd=folder, check=True, capture_output=True)
