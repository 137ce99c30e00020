"""Pins compared with an advisory service, by pip-audit."""

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
    """The advisory service could not be asked; the text is what pip-audit says of it."""


@dataclass(frozen=True)
class Findings:
    """What is known of some pins: a line for each vulnerability, and each pin that nothing was learned about."""

    vulnerabilities: Sequence[str]
    unknown: Sequence[str]


def ask_advisories(pins: Mapping[str, str], osv_url: str | None = None) -> Findings:
    """What PyPI's advisories, or those of the OSV service at `osv_url`, say of `pins` (name -> version).

    AuditFailed when there is no answer.
    """
    with tempfile.TemporaryDirectory() as folder:
        wanted, report = Path(folder, "pins.txt"), Path(folder, "report.json")
        wanted.write_text("".join(f"{name}=={version}\n" for name, version in pins.items()))
        service = ["--vulnerability-service", "osv", "--osv-url", osv_url] if osv_url else []
        audit = ["--requirement", str(wanted), "--no-deps", "--disable-pip", "--progress-spinner", "off"]
        command = [sys.executable, "-m", "pip_audit", *audit, *service, "--format", "json", "--output", str(report)]
        # What it found is in its report: its exit code is 0 too when it has learned nothing about any pin.
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # of our own words
        if not report.exists():
            raise AuditFailed(done.stderr.strip().rpartition("\n")[2] or f"pip-audit ended with {done.returncode}")
        return judge(pins, json.loads(report.read_text()))


def judge(pins: Mapping[str, str], report: Mapping[str, Any]) -> Findings:
    """What a report of pip-audit in JSON says of `pins`; what it leaves out or skips is unknown."""
    judged = {entry["name"]: entry["vulns"] for entry in report["dependencies"] if "vulns" in entry}
    vulnerabilities = [
        f"{name} {pins[name]}: {', '.join([found['id'], *found['aliases']])}; {mended(found['fix_versions'])}"
        for name, known in judged.items()
        for found in known
    ]
    return Findings(vulnerabilities, [name for name in pins if name not in judged])


def mended(versions: Sequence[str]) -> str:
    """Where a vulnerability is mended, in words."""
    return f"mended in {', '.join(versions)}" if versions else "mended in no version yet"
