"""The line of a YAML or JSON document that a JSON pointer leads to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from openapi.documents.json_lines import JsonLines
from openapi.documents.pointer import steps_of
from openapi.documents.reading import child_of, composed


class LineIndex:
    """The lines of a document, which is read once for many questions. A document that cannot be read has none."""

    def __init__(self, content: bytes) -> None:
        self._json = _json_of(content)
        self._node = None if self._json is not None else composed(content)

    def line(self, pointer: str) -> int | None:
        """The line, counted from 1, of the key or item at a JSON pointer, or of its closest parent that exists; 1 for
        the document itself. None for a document that cannot be read."""
        steps = steps_of(pointer)
        while (line := self._line(steps)) is None and steps:
            steps = steps[:-1]
        return line

    def exact_line(self, pointer: str) -> int | None:
        """As `line`, but None if the pointer leads nowhere."""
        return self._line(steps_of(pointer))

    def _line(self, steps: Sequence[str]) -> int | None:
        if self._json is not None:
            return self._json.line_of(list(steps))
        node, line = self._node, None if self._node is None else 1
        for step in steps:
            found = child_of(node, step)
            if found is None:
                return None
            mark, node = found
            line = mark.line + 1
        return line


def line_of(content: bytes, pointer: str) -> int | None:
    """The line of the value that a JSON pointer leads to, as `LineIndex.exact_line`."""
    return _index(content).exact_line(pointer)


def nearest_line(content: bytes, pointer: str) -> int:
    """The line of the value that a JSON pointer leads to, or of the nearest value around it: an overlay adds values
    that the document lacks. 1 for a document that cannot be read."""
    return _index(content).line(pointer) or 1


# Reports ask for many lines of the two documents that are compared.
@lru_cache(maxsize=2)
def _index(content: bytes) -> LineIndex:
    return LineIndex(content)


def _json_of(content: bytes) -> JsonLines | None:
    try:
        return JsonLines(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
