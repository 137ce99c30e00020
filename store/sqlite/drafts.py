"""Files that appear complete, or not at all."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX, _SUFFIX = ".tether-relay-", ".draft"
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)


@contextmanager
def drafts(folder: Path) -> Iterator[Path]:
    """A temporary folder in `folder` for unfinished files, removed when the block ends.

    Also removes the folders that killed processes left. Raises OSError if the folder cannot be made.
    """
    for draft in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        _remove_if_abandoned(draft)
    new = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=folder))
    # The lock shows that this folder is in use; it ends with the process, however that ends. The folder gets the name
    # that other processes look for only after it is locked.
    lock = os.open(new, os.O_RDONLY)
    try:
        # On a file system without locks no process can recognize abandoned folders, so none is removed.
        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX)
        own = new.rename(f"{new}{_SUFFIX}")
        try:
            yield own
        finally:
            shutil.rmtree(own, ignore_errors=True)
    finally:
        os.close(lock)


def publish(draft: Path, target: Path, *, replace: bool) -> None:
    """Move a finished draft to its name, durably. Raises FileExistsError if `target` exists, unless `replace`."""
    _sync(draft)
    if replace:
        os.replace(draft, target)
    else:
        _rename_to_new(draft, target)
    _sync(target.parent)


def new_file(path: Path) -> Path:
    """Make an empty file that only its owner can read."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return path


def _rename_to_new(draft: Path, target: Path) -> None:
    # A link fails if the target exists; a rename would replace it.
    try:
        os.link(draft, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        os.rename(draft, target)
    else:
        os.unlink(draft)


def _remove_if_abandoned(folder: Path) -> None:
    # A folder that belongs to another user, is in use, or is already gone raises OSError: leave it.
    with suppress(OSError):
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
