"""The line of a document that a JSON pointer leads to."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import yaml

from openapi.documents.pointer import steps_of
from openapi.findings.reports.json_lines import JsonLines

_Loader: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def line_of(content: bytes, pointer: str) -> int | None:
    """The line, from 1, of the value that a JSON pointer leads to in YAML or JSON: that of its key or list item.

    None if the pointer leads nowhere.
    """
    lines = _json(content)
    if lines is not None:
        return lines.line_of(steps_of(pointer))
    node, line = _root(content), 1
    for step in steps_of(pointer):
        found = _child(node, step)
        if found is None:
            return None
        line, node = found
    return line


def nearest_line(content: bytes, pointer: str) -> int:
    """As `line_of`, or the line of the nearest value around it: an overlay adds values that the document lacks."""
    while (line := line_of(content, pointer)) is None:
        pointer = pointer.rpartition("/")[0]
    return line


def _child(node: yaml.Node | None, step: str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == step:
                return key.start_mark.line + 1, value
    elif isinstance(node, yaml.SequenceNode) and step.isdecimal() and int(step) < len(node.value):
        item = node.value[int(step)]
        return item.start_mark.line + 1, item
    return None


@lru_cache(maxsize=2)
def _json(content: bytes) -> JsonLines | None:
    try:
        return JsonLines(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


@lru_cache(maxsize=2)
def _root(content: bytes) -> yaml.Node | None:
    node: yaml.Node | None = yaml.compose(content.decode("utf-8-sig"), Loader=_Loader)
    return node
