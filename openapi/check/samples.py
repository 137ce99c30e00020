"""One value for a schema: the contract's own example where it has one, else the plainest that should do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from openapi.contract import Contract

_DEEPEST: Final = 8
_FORMATS: Final = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "email": "ada@example.com",
    "uuid": "4f1c7f0e-7b1e-4c36-9d0a-2f5f9a3d8c11",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "byte": "YQ==",
}


def sample_of(contract: Contract, holder: Mapping[str, Any]) -> Any:
    """The value that a Parameter or Media Type Object shows as an example, or one made from its schema."""
    if "example" in holder:
        return holder["example"]
    for example in holder.get("examples", {}).values():
        resolved = contract.resolve(example)
        if "value" in resolved:
            return resolved["value"]
    return _value(contract, holder.get("schema", {}), 0)


def _value(contract: Contract, schema: Any, depth: int) -> Any:
    schema = contract.resolve(schema)
    for key in ("example", "default"):
        if key in schema:
            return schema[key]
    if schema.get("enum"):
        return schema["enum"][0]
    if "allOf" in schema:
        return _merged(contract, schema, depth)
    for key in ("oneOf", "anyOf"):
        if schema.get(key):
            return _value(contract, schema[key][0], depth + 1)
    kind = schema.get("type") or ("object" if "properties" in schema else "string")
    if kind == "object":
        return _object(contract, schema, depth)
    if kind == "array":
        count = int(schema.get("minItems", 1 if depth < _DEEPEST else 0))
        return [_value(contract, schema.get("items", {}), depth + 1) for _ in range(min(count, 10))]
    return {"integer": _number, "number": _number, "boolean": lambda schema: True}.get(kind, _text)(schema)


def _object(contract: Contract, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
    properties = schema.get("properties", {})
    required = schema.get("required", ())
    return {
        name: _value(contract, properties.get(name, {}), depth + 1)
        for name in required
        if depth < _DEEPEST and contract.resolve(properties.get(name, {})).get("readOnly") is not True
    }


def _merged(contract: Contract, schema: Mapping[str, Any], depth: int) -> Any:
    parts = [_value(contract, part, depth + 1) for part in schema["allOf"]]
    if not all(isinstance(part, dict) for part in parts):
        return parts[0]
    own = _object(contract, schema, depth)
    return {key: value for part in (*parts, own) for key, value in part.items()}


def _number(schema: Mapping[str, Any]) -> int | float:
    step = schema.get("multipleOf", 1)
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None:
        value = low + step if schema.get("exclusiveMinimum") is True else low
    elif high is not None and high < 1:
        value = high - step if schema.get("exclusiveMaximum") is True else high
    else:
        value = 1
    number = -(-value // step) * step
    return int(number) if schema.get("type") == "integer" else number


def _text(schema: Mapping[str, Any]) -> str:
    text = _FORMATS.get(str(schema.get("format")), "a")
    return text.ljust(int(schema.get("minLength", 0)), "a")
