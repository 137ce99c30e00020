"""Composed examples: one example made of those of the parts of a schema."""

from __future__ import annotations

from typing import Any, Final

from openapi.schemas import Direction, Schema

# Means "no example", because null is an example.
NOTHING: Final = object()
# Ends the recursion of a schema that contains itself.
_DEEPEST: Final = 6


def composed(schema: Schema, direction: Direction, depth: int = 0) -> Any:
    """A value made of the examples of the parts of a schema; `NOTHING` if a part has none. It may break the schema."""
    if schema.examples:
        return schema.examples[0]
    if depth > _DEEPEST or any(keyword in schema for keyword in ("oneOf", "anyOf", "not")):
        return NOTHING
    if "allOf" in schema:
        return _merged(schema, direction, depth)
    if schema.items is not None:
        item = composed(schema.items, direction, depth + 1)
        return NOTHING if item is NOTHING else [item]
    return _of_properties(schema, direction, depth) if schema.properties else NOTHING


def _of_properties(schema: Schema, direction: Direction, depth: int) -> Any:
    result = {}
    for name, inner in schema.properties.items():
        if inner.get(direction.value) is True:
            continue
        value = composed(inner, direction, depth + 1)
        if value is NOTHING:
            return NOTHING
        result[name] = value
    return result


def _merged(schema: Schema, direction: Direction, depth: int) -> Any:
    result: dict[str, Any] = {}
    parts = [composed(part, direction, depth + 1) for part in schema.composed("allOf")]
    own = [_of_properties(schema, direction, depth + 1)] if schema.properties else []
    for value in (*parts, *own):
        if not isinstance(value, dict):
            return NOTHING
        result |= value
    return result
