"""One example put together from those of a schema's parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from openapi.contract import Contract

# Stands for "no example", for null is one.
NOTHING: Final = object()
# A schema that holds itself has no end otherwise.
_DEEPEST: Final = 6


def composed(contract: Contract, schema: Mapping[str, Any], depth: int = 0) -> Any:
    """A value out of the examples of a schema's parts; `NOTHING` when one of them has none. It may break the schema."""
    schema = contract.resolve(schema)
    if "example" in schema:
        return schema["example"]
    if depth > _DEEPEST or any(keyword in schema for keyword in ("oneOf", "anyOf", "not")):
        return NOTHING
    if "allOf" in schema:
        return _together(contract, schema, depth)
    if isinstance(items := schema.get("items"), Mapping):
        item = composed(contract, items, depth + 1)
        return NOTHING if item is NOTHING else [item]
    return _of_properties(contract, schema, depth)


def _of_properties(contract: Contract, schema: Mapping[str, Any], depth: int) -> Any:
    properties = schema.get("properties")
    if not isinstance(properties, Mapping) or not properties:
        return NOTHING
    result = {}
    for name, inner in properties.items():
        if contract.resolve(inner).get("writeOnly") is True:
            continue
        value = composed(contract, inner, depth + 1)
        if value is NOTHING:
            return NOTHING
        result[name] = value
    return result


def _together(contract: Contract, schema: Mapping[str, Any], depth: int) -> Any:
    parts = [*schema["allOf"], *([{"properties": schema["properties"]}] if "properties" in schema else [])]
    result: dict[str, Any] = {}
    for part in parts:
        value = composed(contract, part, depth + 1)
        if not isinstance(value, dict):
            return NOTHING
        result |= value
    return result
