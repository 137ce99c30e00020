"""The lines of the nodes of a document, for many questions about one document."""

from __future__ import annotations

from openapi.documents.pointer import steps_of
from openapi.documents.reading import child_of, composed


class LineIndex:
    """The lines of a YAML or JSON document, which is read once."""

    def __init__(self, content: bytes) -> None:
        self._node = composed(content)

    def line(self, pointer: str) -> int | None:
        """The line, counted from 1, on which the node at a JSON pointer begins, or its closest parent that exists. None
        for a document that cannot be read; 1 for the document itself."""
        node = self._node
        line = None if node is None else 1
        for step in steps_of(pointer):
            found = child_of(node, step)
            if found is None:
                break
            mark, node = found
            line = mark.line + 1
        return line
