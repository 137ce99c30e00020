"""scripts/audit: the bill of materials, and the verdict on the answers of an advisory service."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from scripts.auditing.__main__ import tell
from scripts.auditing.advisories import AuditFailed, Findings, ask_advisories, judge
from tests.loopback import Handler, listening

pytestmark = pytest.mark.long

ROOT = Path(__file__).parent.parent
HASH = f"--hash=sha256:{'0' * 64}"
LOCK = f"click==8.2.0 \\\n    {HASH}\ncolorama==0.4.6 ; sys_platform == 'win32' \\\n    {HASH}\n"
PINS = {"click": "8.2.0", "colorama": "0.4.6"}
VULNERABILITY = "colorama 0.4.6: PYSEC-0000-1, CVE-0000-1; fixed in 0.4.7"
ADVISORY = {
    "id": "PYSEC-0000-1",
    "aliases": ["CVE-0000-1"],
    "summary": "Made up.",
    "affected": [
        {
            "package": {"name": "colorama", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "0.4.7"}]}],
        }
    ],
}


@contextmanager
def advisory_service(known: dict[str, Any], status: int = 200) -> Iterator[tuple[str, list[str]]]:
    """The address of an OSV service with advisories by package, and the packages of its requests."""
    requested = []

    class Advisories(Handler):
        def do_POST(self) -> None:
            name = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]["name"]
            requested.append(name)
            self.reply(status, json.dumps({"vulns": known[name]} if name in known else {}).encode())

    with listening(Advisories) as address:
        yield f"{address}/", requested


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """A lock of two pins, one of them for another platform."""
    path = tmp_path / "requirements.lock"
    path.write_text(LOCK)
    return path


def audit(lock: Path, url: str) -> subprocess.CompletedProcess[str]:
    """Run `scripts/audit LOCK` with the advisories at `url`; it writes the bill beside the lock."""
    arguments = [str(lock), "--bill", str(lock.with_name("bill.json")), "--osv-url", url]
    return subprocess.run(
        [sys.executable, "-m", "scripts.auditing", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def unreachable() -> Iterator[str]:
    """An address without a listening server."""
    with closing(socket.socket()) as holder:
        holder.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{holder.getsockname()[1]}/"


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use no proxy for the loopback address."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")


def test_pins_without_advisories_pass() -> None:
    with advisory_service({}) as (url, requested):
        findings = ask_advisories(PINS, url)

    assert (findings, sorted(requested)) == (Findings([], []), sorted(PINS))


def test_a_known_vulnerability_is_reported_with_its_fixed_version(lock: Path) -> None:
    """A pin that is only for another platform is checked too."""
    with advisory_service({"colorama": [ADVISORY]}) as (url, _):
        done = audit(lock, url)

    assert (done.returncode, done.stdout.splitlines()[1:]) == (1, [VULNERABILITY])


def test_a_failed_advisory_service_is_an_error() -> None:
    with advisory_service({}, status=503) as (url, _), pytest.raises(AuditFailed) as failed:
        ask_advisories(PINS, url)

    assert str(failed.value) != ""


def test_without_an_advisory_service_the_bill_is_written_and_the_audit_fails(unreachable: str, tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text((ROOT / "requirements.lock").read_text())
    done = audit(lock, unreachable)
    bill = json.loads((tmp_path / "bill.json").read_text())
    pins = re.findall(r"^([\w.-]+)(?:\[.*\])?==([^ ;]+)", lock.read_text(), re.MULTILINE)

    assert (done.returncode, done.stderr.startswith("not audited: "), "Traceback" in done.stderr) == (2, True, False)
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "tether-relay")
    assert {(found["name"], found["version"]) for found in bill["components"]} == set(pins)
    assert all(found["externalReferences"][0]["hashes"] for found in bill["components"])


def test_a_requirement_that_is_not_pinned_is_not_audited(lock: Path, unreachable: str) -> None:
    lock.write_text("click>=8\n")
    done = audit(lock, unreachable)

    assert (done.returncode, done.stderr) == (2, f"not audited: {lock} does not pin click\n")


def test_skipped_and_missing_pins_are_unknown() -> None:
    skipped = {"name": "click", "skip_reason": "Dependency not found"}

    assert judge(PINS, {"dependencies": [skipped]}) == Findings([], ["click", "colorama"])


def test_a_vulnerability_without_a_fixed_version_is_reported() -> None:
    known = {"id": "PYSEC-0000-2", "aliases": [], "fix_versions": []}
    found = judge(PINS, {"dependencies": [{"name": "click", "version": "8.2.0", "vulns": [known]}]})

    assert found.vulnerabilities == ["click 8.2.0: PYSEC-0000-2; no version with a fix yet"]


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        (Findings([], []), 0),
        (Findings([VULNERABILITY], []), 1),
        (Findings([VULNERABILITY], ["click"]), 1),
        (Findings([], ["click"]), 2),
        (Findings([], ["click", "colorama"]), 2),
    ],
)
def test_the_exit_code_is_0_only_if_every_pin_is_known_to_be_good(findings: Findings, code: int) -> None:
    assert tell(findings, len(PINS)) == code
