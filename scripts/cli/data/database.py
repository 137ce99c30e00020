"""The database that a command works on."""

from __future__ import annotations

from pathlib import Path

from scripts.cli.failures import Refused
from scripts.cli.settings import Settings
from store import SQLiteAdministration


def open_database(settings: Settings) -> SQLiteAdministration:
    """The store of `settings`, to be changed; Refused when there is none: only an import makes one."""
    require_database(settings.database)
    return SQLiteAdministration(settings.database)


def require_database(path: Path) -> None:
    """Refused when there is no database at `path`: a mistyped name must not become an empty store."""
    if not path.exists():
        raise Refused(
            f"the database {path} does not exist: name another with --database, make it with "
            f"`tether-relay data import FILE --database {path}`, or try the demo with --demo"
        )
