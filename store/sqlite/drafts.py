"""Files that appear whole, or not at all."""

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
    """A folder in `folder` for files on their way, gone with all in it when the block ends.

    What killed processes left of theirs is removed as well. OSError when it cannot be made.
    """
    for left in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        _remove_if_left(left)
    new = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=folder))
    # The lock tells others that this folder is in use; it ends with the process, however that ends. Only what is
    # locked gets the name that they look for.
    lock = os.open(new, os.O_RDONLY)
    try:
        # Where the file system has no locks, nobody can tell what is left, and nothing is removed.
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
    """Give a finished draft its name, durably. FileExistsError for a target that is not to be replaced."""
    _sync(draft)
    if replace:
        os.replace(draft, target)
    else:
        _rename_to_new(draft, target)
    _sync(target.parent)


def new_file(path: Path) -> Path:
    """Make an empty file that its owner alone can read."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return path


def _rename_to_new(draft: Path, target: Path) -> None:
    # A link is refused where a file is; a rename would replace it.
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


def _remove_if_left(folder: Path) -> None:
    # What is another user's, in use or gone meanwhile is let be.
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
