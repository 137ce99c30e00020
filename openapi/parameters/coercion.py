"""Values that came as text, as the types that their schemas name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

from openapi.contract import Contract
from openapi.schemas.keywords import parts_of

_NUMBER: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_SCALARS: Final = frozenset({"string", "integer", "number", "boolean"})


def coerce(contract: Contract, schema: Mapping[str, Any], value: Any) -> Any:
    """`value`, a text or lists and objects of texts, as `schema` means it; what has no such form stays as it is, for a
    validator says better what is wrong with it."""
    parts = tuple(parts_of(contract, schema))
    kinds = {part.get("type") for part in parts}
    if "array" in kinds and isinstance(value, dict) and all(key.isdecimal() for key in value):
        value = [value[key] for key in sorted(value, key=int)]
    if "array" in kinds and isinstance(value, str) and "string" not in kinds:
        if isinstance(decoded := _json(value), list):
            value = decoded
        elif not kinds & _SCALARS:
            value = [value]
    if "object" in kinds and isinstance(value, str) and isinstance(decoded := _json(value), dict):
        return decoded
    if isinstance(value, list):
        items: Mapping[str, Any] = next((part["items"] for part in parts if "items" in part), {})
        return [coerce(contract, items, item) for item in value]
    if isinstance(value, dict):
        return {name: coerce(contract, _property(parts, name), inner) for name, inner in value.items()}
    return _scalar(value, kinds, any(part.get("nullable") is True for part in parts))


def _property(parts: tuple[Mapping[str, Any], ...], name: str) -> Mapping[str, Any]:
    for part in parts:
        if name in part.get("properties", {}):
            found: Mapping[str, Any] = part["properties"][name]
            return found
    more = (part.get("additionalProperties") for part in parts)
    return next((schema for schema in more if isinstance(schema, Mapping)), {})


def _scalar(value: Any, kinds: set[Any], nullable: bool) -> Any:
    if not isinstance(value, str):
        return value
    if kinds & {"integer", "number"} and _NUMBER.fullmatch(value):
        try:
            return int(value)
        except ValueError:
            return float(value) if "number" in kinds else value
    if "boolean" in kinds and value in ("true", "false"):
        return value == "true"
    return None if nullable and value == "null" else value


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
