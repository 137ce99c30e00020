"""Where a document has Schema Objects, and where a Schema Object contains others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
_COMPONENTS: Final = ("components", "schemas")


def subschemas(schema: Mapping[str, Any]) -> Iterator[tuple[Any, Steps]]:
    """The schemas directly in a Schema Object, with the steps that lead to each; a schema can be true or false."""
    for keyword, value in schema.items():
        if keyword in ONE and isinstance(value, dict | bool):
            yield value, (keyword,)
        elif keyword in SEVERAL and isinstance(value, list):
            yield from ((each, (keyword, index)) for index, each in enumerate(value) if isinstance(each, dict | bool))
        elif keyword in NAMED and isinstance(value, dict):
            yield from ((each, (keyword, name)) for name, each in value.items() if isinstance(each, dict | bool))


@dataclass(frozen=True, slots=True)
class DocumentObject:
    """An object of a document and its path: a Schema Object that is in no other one, or an object of another kind."""

    value: dict[str, Any]
    path: Steps
    is_schema: bool


def objects_of(value: Any, path: Steps = (), *, named: bool = False) -> Iterator[DocumentObject]:
    """Every object in `value`, which is at `path`, in the order of the document, without the insides of schemas and
    data. If `value` is `named`, its keys are names."""
    if isinstance(value, dict) and not named:
        yield DocumentObject(value, path, is_schema=False)
    for step, child in value.items() if isinstance(value, dict) else enumerate(value):
        if not isinstance(child, dict | list):
            continue
        inner = (*path, step)
        if isinstance(child, dict) and not named and (step in _HOLDERS or path == _COMPONENTS):
            yield DocumentObject(child, inner, is_schema=True)
        elif named or not (isinstance(step, str) and (step.startswith("x-") or is_data(step, child))):
            is_map = isinstance(child, dict) and not named and step in MAPS
            yield from objects_of(child, inner, named=is_map and inner != _COMPONENTS)


def root_schemas(document: Any) -> Iterator[tuple[dict[str, Any], Steps]]:
    """The Schema Objects of a document that are in no other schema, with their paths."""
    return ((place.value, place.path) for place in objects_of(document) if place.is_schema)
