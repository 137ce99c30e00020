"""Known vulnerabilities of pins, from an advisory service through pip-audit."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class AuditFailed(Exception):
    """The advisory service could not be read; the text is the error of pip-audit."""


@dataclass(frozen=True)
class Findings:
    """The result of an audit: a line for each vulnerability, and the names of pins that the service does not know."""

    vulnerabilities: Sequence[str]
    unknown: Sequence[str]


def ask_advisories(pins: Mapping[str, str], osv_url: str | None = None) -> Findings:
    """Look up `pins` (name -> version) in PyPI's advisories, or in the OSV service at `osv_url`.

    AuditFailed if the service does not answer.
    """
    with tempfile.TemporaryDirectory() as folder:
        wanted, report = Path(folder, "pins.txt"), Path(folder, "report.json")
        wanted.write_text("".join(f"{name}=={version}\n" for name, version in pins.items()))
        service = ["--vulnerability-service", "osv", "--osv-url", osv_url] if osv_url else []
        audit = ["--requirement", str(wanted), "--no-deps", "--disable-pip", "--progress-spinner", "off"]
        command = [sys.executable, "-m", "pip_audit", *audit, *service, "--format", "json", "--output", str(report)]
        # Only the report has the result: the exit code is also 0 if the service knows none of the pins.
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # fixed arguments
        if not report.exists():
            raise AuditFailed(done.stderr.strip().rpartition("\n")[2] or f"pip-audit ended with {done.returncode}")
        return judge(pins, json.loads(report.read_text()))


def judge(pins: Mapping[str, str], report: Mapping[str, Any]) -> Findings:
    """The findings for `pins` in a JSON report of pip-audit; pins that it omits or skips are unknown."""
    judged = {entry["name"]: entry["vulns"] for entry in report["dependencies"] if "vulns" in entry}
    vulnerabilities = [
        f"{name} {pins[name]}: {', '.join([found['id'], *found['aliases']])}; {mended(found['fix_versions'])}"
        for name, known in judged.items()
        for found in known
    ]
    return Findings(vulnerabilities, [name for name in pins if name not in judged])


def mended(versions: Sequence[str]) -> str:
    """The versions without the vulnerability, in words."""
    return f"fixed in {', '.join(versions)}" if versions else "no version with a fix yet"
