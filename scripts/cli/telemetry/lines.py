"""JSON Lines, written by a separate thread, so that callers do not wait for the disk or the reader."""

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

from openapi.http.foreign_text import printable_json
from scripts.cli.failures import Refused
from scripts.cli.files import STDOUT

# The most lines that wait to be written; further lines are dropped and counted.
_WAITING: Final = 10_000
_END: Final = None


class Lines:
    """Writes mappings to `stream`, one line each."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._queue: queue.Queue[Mapping[str, Any] | None] = queue.Queue(_WAITING)
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()
        self.dropped = 0

    def __call__(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Queue these lines for writing."""
        for line in lines:
            try:
                self._queue.put_nowait(line)
            except queue.Full:
                self.dropped += 1

    def close(self) -> None:
        """Wait until all lines are written."""
        self._queue.put(_END)
        self._thread.join()

    def _write(self) -> None:
        while (line := self._queue.get()) is not None:
            try:
                self._stream.write(printable_json(json.dumps(line, ensure_ascii=False)).encode() + b"\n")
                self._stream.flush()
            except OSError:
                # The disk is full, or the reader has closed the pipe.
                self.dropped += 1


@contextmanager
def lines_to(path: Path | None) -> Iterator[Lines]:
    """Lines that are appended to a file, or written to stdout for None or ``-``; Refused if the file cannot be
    written."""
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
