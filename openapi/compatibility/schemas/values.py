"""JSON values and texts: their types, their equality, and patterns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import jsonschema_rs


def type_name(value: Any) -> str:
    """The JSON type of a value; a number with a fraction is "fraction"."""
    if value is None:
        return "null"
    if isinstance(value, float):
        return "integer" if value.is_integer() else "fraction"
    kinds = {bool: "boolean", int: "integer", str: "string", list: "array"}
    return kinds.get(type(value), "object")


def is_listed(value: Any, values: Sequence[Any]) -> bool:
    """Whether a JSON value is among others; in Python, True equals 1."""
    return any(value == each and isinstance(value, bool) == isinstance(each, bool) for each in values)


def unique(values: Sequence[Any]) -> list[Any]:
    """The values without duplicates."""
    found: list[Any] = []
    for value in values:
        if not is_listed(value, found):
            found.append(value)
    return found


def is_trivial(pattern: str) -> bool:
    """Whether a pattern surely matches every text."""
    return pattern in ("", ".*", "^", "$", "^.*", ".*$", "^[\\s\\S]*$", "[\\s\\S]*")


@cache
def _matcher(pattern: str) -> Any:
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": pattern}).is_valid
    except ValueError:
        return lambda name: False


def fits(pattern: str, name: str) -> bool:
    """Whether a name matches a pattern."""
    return bool(_matcher(pattern)(name))
