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
