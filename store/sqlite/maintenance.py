"""What keeps the data of a SQLite store safe."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from store.records import Restoration, Verification
from store.sqlite.backup import back_up
from store.sqlite.connection import PATIENCE
from store.sqlite.restoring import restore
from store.sqlite.verification import verify


class SQLiteMaintenance:
    """The Maintenance of the store at `path`, which may be missing or damaged, or another program's age.

    `patience` is the number of seconds that it waits for another program. Nothing is opened between two calls.
    """

    def __init__(self, path: str | Path, *, patience: float = PATIENCE) -> None:
        self._path = Path(path)
        self._patience = patience

    def verify(self) -> Verification:
        """Read the whole store, changing nothing, and return what is wrong with it."""
        return verify(self._path, patience=self._patience)

    def back_up(
        self, target: Path, *, replace: bool = False, progress: Callable[[int, int], object] | None = None
    ) -> Verification:
        """Write the store as it is at one moment to the new file `target`, which appears whole or not at all.

        Returns what was found in it. `progress` is called with the pages that are written and their number. Raises
        BackupFailed, for a damaged store too.
        """
        return back_up(self._path, target, replace=replace, progress=progress, patience=self._patience)

    def restore(self, source: Path, *, now: datetime) -> Restoration:
        """Replace all that the store holds by what a backup holds, all or nothing, keeping the old in a file.

        It is named `<store>.before-restore-<now>`. Raises BackupRejected for what is no sound backup.
        """
        return restore(self._path, source, now=now, patience=self._patience)
