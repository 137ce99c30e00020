"""`tether-relay data`: whole organizations, in and out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO

import click

from scripts.cli.database import open_database
from scripts.cli.options import with_settings
from scripts.cli.settings import Settings
from store import SQLiteAdministration


@click.group()
def data() -> None:
    """Import and export organizations."""


@data.command("import")
@click.argument("file", type=click.File("rb"))
@with_settings
def import_file(settings: Settings, file: BinaryIO) -> None:
    """Import the organizations of FILE, a JSON array or JSON Lines; `-` reads standard input.

    All or nothing: every problem is named with line and field, and then nothing is imported. An organization that
    exists is replaced. A database that does not exist is made.
    """
    with SQLiteAdministration(settings.database) as store, _progress(file) as progress:
        summary = store.import_organizations(file, progress=progress)
    click.echo(
        f"imported {summary.organizations} organization(s), {summary.replaced} of them replaced: "
        f"{summary.accounts} account(s), {summary.phone_numbers} number(s), {summary.users} user(s)"
    )


@data.command("export")
@click.argument("file", type=click.File("w", encoding="utf-8", atomic=True), default="-")
@with_settings
def export(settings: Settings, file: IO[str]) -> None:
    """Write all organizations to FILE as JSON Lines, which `import` reads; by default to standard output."""
    with open_database(settings) as store:
        for line in store.export_organizations():
            file.write(line + "\n")


@contextmanager
def _progress(file: BinaryIO) -> Iterator[Callable[[int], object] | None]:
    """A progress bar over the bytes of `file`, on a terminal and for a file of known size; else None."""
    size = os.fstat(file.fileno()).st_size if isinstance(getattr(file, "name", None), str) else 0
    if not size or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=size, label="Importing", file=sys.stderr) as bar:
        yield lambda done: bar.update(done - bar.pos)
