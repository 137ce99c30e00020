"""Reloading of the files of a mock when they are saved."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TypeAlias

from openapi.documents.errors import ContractError
from openapi.mock.mocking import Mock

logger = logging.getLogger(__name__)

# Milliseconds between two reads of the system's notifications, and for which notifications belong to one save.
_STEP: Final = 20
_TOGETHER: Final = 60
# Milliseconds after which the files themselves are inspected: systems do not notify about files on a network or shared
# with a container, or about a folder that replaces another.
LOOK: Final = 300

_Fingerprints: TypeAlias = dict[Path, tuple[int, ...] | None]


async def reload_on_save(mock: Mock, report: Callable[[ContractError | None], None]) -> None:
    """Load the files again whenever one of them is saved, until cancelled.

    Files that cannot be loaded change nothing. `report` is called with the error, or with None after a successful load.
    """
    from watchfiles import Change, awatch

    loaded = fingerprints_of(mock.files)
    while True:
        files = {path.resolve() for path in mock.files}
        # Folders, because editors replace a file by a new one with its name.
        folders = {file.parent for file in files if file.parent.is_dir()}
        if not folders:
            await asyncio.sleep(LOOK / 1000)
            continue

        def is_watched(change: Change, path: str, files: frozenset[Path] = frozenset(files)) -> bool:
            return Path(path) in files

        async for changes in awatch(
            *folders,
            watch_filter=is_watched,
            debounce=_TOGETHER,
            step=_STEP,
            rust_timeout=LOOK,
            yield_on_timeout=True,
            recursive=False,
        ):
            found = fingerprints_of(mock.files)
            if not changes and found == loaded:
                continue
            report(await reload(mock))
            # Files that are new in this load were read after `found` was taken.
            loaded = fingerprints_of(mock.files) | found
            if {path.resolve() for path in mock.files} != files or not changes:
                break


def fingerprints_of(files: Iterable[Path]) -> _Fingerprints:
    """A fingerprint of each file, which changes when the file is saved or replaced; None for a missing file."""
    return {path: _fingerprint_of(path) for path in files}


def _fingerprint_of(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


async def reload(mock: Mock) -> ContractError | None:
    """Load the files again; the error if they cannot be loaded, or None."""
    try:
        snapshot = await asyncio.to_thread(mock.load)
    except ContractError as error:
        mock.fail(error)
        return error
    except Exception as error:
        # A bug of the mock with the saved files must not stop its answers.
        logger.exception("the mock failed to load the files")
        unexpected = ContractError(str(next(iter(mock.sources.values()))), "", f"the mock failed to load it: {error!r}")
        mock.fail(unexpected)
        return unexpected
    mock.replace(snapshot)
    return None
