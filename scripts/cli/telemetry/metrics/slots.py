"""A file of numbers that one process counts in and others read, which outlives the process.

It is mapped into memory: adding to a number is adding to a float, and what was added survives even SIGKILL, because the
pages belong to the kernel. Which numbers mean what stands in the same file, a line of JSON for each series:
``[width, name, label values ...]``, its numbers following those of the line before.
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

# Room for the figures of some 500 operations: numbers of 8 bytes, and bytes of lines.
NUMBERS: Final = 16 * 1024
LINES: Final = 1024 * 1024

_TEXT: Final = NUMBERS * 8
_SIZE: Final = _TEXT + LINES
# The first number says how many bytes of lines there are: written last, it makes a whole line appear at once.
_LENGTH: Final = 0
_SUFFIX: Final = ".numbers"

# A worker that is forked off while a file is read would inherit the lock that is tried, and seem to have the file.
_READING: Final = threading.Lock()
os.register_at_fork(before=_READING.acquire, after_in_parent=_READING.release, after_in_child=_READING.release)


class Series(NamedTuple):
    """What numbers are of: a metric, and the values of its labels."""

    name: str
    labels: tuple[str, ...] = ()


class Full(Exception):
    """There is no room for another series."""


class SlotFile:
    """The file that this process counts in.

    A process takes the first file of `folder` that no living process has, and goes on where the one before stopped; so
    there are no more files than there ever were processes at once. OSError when there cannot be one.
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
        """The index in `numbers` of the first of the `width` numbers of a series; Full when they have no room."""
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
    """What a file says; `alive` is whether a process has it."""

    alive: bool
    numbers: dict[Series, list[float]]


def read_counts(folder: Path) -> list[Count]:
    """What all the files of a folder say now."""
    with _READING:
        counts = [_read(path) for path in sorted(folder.glob(f"*{_SUFFIX}"))]
    return [count for count in counts if count is not None]


def _read(path: Path) -> Count | None:
    with path.open("rb") as stream:
        if os.fstat(stream.fileno()).st_size < _SIZE:
            # It is being made.
            return None
        alive = not _lock(stream.fileno(), fcntl.LOCK_SH)
        with mmap.mmap(stream.fileno(), _SIZE, access=mmap.ACCESS_READ) as content:
            # One number at a time is read whole, as it is written; bytes copied meanwhile might be torn.
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
    """The series of a file in the order of their numbers, and how many each has."""
    rows = (json.loads(line) for line in content[_TEXT : _TEXT + length].splitlines())
    return [(Series(name, tuple(labels)), width) for width, name, *labels in rows]


def _take(folder: Path) -> int:
    """A descriptor of a file that is locked, and so this process's until it ends, however it ends."""
    for number in itertools.count():
        descriptor = os.open(folder / f"{number}{_SUFFIX}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if _lock(descriptor, fcntl.LOCK_EX):
            _fill(descriptor)
            return descriptor
        os.close(descriptor)
    raise AssertionError("unreachable")


def _fill(descriptor: int) -> None:
    """Give a new file its size. Written, not left sparse: a full disk is an error now, not a SIGBUS later."""
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
