"""`tether-relay data backup`, `restore` and `verify`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from scripts.cli.data.database import require_database
from scripts.cli.options import with_settings
from scripts.cli.output import print_json, with_json
from scripts.cli.settings import Settings
from store import SQLiteMaintenance, StoreCounts, Verification

_FILE: Final = click.Path(path_type=Path, readable=False)
_SCHEMA: Final = {
    "older": "the database has the schema of an older program; any change with this program updates it",
    "newer": "the database has the schema of a newer program; upgrade this program",
}


@click.command()
@click.argument("file", type=_FILE)
@click.option("--replace", "--force", "force", is_flag=True, help="Replace FILE if it exists.")
@with_settings
def backup(settings: Settings, file: Path, force: bool) -> None:
    """Write a verified copy of the database to the new FILE.

    The copy is consistent, even while other processes use the database. FILE appears only when it is complete.
    """
    require_database(settings.database)
    with _progress("Backing up") as progress:
        found = SQLiteMaintenance(settings.database).back_up(file, replace=force, progress=progress)
    click.echo(f"backed up {_counted(found.counts)}")
    for foreign in found.foreign:
        click.echo(f"warning: {foreign}; `restore` refuses this backup until it is removed from the database", err=True)


@click.command()
@click.argument("file", type=_FILE)
@with_settings
def restore(settings: Settings, file: Path) -> None:
    """Replace the content of the database with the backup FILE.

    The backup is verified first. A server may keep running. The previous content is kept in a file next to the
    database. A database that does not exist is created.
    """
    done = SQLiteMaintenance(settings.database).restore(file, now=datetime.now(UTC))
    click.echo(f"restored {_counted(done.counts)}")
    if done.kept is not None:
        click.echo(f"the previous content is kept in {done.kept}")


@click.command()
@with_json
@with_settings
def verify(settings: Settings, as_json: bool) -> None:
    """Read the whole database and list its problems.

    The exit code is 1 if there are any.
    """
    require_database(settings.database)
    found = SQLiteMaintenance(settings.database).verify()
    problems = _problems(found)
    if as_json:
        counts = {name: count for name, count in asdict(found.counts).items() if count != {}} if found.counts else None
        print_json({"ok": not problems, "schema": found.schema, "counts": counts, "problems": problems})
    elif not problems:
        click.echo(f"ok: {_counted(found.counts)}")
    for problem in () if as_json else problems:
        click.echo(problem)
    sys.exit(1 if problems else 0)


COMMANDS: Final = (backup, restore, verify)


def _problems(found: Verification) -> list[str]:
    schema = [_SCHEMA[found.schema]] if found.schema in _SCHEMA else []
    return [*found.damage, *found.foreign, *schema]


def _counted(counts: StoreCounts | None) -> str:
    if counts is None:
        return "a database of another version of this program"
    return (
        f"{counts.organizations} organization(s), {counts.accounts} account(s), "
        f"{counts.phone_numbers} number(s), {counts.users} user(s)"
        + "".join(f", {count} row(s) of {table}" for table, count in counts.tables.items())
    )


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], object] | None]:
    """A progress bar if stderr is a terminal; otherwise None."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def update(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield update
