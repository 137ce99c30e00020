"""Forms: data as application/x-www-form-urlencoded and multipart/form-data (OpenAPI 3.0.3, "Encoding Object")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from openapi.contract import Content, Encoding
from openapi.http.json import write_json
from openapi.http.media_types import is_json, parse_media_type
from openapi.parameters.serializing import nested_fields, text_of
from openapi.schemas import Schema

# Fixed, so that the same data gives the same bytes; no generated text contains it.
BOUNDARY: Final = "tether-relay-8b7c1f4e2d905a63"
_FILE_TYPE: Final = "application/octet-stream"
_SEPARATORS: Final = {"spaceDelimited": " ", "pipeDelimited": "|"}


def urlencoded(content: Content, value: Mapping[str, Any]) -> bytes:
    """A form of the properties of `value`, without empty lists and objects, which a form cannot express."""
    fields = [field for name, inner in value.items() for field in _fields(name, inner, content.encodings.get(name))]
    return urlencode(fields).encode()


def multipart(content: Content, value: Mapping[str, Any]) -> bytes:
    """The properties of `value` as parts (RFC 7578), with `BOUNDARY` between them. A property of a binary format is a
    file, an object is JSON, and each item of a list is a part of its own ("Special Considerations for multipart
    Content")."""
    parts = []
    for name, inner in value.items():
        schema = content.schema.property(name)
        encoding = content.encodings.get(name)
        items = inner if isinstance(inner, list) and not _is_json_part(encoding) else [inner]
        if items is inner and schema is not None:
            schema = next((part.items for part in schema.parts if part.items is not None), None)
        parts += [_part(name, item, schema, encoding) for item in items]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def without_empty(value: Any) -> Any:
    """A value without the lists and objects in it that are empty: in a form, those are absent."""
    if isinstance(value, dict):
        return {name: inner for name, each in value.items() if (inner := without_empty(each)) not in ([], {})}
    return [without_empty(each) for each in value] if isinstance(value, list) else value


def _fields(name: str, value: Any, encoding: Encoding | None) -> Iterator[tuple[str, str]]:
    """The fields of one property."""
    if _is_json_part(encoding) and isinstance(value, dict | list):
        yield name, text_of(value)
    elif isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        style, explode = ("form", True) if encoding is None else (encoding.style, encoding.explode)
        if style == "deepObject":
            yield from nested_fields(name, value)
        elif explode:
            yield from ((name, text_of(item)) for item in value)
        else:
            yield name, _SEPARATORS.get(style, ",").join(map(text_of, value))
    else:
        yield from nested_fields(name, value)


def _part(name: str, value: Any, schema: Schema | None, encoding: Encoding | None) -> bytes:
    disposition = f'Content-Disposition: form-data; name="{_quoted(name)}"'
    content_type = None if encoding is None else _first(encoding.content_type)
    if schema is not None and schema.format in ("binary", "byte"):
        disposition += f'; filename="{_quoted(name)}"'
        content_type = content_type or schema.get("contentMediaType") or _FILE_TYPE
    elif isinstance(value, dict | list):
        content_type = content_type or "application/json"
    head = "\r\n".join([f"--{BOUNDARY}", disposition, *([f"Content-Type: {content_type}"] if content_type else [])])
    return f"{head}\r\n\r\n".encode() + _bytes_of(value) + b"\r\n"


def _bytes_of(value: Any) -> bytes:
    return write_json(value) if isinstance(value, dict | list) else text_of(value).encode()


def _is_json_part(encoding: Encoding | None) -> bool:
    named = None if encoding is None else _first(encoding.content_type)
    return named is not None and is_json(parse_media_type(named).name)


def _first(content_type: str | None) -> str | None:
    """The first media type of an Encoding Object that is not a range."""
    types = [each.strip() for each in (content_type or "").split(",")]
    return next((each for each in types if each and "*" not in each), None)


def _quoted(name: str) -> str:
    """A name in a Content-Disposition (RFC 7578 section 2 and HTML, "multipart/form-data encoding algorithm")."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
