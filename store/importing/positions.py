"""The lines of the values in a JSON text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from store.errors import shown

Path = tuple[str | int, ...]

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_]{1,60}")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|\n|[^\s{}\[\],:"]+')


def positions(text: str) -> Iterator[tuple[Path, int]]:
    """Yield the path of each value of a valid JSON text with its line, counted from 0.

    The line of an object's value is that of its key; a duplicate key yields its path twice.
    """
    # The current path: for an array the index, for an object the key, or None before the key is read.
    path: list[str | int | None] = []
    line = 0
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if piece == "\n":
            line += 1
        elif piece in "}]":
            path.pop()
        elif piece == ",":
            last = path[-1]
            path[-1] = last + 1 if isinstance(last, int) else None
        elif piece == ":":
            continue
        elif path and path[-1] is None:
            path[-1] = json.loads(piece)
            yield _frozen(path), line
        else:
            if not path or isinstance(path[-1], int):
                yield _frozen(path), line
            if piece in "{[":
                path.append(None if piece == "{" else 0)


def dotted(path: Path) -> str:
    """Return a path as text for messages: `users[0].default_numbers.sinch`."""
    return "".join(map(_part, path)).removeprefix(".")


def _part(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    return f".{part}" if _PLAIN_KEY.fullmatch(part) else f"[{shown(part)}]"


def _frozen(path: list[str | int | None]) -> Path:
    return tuple(part for part in path if part is not None)
