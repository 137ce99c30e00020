"""Changes of the files that a mock is made from, seen as they are saved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from openapi.errors import ContractError
from openapi.mock.mocking import Mock

# Milliseconds between two looks at what the system tells, and until the parts of one save are taken together.
_STEP: Final = 20
_TOGETHER: Final = 60


async def keep_fresh(mock: Mock, report: Callable[[ContractError | None], None]) -> None:
    """Load the files again whenever one of them is saved, until cancelled.

    What cannot be loaded changes nothing; `report` is told of it, and with None of what could.
    """
    from watchfiles import Change, awatch

    while True:
        files = {path.resolve() for path in mock.files}
        # Folders, for editors replace a file by another of its name.
        folders = {file.parent for file in files}

        def is_ours(change: Change, path: str, files: frozenset[Path] = frozenset(files)) -> bool:
            return Path(path) in files

        async for _ in awatch(*folders, watch_filter=is_ours, debounce=_TOGETHER, step=_STEP, recursive=False):
            report(await reload(mock))
            if {path.resolve() for path in mock.files} != files:
                break


async def reload(mock: Mock) -> ContractError | None:
    """Load the files once more; the error that keeps them from being in force."""
    try:
        book = await asyncio.to_thread(mock.load)
    except ContractError as error:
        mock.fail(error)
        return error
    mock.replace(book)
    return None
