"""Splitting a stream into the elements of a JSON array, or of JSON Lines, with one element in memory at a time.

The splitter interprets only brackets, strings and commas, so that an invalid element does not hide the next one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from store.errors import Problem

CHUNK = 1 << 20
# Far above any real organization: a million users take about 80 MiB. It limits the memory for an endless file.
LONGEST = 256 << 20

_STRING = rb'"(?:[^"\\]++|\\.)*+"'
_TO_BRACKET = re.compile(rb'(?:[^"{}\[\]]++|' + _STRING + rb")*+([{}\[\]])", re.DOTALL)
_SCALAR = re.compile(rb'(?:[^",{}\[\]]++|' + _STRING + rb")++", re.DOTALL)
_CUT = "the file ends inside the element that starts here"
_BLANKS = re.compile(rb"[ \t\r\n]*+")


@dataclass(frozen=True, slots=True)
class Element:
    """The unchanged text of one element, and the number of its first line, counted from 1."""

    line: int
    text: bytes


class _TooLong(Exception):
    pass


def split(stream: BinaryIO, progress: Callable[[int], object] | None = None) -> Iterator[Element | Problem]:
    """Yield the elements of a stream in order, with a Problem where the structure is invalid.

    If the first character is `[`, the stream is an array; if the first line is only `{`, it is a sequence of objects
    over several lines; otherwise it is JSON Lines (https://jsonlines.org). A byte order mark is ignored. `progress` is
    called with the number of bytes read so far.
    """
    source = _Source(stream, progress)
    try:
        first = source.start()
        if first == b"":
            yield Problem(1, "", "the file is empty; add at least one organization")
        elif first == b"[":
            yield from _array(source)
        elif first == b"{" and source.line_is(b"{"):
            yield from _objects(source)
        else:
            yield from _lines(source)
    except _TooLong:
        size = LONGEST >> 20
        yield Problem(source.line, "", f"this element is longer than {size} MiB; the rest was not read")


def _lines(source: _Source) -> Iterator[Element]:
    while source.skip_blanks():
        line = source.line
        yield Element(line, source.take_line())


def _objects(source: _Source) -> Iterator[Element | Problem]:
    while source.skip_blanks():
        line = source.line
        length = source.balanced()
        if length is None:
            yield Problem(line, "", _CUT)
            return
        yield Element(line, source.take(length))


def _array(source: _Source) -> Iterator[Element | Problem]:
    source.take(1)
    comma: int | None = None
    ready = True
    while (byte := source.skip_blanks()) not in (b"]", b""):
        line = source.line
        if byte == b",":
            if ready:
                yield Problem(line, "", "an element is missing before this comma")
            source.take(1)
            comma, ready = line, True
            continue
        if not ready:
            yield Problem(line, "", "a comma is missing before this element")
        length = source.balanced() if byte in b"{[" else source.scalar()
        if length is None:
            yield Problem(line, "", _CUT)
            return
        text = source.take(length or 1)
        yield Element(line, text) if length else Problem(line, "", f"unexpected {byte.decode()!r}")
        comma, ready = None, False
    if byte == b"":
        yield Problem(source.line, "", "the file ends before the ] that closes its array")
        return
    if comma is not None:
        yield Problem(comma, "", "an element is missing after this comma")
    source.take(1)
    if source.skip_blanks():
        yield Problem(source.line, "", "the file has more text after the ] that closes the array")


class _Source:
    """A stream with a buffer that starts at the current position."""

    def __init__(self, stream: BinaryIO, progress: Callable[[int], object] | None) -> None:
        self.line = 1
        self._stream = stream
        self._progress = progress
        self._read = 0
        self._buffer = bytearray()

    def start(self) -> bytes:
        """Skip a byte order mark and whitespace; return the first byte of the content, or nothing at the end."""
        while len(self._buffer) < 3 and self._fill():
            pass
        if self._buffer.startswith(b"\xef\xbb\xbf"):
            del self._buffer[:3]
        return self.skip_blanks()

    def skip_blanks(self) -> bytes:
        """Skip whitespace; return the next byte without consuming it, or nothing at the end."""
        while True:
            match = _BLANKS.match(self._buffer)
            self.take(match.end() if match else 0)
            if self._buffer or not self._fill():
                return bytes(self._buffer[:1])

    def take(self, length: int) -> bytes:
        """Consume and return the next bytes."""
        text = bytes(self._buffer[:length])
        del self._buffer[:length]
        self.line += text.count(b"\n")
        return text

    def take_line(self) -> bytes:
        """Consume and return the rest of the line, without the line end."""
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if not self._fill():
                return self.take(searched)
        return self.take(end + 1)[:-1]

    def line_is(self, text: bytes) -> bool:
        """Return whether the rest of this line is the text and whitespace, without consuming it."""
        while b"\n" not in self._buffer and self._fill():
            pass
        return self._buffer.split(b"\n", 1)[0].strip() == text

    def balanced(self) -> int | None:
        """Return the length of the bracketed element at this position, None if the stream ends inside it."""
        depth = at = 0
        while True:
            match = _TO_BRACKET.match(self._buffer, at)
            if match:
                at = match.end()
                depth += 1 if match[1] in b"{[" else -1
                if depth == 0:
                    return at
            elif not self._fill():
                return None

    def scalar(self) -> int | None:
        """Return the length of the scalar at this position, 0 if there is none, None if the stream ends inside it."""
        while True:
            match = _SCALAR.match(self._buffer)
            end = match.end() if match else 0
            if end < len(self._buffer) and self._buffer[end] != ord('"'):
                return end
            if not self._fill():
                return None

    def _fill(self) -> bool:
        if len(self._buffer) > LONGEST:
            raise _TooLong
        # Doubling the buffer keeps the work linear when an element needs many reads.
        chunk = self._stream.read(max(CHUNK, len(self._buffer)))
        if not chunk:
            return False
        self._buffer += chunk
        self._read += len(chunk)
        if self._progress:
            self._progress(self._read)
        return True
