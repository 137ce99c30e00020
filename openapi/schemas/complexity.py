"""The work that a JSON Schema causes for one value.

A validator tries every way from a schema to those that describe the same value. Forty schemas that refer to the next
one twice have a trillion ways.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from openapi.documents.subschemas import subschemas

# The keywords whose schemas describe the same value as the schema that contains them.
_SAME_VALUE: Final = frozenset(
    {"allOf", "anyOf", "dependencies", "dependentSchemas", "else", "if", "not", "oneOf", "then"}
)
# A validator takes this many steps in about ten milliseconds.
_MOST_STEPS: Final = 200_000


class TooComplex(ValueError):
    """A schema that cannot be translated, or whose values cannot be validated, in reasonable time."""


def check_complexity(root: Mapping[str, Any]) -> None:
    """Raise TooComplex if a value can need more than 200,000 steps in `root`, a JSON Schema with its `definitions`."""
    definitions: Mapping[str, Any] = root.get("definitions", {})
    pending: list[Any] = [root, *definitions.values()]
    while pending:
        start = pending.pop()
        _count(start, definitions)
        below = [start]
        while below:
            schema = below.pop()
            below.extend(inner for inner, same in _subschemas(schema) if same)
            pending.extend(inner for inner, same in _subschemas(schema) if not same)


def _count(start: Any, definitions: Mapping[str, Any]) -> None:
    """Take every way from `start` to schemas of the same value; a way ends at a definition that it already met."""
    steps = 0
    pending: list[tuple[Any, frozenset[str]]] = [(start, frozenset())]
    while pending:
        schema, met = pending.pop()
        steps += 1
        if steps > _MOST_STEPS:
            raise TooComplex(f"combines its alternatives in more than {_MOST_STEPS} ways")
        pending.extend((inner, met) for inner, same in _subschemas(schema) if same)
        reference = schema.get("$ref") if isinstance(schema, Mapping) else None
        if isinstance(reference, str):
            name = reference.removeprefix("#/definitions/")
            if name in definitions and name not in met:
                pending.append((definitions[name], met | {name}))


def _subschemas(schema: Any) -> Iterator[tuple[Any, bool]]:
    """The schemas in a schema, except its definitions, and whether each describes the same value."""
    for inner, (keyword, *_) in subschemas(schema) if isinstance(schema, Mapping) else ():
        if keyword != "definitions" and isinstance(inner, Mapping):
            yield inner, keyword in _SAME_VALUE
