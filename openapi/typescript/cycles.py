"""Schemas that contain themselves outside of objects and arrays, where a type of TypeScript must not."""

from __future__ import annotations

from collections.abc import Iterator

from openapi.schemas import Schema


def contains_directly(schema: Schema, other: Schema) -> bool:
    """Whether `other` is a schema or a branch of it, also a nested one; the branches of a parent that a child extends
    do not count in the child."""
    pending, seen = [schema.target], set[Schema]()
    while pending:
        found = pending.pop()
        if found == other:
            return True
        if found not in seen:
            seen.add(found)
            pending.extend(part.target for part in _direct_parts(found))
    return False


def _direct_parts(schema: Schema) -> Iterator[Schema]:
    yield from schema.composed("oneOf")
    yield from schema.composed("anyOf")
    for part in schema.composed("allOf"):
        if part.is_extended_by_a_branch:
            yield from part.composed("allOf")
        else:
            yield part
