"""Files that are replaced whole, or stay as they were."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

# As other programs write it.
STDOUT: Final = Path("-")


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A new file that takes the place of `path` when the block ends without an error.

    Whoever reads `path` meanwhile has the old content. OSError when it cannot be written.
    """
    # What a link leads to is replaced, not the link.
    path = path.resolve()
    draft = path.parent / f".{path.name}.{os.getpid()}"
    try:
        with draft.open("wb") as stream:
            if path.exists():
                shutil.copymode(path, draft)
            yield stream
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
