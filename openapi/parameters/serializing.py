"""Serializes parameters in the styles of OpenAPI 3.0.3 ("Style Values", after RFC 6570)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from openapi.contract import DeclaredHeader, Parameter
from openapi.http.json import write_json
from openapi.http.media_types import is_json, parse_media_type
from openapi.parameters.styles import COMMA, SEPARATORS


def segment_of(parameter: Parameter, value: Any) -> str:
    """A value as a segment of the path, percent-encoded."""
    if parameter.media_type is not None:
        return _quoted(_content(parameter.media_type, value))
    style, explode = parameter.style, parameter.explode
    prefix, separator = {"label": (".", "."), "matrix": (";", ";")}.get(style, ("", ","))
    named = f"{_quoted(parameter.name)}=" if style == "matrix" else ""
    if explode and isinstance(value, dict):
        parts = [f"{_quoted(key)}={_quoted(text_of(item))}" for key, item in value.items()]
    elif explode and isinstance(value, list):
        parts = [named + _quoted(text_of(item)) for item in value]
    else:
        parts = [named + ",".join(_quoted(part) for part in _flat(value))]
    return prefix + separator.join(parts)


def fields_of(parameter: Parameter, value: Any) -> list[tuple[str, str]]:
    """A value in the query, in a header or in a cookie, as names and texts that are not encoded."""
    name, style, explode = parameter.name, parameter.style, parameter.explode
    if parameter.media_type is not None:
        return [(name, _content(parameter.media_type, value))]
    if style == "deepObject":
        return list(nested_fields(name, value))
    if explode and parameter.location == "query":
        if isinstance(value, dict):
            return [field for key, item in value.items() for field in nested_fields(key, item)]
        return [(name, text_of(item)) for item in value] if isinstance(value, list) else [(name, text_of(value))]
    return [(name, _joined(value, SEPARATORS.get(style, COMMA)[1], explode=explode))]


def query_string_of(parameter: Parameter, value: Any) -> str:
    """A value as the whole query string, percent-encoded (OpenAPI 3.2.0, `querystring`)."""
    if is_json(parse_media_type(parameter.media_type or "").name) or not isinstance(value, dict):
        return _quoted(_content(parameter.media_type or "", value))
    return urlencode([field for key, item in value.items() for field in _form_fields(key, item)])


def _form_fields(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        yield from ((name, text_of(item)) for item in value)
    else:
        yield from nested_fields(name, value)


def header_text(header: DeclaredHeader, value: Any) -> str:
    """The text of a value in a response header, in the style `simple` (section "Header Object")."""
    if header.media_type is not None:
        return _content(header.media_type, value)
    return _joined(value, ",", explode=header.explode)


def nested_fields(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """The fields of a nested value under a name: ``a[b]=c``, ``a[0]=c``."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from nested_fields(f"{name}[{key}]", inner)
    else:
        yield name, text_of(value)


def text_of(value: Any) -> str:
    """A string as it is; any other value as JSON."""
    return value if isinstance(value, str) else _json(value)


def _content(media_type: str, value: Any) -> str:
    return _json(value) if is_json(parse_media_type(media_type).name) else text_of(value)


def _joined(value: Any, separator: str, *, explode: bool) -> str:
    if explode and isinstance(value, dict):
        return ",".join(f"{key}={text_of(item)}" for key, item in value.items())
    return separator.join(_flat(value))


def _flat(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text_of(part) for pair in value.items() for part in pair]
    return [text_of(item) for item in value] if isinstance(value, list) else [text_of(value)]


def _json(value: Any) -> str:
    return write_json(value).decode()


def _quoted(text: str) -> str:
    return quote(text, safe="")
