"""The maintenance of a SQLite store: verification, backup, restore."""

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
    """The Maintenance of the store at `path`, which may be missing or damaged, or have older or newer tables.

    `patience` is the number of seconds to wait for another program's lock. The store is open only during a call.
    """

    def __init__(self, path: str | Path, *, patience: float = PATIENCE) -> None:
        self._path = Path(path)
        self._patience = patience

    def verify(self) -> Verification:
        """Read the whole store without a change, and return its state and damage."""
        return verify(self._path, patience=self._patience)

    def back_up(
        self, target: Path, *, replace: bool = False, progress: Callable[[int, int], object] | None = None
    ) -> Verification:
        """Write a snapshot of the store to the new file `target`, which appears complete or not at all.

        Returns the verification of the backup. `progress` is called with the pages written and the total. Raises
        BackupFailed, also for a damaged store.
        """
        return back_up(self._path, target, replace=replace, progress=progress, patience=self._patience)

    def restore(self, source: Path, *, now: datetime) -> Restoration:
        """Replace the content of the store with that of a backup, atomically, and keep the old content in a file.

        That file is `<store>.before-restore-<now>`. Raises BackupRejected for a file that is not a sound backup.
        """
        return restore(self._path, source, now=now, patience=self._patience)
