"""Converts text to the types that a schema names; everything that depends only on the schema is prepared once."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

from openapi.http.json import read_json
from openapi.schemas import Schema, anything

_NUMBER: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_INDEX: Final = re.compile("[0-9]{1,9}")
_SCALARS: Final = frozenset({"string", "integer", "number", "boolean"})


class Coercion:
    """Converts text, and lists and objects of text, to the types that `schema` and its branches name.

    Text that cannot be converted stays text: a validator gives the better error.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._types = frozenset(_types(schema))
        self._is_array = "array" in self._types
        self._is_object = "object" in self._types
        self._is_text = "string" in self._types
        self._is_numeric = bool(self._types & {"integer", "number"})
        self._is_boolean = "boolean" in self._types
        self._is_nullable = any(part.is_nullable for part in schema.parts)
        self._properties: dict[str, Coercion] = {}

    def __call__(self, value: Any) -> Any:
        """`value`, converted to the types of the schema."""
        if value == "null" and self._is_nullable:
            return None
        if isinstance(value, str) and (decoded := self._from_json(value)) is not None:
            return decoded
        if self._is_array:
            value = self._as_list(value)
        if isinstance(value, list):
            return [self._items(item) for item in value]
        if isinstance(value, dict):
            return {name: self._property(name)(inner) for name, inner in value.items()}
        return self._scalar(value) if isinstance(value, str) else value

    def _from_json(self, text: str) -> Any:
        """The object or list in a JSON text, whose values have their types; None if the schema allows neither."""
        decoded = _json(text) if self._is_object or self._is_array else None
        if isinstance(decoded, dict):
            return decoded if self._is_object else None
        return decoded if self._is_array and not self._is_text else None

    def _as_list(self, value: Any) -> Any:
        """A list that is written in another form: as an object with numbers as names, or as its only item."""
        if isinstance(value, dict) and all(_INDEX.fullmatch(key) for key in value):
            return [value[key] for key in sorted(value, key=int)]
        if isinstance(value, str) and not self._is_text and not self._types & _SCALARS:
            return [value]
        return [value] if isinstance(value, bytes) and not self._is_text else value

    def _scalar(self, text: str) -> Any:
        if self._is_numeric and _NUMBER.fullmatch(text):
            number = _number(text, is_real="number" in self._types)
            return text if number is None else number
        if self._is_boolean and text in ("true", "false"):
            return text == "true"
        if self._is_nullable and not text and self._types and not self._is_text:
            return None
        return text

    @cached_property
    def _items(self) -> Coercion:
        found = (part.items for part in self._schema.parts if part.items is not None)
        return Coercion(next(found, anything(self._schema.document)))

    def _property(self, name: str) -> Coercion:
        if name not in self._properties:
            schema = self._schema.property(name)
            if schema is None:
                return _UNTYPED
            self._properties[name] = Coercion(schema)
        return self._properties[name]


class _Untyped(Coercion):
    """For values that no schema describes."""

    def __init__(self) -> None:
        pass

    def __call__(self, value: Any) -> Any:
        return value


_UNTYPED: Final = _Untyped()


def _types(schema: Schema) -> Iterator[str]:
    """The types that a schema names; if it names none, those of the values in its `enum`."""
    for part in schema.parts:
        yield from part.types or (_type_of(value) for value in part.enum or ())


def _type_of(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return names.get(type(value), "object")


def _number(text: str, *, is_real: bool) -> int | float | None:
    """The number in `text`; None for a fraction if only integers are allowed, and for a number beyond the range of a
    float."""
    try:
        return int(text)
    except ValueError:
        number = float(text)
        return number if is_real and math.isfinite(number) else None


def is_out_of_range(text: str) -> bool:
    """Whether a text is a number beyond the range of a float, as 1e400."""
    return _NUMBER.fullmatch(text) is not None and not math.isfinite(float(text))


def _json(text: str) -> Any:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return read_json(text.encode())
    except ValueError:
        return None
