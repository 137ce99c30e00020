"""Lines of JSON, written by a thread of their own: who writes them does not wait for the disk or the reader."""

from __future__ import annotations

import json
import queue
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

import click

from scripts.cli.failures import Refused
from scripts.cli.files import STDOUT

# Lines that wait to be written; further ones are dropped, and how many is said at the end.
_WAITING: Final = 10_000
_END: Final = None


class Lines:
    """Writes to `stream` what it is called with, a line for each."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._queue: queue.Queue[Mapping[str, Any] | None] = queue.Queue(_WAITING)
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()
        self.dropped = 0

    def __call__(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Have these written."""
        for line in lines:
            try:
                self._queue.put_nowait(line)
            except queue.Full:
                self.dropped += 1

    def close(self) -> None:
        """Wait until all is written."""
        self._queue.put(_END)
        self._thread.join()

    def _write(self) -> None:
        while (line := self._queue.get()) is not None:
            try:
                self._stream.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
                self._stream.flush()
            except OSError:
                # Whoever read it has gone.
                self.dropped += 1


@contextmanager
def lines_to(path: Path | None) -> Iterator[Lines]:
    """Lines at the end of a file, or on stdout, which is ``-`` too; Refused when the file cannot be written."""
    if path == STDOUT:
        path = None
    try:
        stream: BinaryIO = sys.stdout.buffer if path is None else path.open("ab")
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}") from None
    lines = Lines(stream)
    try:
        yield lines
    finally:
        lines.close()
        if path is not None:
            stream.close()
        if lines.dropped:
            click.echo(f"tether-relay: {lines.dropped} line(s) could not be written", err=True)
