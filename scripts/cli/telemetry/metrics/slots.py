"""A file of numbers that one process counts in and others read, and that outlives the process.

The file is mapped into memory: counting adds to a float, and the numbers survive even SIGKILL, because the pages belong
to the kernel. The same file describes the numbers, with a line of JSON for each series: ``[width, name, label values
...]``. The numbers of a series follow those of the line before.
"""

from __future__ import annotations

import fcntl
import itertools
import json
import mmap
import os
import threading
from pathlib import Path
from typing import Final, NamedTuple

# Room for some 500 operations: the count of 8-byte numbers, and the bytes of lines.
NUMBERS: Final = 16 * 1024
LINES: Final = 1024 * 1024

_TEXT: Final = NUMBERS * 8
_SIZE: Final = _TEXT + LINES
# The first number is the length of the lines in bytes. It is written last, so that readers see only whole lines.
_LENGTH: Final = 0
_SUFFIX: Final = ".numbers"

# A worker that is forked during `_read` would inherit the lock that this tries, and seem to own the file.
_READING: Final = threading.Lock()
os.register_at_fork(before=_READING.acquire, after_in_parent=_READING.release, after_in_child=_READING.release)


class Series(NamedTuple):
    """A series of numbers: the name of its metric, and the values of its labels."""

    name: str
    labels: tuple[str, ...] = ()


class Full(Exception):
    """The file has no room for another series."""


class SlotFile:
    """The file that this process counts in.

    A process takes the first file of `folder` that no running process owns, and continues its numbers. So there are
    never more files than processes that ran at the same time. OSError if the file cannot be created.
    """

    def __init__(self, folder: Path) -> None:
        self._descriptor = _take(folder)
        self._bytes = mmap.mmap(self._descriptor, _SIZE)
        self.numbers = memoryview(self._bytes).cast("B")[:_TEXT].cast("d")
        self._places: dict[Series, int] = {}
        self._free = 1
        for series, width in _lines(self._bytes, int(self.numbers[_LENGTH])):
            self._places[series] = self._free
            self._free += width

    def place(self, series: Series, width: int = 1) -> int:
        """The index in `numbers` of the first of a series' `width` numbers; Full if there is no room for them."""
        known = self._places.get(series)
        if known is not None:
            return known
        line = json.dumps([width, series.name, *series.labels]).encode() + b"\n"
        begin = int(self.numbers[_LENGTH])
        if self._free + width > NUMBERS or begin + len(line) > LINES:
            raise Full
        self._bytes[_TEXT + begin : _TEXT + begin + len(line)] = line
        self.numbers[_LENGTH] = begin + len(line)
        place = self._places[series] = self._free
        self._free += width
        return place


class Count(NamedTuple):
    """The numbers of a file; `alive` is whether a running process owns it."""

    alive: bool
    numbers: dict[Series, list[float]]


def read_counts(folder: Path) -> list[Count]:
    """The current numbers of all files of a folder."""
    with _READING:
        counts = [_read(path) for path in sorted(folder.glob(f"*{_SUFFIX}"))]
    return [count for count in counts if count is not None]


def _read(path: Path) -> Count | None:
    with path.open("rb") as stream:
        if os.fstat(stream.fileno()).st_size < _SIZE:
            # Another process is creating it.
            return None
        alive = not _lock(stream.fileno(), fcntl.LOCK_SH)
        with mmap.mmap(stream.fileno(), _SIZE, access=mmap.ACCESS_READ) as content:
            # Reading number by number is atomic; a copy of the bytes could contain half-written numbers.
            with memoryview(content) as view, view[:_TEXT].cast("d") as numbers:
                length = int(numbers[_LENGTH])
                values = list(numbers)
            lines = _lines(content, length)
    begin = 1
    found: dict[Series, list[float]] = {}
    for series, width in lines:
        found[series] = values[begin : begin + width]
        begin += width
    return Count(alive, found)


def _lines(content: mmap.mmap, length: int) -> list[tuple[Series, int]]:
    """The series of a file in the order of their numbers, each with its width."""
    rows = (json.loads(line) for line in content[_TEXT : _TEXT + length].splitlines())
    return [(Series(name, tuple(labels)), width) for width, name, *labels in rows]


def _take(folder: Path) -> int:
    """The descriptor of a file that this process has locked, and owns until its end."""
    for number in itertools.count():
        descriptor = os.open(folder / f"{number}{_SUFFIX}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if _lock(descriptor, fcntl.LOCK_EX):
            _fill(descriptor)
            return descriptor
        os.close(descriptor)
    raise AssertionError("unreachable")


def _fill(descriptor: int) -> None:
    """Fill a new file to its size. The file must not be sparse: a full disk is an error now, not a SIGBUS later."""
    if (size := os.fstat(descriptor).st_size) < _SIZE:
        with os.fdopen(os.dup(descriptor), "wb") as stream:
            stream.seek(size)
            stream.write(bytes(_SIZE - size))


def _lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
