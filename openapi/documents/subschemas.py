"""Where a document has Schema Objects, and where a Schema Object contains others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from openapi.documents.references import MAPS, Steps, is_data

# The keywords of a Schema Object with one other schema, with a list of them, and with a map of them: those of JSON
# Schema draft 2020-12 (Core section 10, Validation appendix) and of draft 4, from which OpenAPI 3.0 comes.
ONE: Final = frozenset(
    {
        *("additionalItems", "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not"),
        *("propertyNames", "then", "unevaluatedItems", "unevaluatedProperties"),
    }
)
SEVERAL: Final = frozenset({"allOf", "anyOf", "items", "oneOf", "prefixItems"})
NAMED: Final = frozenset(
    {"$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"}
)
# The keywords of other objects whose value is a schema.
_HOLDERS: Final = frozenset({"itemSchema", "schema"})


def subschemas(schema: Mapping[str, Any]) -> Iterator[tuple[Any, Steps]]:
    """The schemas directly in a Schema Object, with the steps that lead to each; a schema can be true or false."""
    for keyword, value in schema.items():
        if keyword in ONE and isinstance(value, dict | bool):
            yield value, (keyword,)
        elif keyword in SEVERAL and isinstance(value, list):
            yield from ((each, (keyword, index)) for index, each in enumerate(value) if isinstance(each, dict | bool))
        elif keyword in NAMED and isinstance(value, dict):
            yield from ((each, (keyword, name)) for name, each in value.items() if isinstance(each, dict | bool))


def root_schemas(document: Any) -> Iterator[tuple[dict[str, Any], Steps]]:
    """The Schema Objects of an OpenAPI document that are in no other schema, with their paths."""
    pending: list[tuple[Any, Steps, bool]] = [(document, (), False)]
    while pending:
        value, path, named = pending.pop()
        for step, child in _children(value):
            if not isinstance(child, dict | list):
                continue
            inner = (*path, step)
            if isinstance(child, dict) and not named and (step in _HOLDERS or path == ("components", "schemas")):
                yield child, inner
            elif named or not _is_data(step, child):
                is_map = isinstance(child, dict) and not named and step in MAPS
                pending.append((child, inner, is_map and inner != ("components", "schemas")))


def _children(value: Any) -> list[tuple[str | int, Any]]:
    return list(value.items() if isinstance(value, dict) else enumerate(value))


def _is_data(step: str | int, child: Any) -> bool:
    return isinstance(step, str) and (step.startswith("x-") or is_data(step, child))
