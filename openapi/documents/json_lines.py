"""The lines of values in a JSON text, without a tree of the whole text: a document of ten megabytes takes a second."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, Final

_SPACE: Final = re.compile(r"[ \t\n\r]*")


class JsonLines:
    """Finds lines in a JSON text. Raises ValueError if the text is no JSON object."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._decoder = json.JSONDecoder()
        self._children: dict[int, dict[str, tuple[int, int]]] = {}
        self._start = self._skip(0)
        if not text.startswith("{", self._start):
            raise ValueError("no JSON object")
        self._decoder.raw_decode(text, self._start)
        self._lines = [match.start() for match in re.finditer("\n", text)]

    def line_of(self, steps: list[str]) -> int | None:
        """The line, from 1, of the key or item that the steps of a JSON pointer lead to; None if there is none."""
        place, value = self._start, self._start
        for step in steps:
            found = self._children_at(value).get(step)
            if found is None:
                return None
            place, value = found
        return bisect_right(self._lines, place) + 1 if steps else 1

    def _children_at(self, start: int) -> dict[str, tuple[int, int]]:
        """The parts of the container at a position: step -> (its position, that of its value)."""
        if start not in self._children:
            opening = self._text[start]
            found = self._members(start) if opening == "{" else self._items(start) if opening == "[" else ()
            self._children[start] = dict(found)
        return self._children[start]

    def _members(self, start: int) -> Iterator[tuple[str, tuple[int, int]]]:
        at = self._skip(start + 1)
        while self._text[at] != "}":
            key, end = self._decoder.raw_decode(self._text, at)
            value = self._skip(self._skip(end) + 1)
            yield key, (at, value)
            at = self._next(value)

    def _items(self, start: int) -> Iterator[tuple[str, tuple[int, int]]]:
        at, index = self._skip(start + 1), 0
        while self._text[at] != "]":
            yield str(index), (at, at)
            at, index = self._next(at), index + 1

    def _next(self, value: int) -> int:
        """The position after a value and its comma."""
        _: Any
        _, end = self._decoder.raw_decode(self._text, value)
        at = self._skip(end)
        return self._skip(at + 1) if self._text[at] == "," else at

    def _skip(self, at: int) -> int:
        match = _SPACE.match(self._text, at)
        return at if match is None else match.end()
