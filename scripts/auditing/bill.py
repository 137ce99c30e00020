"""The bill of materials of a lock, in CycloneDX, by cyclonedx-py. It asks no network."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def write_bill(lock: Path, project: Path, bill: Path) -> dict[str, str]:
    """Write the bill of what `lock` pins for the project of the file `project` to `bill`; the pins, name -> version.

    OSError when it cannot be written, ValueError when a requirement is not pinned.
    """
    program = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements"]
    command = [*program, str(lock), "--pyproject", str(project)]
    options = ["--output-reproducible", "--output-format", "JSON", "--output-file", "-"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)  # noqa: S603  # of our own words
    if done.returncode:
        raise ValueError(f"{lock}: {done.stderr.strip().rpartition(chr(10))[2]}")
    components = json.loads(done.stdout)["components"]
    if loose := [component["name"] for component in components if "version" not in component]:
        raise ValueError(f"{lock} does not pin {', '.join(loose)}")
    bill.write_text(done.stdout)
    return {component["name"]: component["version"] for component in components}
