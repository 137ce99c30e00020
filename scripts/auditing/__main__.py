"""`scripts/audit`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from scripts.auditing.advisories import AuditFailed, Findings, ask_advisories
from scripts.auditing.bill import write_bill

_ROOT: Final = Path(__file__).parents[2]
_FILE: Final = click.Path(path_type=Path, dir_okay=False)
VULNERABLE: Final = 1
NOT_AUDITED: Final = 2


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("lock", type=_FILE, default=_ROOT / "requirements.lock")
@click.option("--bill", type=_FILE, default=_ROOT / "sbom.cdx.json", help="The file for the bill of materials.")
@click.option("--osv-url", metavar="URL", help="Get advisories from this OSV service instead of PyPI.")
def audit(lock: Path, bill: Path, osv_url: str | None) -> None:
    """Write a CycloneDX bill of materials of the pins in LOCK, and look up their known vulnerabilities.

    LOCK is requirements.lock by default. Exit code 0: no known vulnerabilities. 1: a pin has one. 2: the advisories
    could not be read, for all pins or for one.
    """
    try:
        pins = write_bill(lock, _ROOT / "pyproject.toml", bill)
        click.echo(f"{bill}: {len(pins)} components")
        sys.exit(tell(ask_advisories(pins, osv_url), len(pins)))
    except (AuditFailed, OSError, ValueError) as error:
        click.echo(f"not audited: {error}", err=True)
        sys.exit(NOT_AUDITED)


def tell(findings: Findings, total: int) -> int:
    """Print the findings for `total` pins, and return the exit code."""
    for line in findings.vulnerabilities:
        click.echo(line)
    if unknown := findings.unknown:
        names = "any pin" if len(unknown) == total else ", ".join(unknown)
        click.echo(f"not audited: the advisory service does not know {names}", err=True)
    if findings.vulnerabilities:
        return VULNERABLE
    if findings.unknown:
        return NOT_AUDITED
    click.echo(f"no known vulnerabilities in {total} pins")
    return 0


if __name__ == "__main__":
    audit(prog_name="scripts/audit")
