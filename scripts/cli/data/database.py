"""The database of a command."""

from __future__ import annotations

from pathlib import Path

from scripts.cli.failures import Refused
from scripts.cli.settings import Settings
from store import SQLiteAdministration


def open_database(settings: Settings) -> SQLiteAdministration:
    """Open the store of `settings` for changes; Refused if it does not exist: only an import creates one."""
    require_database(settings.database)
    return SQLiteAdministration(settings.database)


def require_database(path: Path) -> None:
    """Refused if `path` has no database: a mistyped name must not create an empty store."""
    if not path.exists():
        raise Refused(
            f"the database {path} does not exist: name another with --database, create it with "
            f"`tether-relay data import FILE --database {path}`, or try the demo with --demo"
        )
