"""Schemas as people read them: a tree in which each line is a property, the items of a list, or an alternative."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from openapi.schemas.schema import Schema

_BRANCH: Final = ("├─ ", "│  ")
_LAST: Final = ("└─ ", "   ")
_COMPOSED: Final = {"allOf": "all of", "anyOf": "any of", "oneOf": "one of"}
_BOUNDS: Final = (
    ("minLength", "at least {} character(s)"), ("maxLength", "at most {} character(s)"), ("pattern", "matches {}"),
    ("multipleOf", "a multiple of {}"), ("minItems", "at least {} item(s)"), ("maxItems", "at most {} item(s)"),
    ("minProperties", "at least {} member(s)"), ("maxProperties", "at most {} member(s)"),
)  # fmt: skip
_MOST_VALUES: Final = 12
_LONGEST: Final = 100
_DEEPEST: Final = 20


class SchemaTrees:
    """The trees of the schemas of one text. A schema with a name has its tree once; later, its name stands for it, so
    that recursive schemas end."""

    def __init__(self) -> None:
        self._shown: set[str] = set()

    def lines(self, schema: Schema) -> Iterator[str]:
        """The lines of a schema: what it is, then its parts."""
        yield self._line("", schema, "")
        yield from self._below(schema, 0)

    def _line(self, label: str, schema: Schema, note: str) -> str:
        known = schema.name and schema.origin in self._shown
        what = f"{schema.name}, see above" if known else described(schema)
        text = f"{label}: {what}{note}" if label else f"{what}{note}"
        remark = schema.description if schema.name == "" or not known else ""
        return f"{text}. {shortened(remark)}" if remark else text

    def _below(self, schema: Schema, depth: int) -> Iterator[str]:
        if schema.name:
            if schema.origin in self._shown:
                return
            self._shown.add(schema.origin)
        if depth == _DEEPEST:
            yield f"{_LAST[0]}..."
            return
        parts = list(_parts(schema))
        for index, (label, part, note) in enumerate(parts):
            first, rest = _LAST if index == len(parts) - 1 else _BRANCH
            yield first + self._line(label, part, note)
            yield from (rest + line for line in self._below(part, depth + 1))


def _parts(schema: Schema) -> Iterator[tuple[str, Schema, str]]:
    """(label, schema, note) for each part of a schema."""
    for name, part in schema.properties.items():
        notes = ["required"] if name in schema.required else []
        notes += [text for key, text in (("readOnly", "read only"), ("writeOnly", "write only")) if part.get(key)]
        notes += ["deprecated"] if part.get("deprecated") else []
        yield name, part, "".join(f", {note}" for note in notes)
    for pattern, part in schema.pattern_properties.items():
        yield f"names that match {pattern}", part, ""
    if isinstance(schema.additional_properties, Schema):
        yield "other names", schema.additional_properties, ""
    for index, part in enumerate(schema.prefix_items):
        yield f"item {index + 1}", part, ""
    if schema.items is not None:
        yield "other items" if schema.prefix_items else "each item", schema.items, ""
    for keyword, label in _COMPOSED.items():
        yield from ((label, part, "") for part in schema.composed(keyword))
    if schema.excluded is not None and not schema.allows_nothing:
        yield "not", schema.excluded, ""


def described(schema: Schema) -> str:
    """What a value of a schema is, without its parts: the name of the schema, types, format, values and bounds."""
    kinds = " or ".join(schema.types) or _kind_without_type(schema)
    if schema.format:
        kinds += f" ({schema.format})"
    words = [f"{schema.name}, {kinds}" if schema.name else kinds]
    if schema.enum is not None:
        words.append(_values(schema.enum))
    words += [text.format(shown(schema.get(keyword))) for keyword, text in _BOUNDS if keyword in schema]
    words += [_bound(bound, *signs) for bound, signs in _number_bounds(schema) if bound is not None]
    words += ["no two items alike"] if schema.get("uniqueItems") else []
    words += ["no other properties"] if schema.additional_properties is False else []
    words += [f"by default {shown(schema.get('default'))}"] if "default" in schema else []
    return ", ".join(words)


def _kind_without_type(schema: Schema) -> str:
    if schema.allows_nothing:
        return "nothing"
    if schema.properties:
        return "object"
    if schema.items is not None:
        return "array"
    composed = [label for keyword, label in _COMPOSED.items() if schema.composed(keyword)]
    return " and ".join(composed) or ("a value" if schema.enum is not None else "any value")


def _number_bounds(schema: Schema) -> tuple[tuple[tuple[float, bool] | None, tuple[str, str]], ...]:
    return (schema.lower_bound, ("at least", "more than")), (schema.upper_bound, ("at most", "less than"))


def _bound(bound: tuple[float, bool], inclusive: str, exclusive: str) -> str:
    return f"{exclusive if bound[1] else inclusive} {shown(bound[0])}"


def _values(values: list[Any]) -> str:
    listed = " | ".join(map(shown, values[:_MOST_VALUES]))
    more = len(values) - _MOST_VALUES
    return f"{listed} and {more} more" if more > 0 else listed


def shown(value: Any) -> str:
    """A value of a document as short JSON."""
    return shortened(json.dumps(value, ensure_ascii=False))


def shortened(text: str) -> str:
    """A text in one line of limited length."""
    line = " ".join(text.split()).removesuffix(".")
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rstrip()}..."
