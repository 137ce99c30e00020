"""Schemas whose branches extend them: a parent lists its children under `oneOf`, and each child has the parent in its
`allOf`. Read literally, such a schema contains itself. What generators mean by it is a parent without its branches in
each child, and a parent that is one of its children.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from openapi.documents.document import Document

CHOICES: Final = ("oneOf", "anyOf")


def is_extended_by_a_branch(document: Document, schema: Mapping[str, Any]) -> bool:
    """Whether a branch of the `oneOf` or `anyOf` of a schema has this schema in its `allOf`."""
    if not any(keyword in schema for keyword in CHOICES):
        return False
    key = (is_extended_by_a_branch, id(schema))
    if key not in document.cache:
        listed = (schema.get(keyword) for keyword in CHOICES)
        branches = [branch for each in listed if isinstance(each, list) for branch in each]
        document.cache[key] = any(extends(document, document.resolve(branch), schema, set()) for branch in branches)
    found: bool = document.cache[key]
    return found


def extends(document: Document, candidate: Any, base: Mapping[str, Any], seen: set[int]) -> bool:
    """Whether `base` is a part of the `allOf` of a schema, or of one of its parts."""
    parts = candidate.get("allOf", ()) if isinstance(candidate, Mapping) else ()
    for part in map(document.resolve, parts):
        if part is base:
            return True
        if id(part) not in seen:
            seen.add(id(part))
            if extends(document, part, base, seen):
                return True
    return False
