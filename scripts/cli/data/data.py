"""`tether-relay data`: import and export organizations."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Literal

import click

from scripts.cli.data.database import open_database
from scripts.cli.data.maintenance import COMMANDS
from scripts.cli.failures import Refused
from scripts.cli.files import replacing
from scripts.cli.options import with_settings
from scripts.cli.settings import Settings
from store import SQLiteAdministration


@click.group(commands=COMMANDS)
def data() -> None:
    """Import and export organizations; back up, restore and verify the database."""


@data.command("import")
@click.argument("file", type=click.Path(allow_dash=True))
@with_settings
def import_file(settings: Settings, file: str) -> None:
    """Import the organizations of FILE.

    FILE is a JSON array or JSON Lines; `-` reads standard input. If FILE has problems, the command lists all of them
    with line and field, and imports nothing. An organization that exists is replaced. A database that does not exist is
    created.
    """
    with (
        _opened(file, "rb") as stream,
        SQLiteAdministration(settings.database) as store,
        _progress(stream) as progress,
    ):
        summary = store.import_organizations(stream, progress=progress)
    click.echo(
        f"imported {summary.organizations} organization(s), {summary.replaced} of them replaced: "
        f"{summary.accounts} account(s), {summary.phone_numbers} number(s), {summary.users} user(s)"
        + (f", {summary.rows} row(s) of other tables" if summary.rows else "")
    )


@data.command("export")
@click.argument("file", type=click.Path(allow_dash=True), default="-")
@click.option("--replace", is_flag=True, help="Replace FILE if it exists.")
@with_settings
def export(settings: Settings, file: str, replace: bool) -> None:
    """Export all organizations to the new FILE as JSON Lines.

    Without FILE, the command writes to standard output. `import` reads the result. FILE appears only when the export is
    complete, and only its owner can read it.
    """
    if _is_store(file, settings.database):
        raise Refused(f"{file} is the database or one of its journal files; name another file")
    if not replace and os.path.isfile(file):
        raise Refused(f"{file} exists already; name a new file, or replace it with --replace")
    with open_database(settings) as store, _opened(file, "wb") as stream:
        for line in store.export_organizations():
            stream.write(f"{line}\n".encode())


def _is_store(file: str, database: Path) -> bool:
    store = os.path.realpath(database)
    if os.path.realpath(file) in {store + suffix for suffix in ("", "-wal", "-shm", "-journal")}:
        return True
    return os.path.exists(file) and os.path.exists(store) and os.path.samefile(file, store)


@contextmanager
def _opened(file: str, mode: Literal["rb", "wb"]) -> Iterator[Any]:
    """Open `file`, or the standard stream for `-`; Refused if it cannot be opened, read or written."""
    writing = mode == "wb"
    # A pipe or a device is written to, not replaced.
    new = writing and file != "-" and (os.path.isfile(file) or not os.path.exists(file))
    try:
        with replacing(Path(file), private=True) if new else click.open_file(file, mode) as stream:
            yield stream
            if writing:
                stream.flush()
    except BrokenPipeError:
        # The reader of the output has closed it, which is not an error.
        raise
    except OSError as error:
        name = file if file != "-" else "the output" if writing else "the input"
        raise Refused(f"{name} cannot be {'written' if writing else 'read'}: {error.strerror}") from None


@contextmanager
def _progress(file: BinaryIO) -> Iterator[Callable[[int], object] | None]:
    """A progress bar over the bytes of `file` if stderr is a terminal and the size is known; otherwise None."""
    size = os.fstat(file.fileno()).st_size if isinstance(getattr(file, "name", None), str) else 0
    if not size or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=size, label="Importing", file=sys.stderr) as bar:
        yield lambda done: bar.update(done - bar.pos)
