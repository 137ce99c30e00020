"""The values of parameters, forms and headers: their type is written at their own level, and `collectionFormat` says
how an array is written as text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from openapi.documents.swagger.context import Context
from openapi.documents.swagger.schemas import convert_schema

# The places of an array; a form is urlencoded or multipart.
Place: TypeAlias = Literal["path", "query", "header", "cookie", "urlencoded", "multipart"]

# Section "Parameter Object": the keywords that describe the value.
_VALUE: Final = (
    *("type", "format", "default", "enum", "x-nullable"),
    *("maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "multipleOf"),
    *("maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems"),
)
_SEPARATORS: Final = {"csv": ",", "ssv": " ", "tsv": "\t", "pipes": "|"}
_QUERY: Final = {
    "csv": ("form", False),
    "ssv": ("spaceDelimited", False),
    "pipes": ("pipeDelimited", False),
    "multi": ("form", True),
}
_SIMPLE: Final = {"csv": ("simple", False)}
# The style and `explode` of OpenAPI 3.0 for each collection format that it can express. Section "Encoding Object": a
# style has no effect in multipart, where each item is a part.
_STYLES: Final[Mapping[Place, Mapping[str, tuple[str, bool]]]] = {
    "path": _SIMPLE,
    "header": _SIMPLE,
    "cookie": {"csv": ("form", False)},
    "query": _QUERY,
    "urlencoded": _QUERY,
    "multipart": {"multi": ("form", True)},
}
_SPECIAL: Final = re.compile(r"[\\^$.*+?()\[\]{}|]")


class Value(NamedTuple):
    """The schema of a value; for an array, how it is written: the style and `explode` of OpenAPI 3.0."""

    schema: dict[str, Any]
    style: tuple[str, bool] | None = None


def convert_value(context: Context, written: Mapping[str, Any], pointer: str, place: Place) -> Value:
    """The value of a parameter, form field or header that is written at `pointer`. An array in a format that OpenAPI
    3.0 cannot express is the text that contains its items."""
    if "type" not in written and isinstance(written.get("schema"), Mapping):
        context.warn(pointer + "/schema", "only a body has a schema in Swagger 2.0; it is taken as in OpenAPI 3.0")
        return Value(convert_schema(context, written["schema"], pointer + "/schema"))
    if written.get("type") != "array":
        return Value(_schema(context, written, pointer))
    format = _format(context, written, pointer, place)
    style = _STYLES[place].get(format)
    if style is None and not (place == "multipart" and _is_file(written.get("items"))):
        reason = f"OpenAPI 3.0 has no {format} in {'a' if place[0] != 'u' else 'an'} {place} value; it is taken as text"
        context.warn(pointer, reason)
        return Value(_joined(context, written, pointer, _SEPARATORS[format]))
    schema = _schema(context, written, pointer)
    schema["items"] = _items(context, written.get("items"), pointer + "/items")
    return Value(schema, style)


def _schema(context: Context, written: Mapping[str, Any], pointer: str) -> dict[str, Any]:
    value = {key: written[key] for key in _VALUE if key in written}
    # The items of an array are converted apart.
    return convert_schema(context, {**value, **({"items": {}} if value.get("type") == "array" else {})}, pointer)


def _items(context: Context, written: Any, pointer: str) -> dict[str, Any]:
    """The Items Object that is written at `pointer`."""
    if not isinstance(written, Mapping):
        context.warn(pointer, "an array must have items, which are an object; any items are accepted")
        return context.trace.mark({}, pointer)
    if written.get("type") != "array":
        return convert_schema(context, written, pointer)
    format = str(written.get("collectionFormat", "csv"))
    context.warn(pointer, "OpenAPI 3.0 has no arrays in arrays of text; the inner ones are taken as text")
    return _joined(context, written, pointer, _SEPARATORS.get(format, ","))


def _format(context: Context, written: Mapping[str, Any], pointer: str, place: Place) -> str:
    format = str(written.get("collectionFormat", "csv"))
    if format in _SEPARATORS or (format == "multi" and place in ("query", "urlencoded", "multipart")):
        return format
    context.warn(f"{pointer}/collectionFormat", f"{format!r} is not possible here; it is taken as csv")
    return "csv"


def _joined(context: Context, written: Mapping[str, Any], pointer: str, separator: str) -> dict[str, Any]:
    """The schema of the text that contains the items of an array between separators."""
    items = written.get("items")
    item, between = _pattern_of(items if isinstance(items, Mapping) else {}, separator), _escaped(separator)
    least, most = written.get("minItems"), written.get("maxItems")
    least = max(least, 1) - 1 if isinstance(least, int) else 0
    count = f"{{{least},{max(most - 1, least) if isinstance(most, int) else ''}}}" if least or most else "*"
    schema: dict[str, Any] = {"type": "string", "pattern": f"^{item}(?:{between}{item}){count}$"}
    if isinstance(default := written.get("default"), list):
        schema["default"] = separator.join(map(_text, default))
    context.trace.member(schema, f"{pointer}/items", "pattern")
    return context.trace.mark(schema, pointer)


def _pattern_of(items: Mapping[str, Any], separator: str) -> str:
    enum, kind = items.get("enum"), items.get("type")
    if isinstance(enum, list) and enum:
        return f"(?:{'|'.join(_escaped(_text(value)) for value in enum)})"
    numbers = {"integer": "-?[0-9]+", "number": r"-?[0-9]+(?:\.[0-9]+)?", "boolean": "(?:true|false)"}
    return numbers.get(str(kind), f"[^{_escaped(separator)}]+")


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\t", r"\t")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _is_file(items: Any) -> bool:
    return isinstance(items, Mapping) and items.get("type") == "file"
