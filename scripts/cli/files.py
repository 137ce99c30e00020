"""Files that are replaced atomically."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

# The usual name of stdout in arguments.
STDOUT: Final = Path("-")


@contextmanager
def replacing(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """Yield a new file that replaces `path` when the block ends without an error.

    Until then, `path` keeps its old content; it also keeps its mode. With `private`, only the owner can read a file
    that did not exist. OSError if the file cannot be written.
    """
    # Replace the target of a symbolic link, not the link.
    path = path.resolve()
    draft = path.parent / f".{path.name}.{os.getpid()}"
    try:
        with open(draft, "wb", opener=partial(os.open, mode=0o600 if private else 0o666)) as stream:
            if path.exists():
                shutil.copymode(path, draft)
            yield stream
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
