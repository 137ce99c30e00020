"""`tether-relay contract changelog`: the section of a changelog for the changes between two contracts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from scripts.cli.check.files import check_writable, write
from scripts.cli.contract.diff import judge

_FILE: Final = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--release", "version", default="Unreleased", show_default=True, help="The heading: the new version.")
@click.option("--ignore", "acceptance", type=_FILE, help="A file of accepted changes, which are left out.")
@click.option("--settings", type=_FILE, help="A file of levels by rule, and the name of the extension for drafts.")
@click.option("--output", type=_FILE, default="-", help="Write to this file. [standard output]")
def changelog(old: str, new: str, version: str, acceptance: Path | None, settings: Path | None, output: Path) -> None:
    """Write the section of a changelog, in Markdown, for the changes from the contract OLD to NEW.

    OLD and NEW are files, URLs, or REV:path in the git repository of the current folder.
    """
    from openapi.compatibility.changelog import changelog as section

    check_writable([output])
    judged = judge(old, new, acceptance, settings)
    write(output, section(judged.comparison, version, datetime.now(UTC).date()).encode())
