"""Parameters as they are sent: the styles of OpenAPI 3.0.3 ("Style Values", after RFC 6570)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

import orjson

from openapi.http.media_types import is_json, parse_media_type

_DEFAULT: Final = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
# What stands between items that are not exploded, where it is no comma.
_SEPARATORS: Final = {"spaceDelimited": " ", "pipeDelimited": "|"}


def style_of(parameter: Mapping[str, Any]) -> tuple[str, bool]:
    """The style of a Parameter Object, and whether it explodes."""
    style = parameter.get("style", _DEFAULT[parameter["in"]])
    return style, parameter.get("explode", style == "form")


def segment_of(parameter: Mapping[str, Any], value: Any) -> str:
    """A value in the path, percent-encoded."""
    if "content" in parameter:
        return _quoted(_content(parameter, value))
    style, explode = style_of(parameter)
    prefix, separator = {"label": (".", "."), "matrix": (";", ";")}.get(style, ("", ","))
    named = f"{_quoted(parameter['name'])}=" if style == "matrix" else ""
    if explode and isinstance(value, dict):
        parts = [f"{_quoted(key)}={_quoted(text_of(item))}" for key, item in value.items()]
    elif explode and isinstance(value, list):
        parts = [named + _quoted(text_of(item)) for item in value]
    else:
        parts = [named + ",".join(_quoted(part) for part in _flat(value))]
    return prefix + separator.join(parts)


def fields_of(parameter: Mapping[str, Any], value: Any) -> list[tuple[str, str]]:
    """A value in the query, in a header or in a cookie: names and texts, not encoded yet."""
    name = parameter["name"]
    if "content" in parameter:
        return [(name, _content(parameter, value))]
    style, explode = style_of(parameter)
    if style == "deepObject":
        return list(nested_fields(name, value))
    if explode and parameter["in"] == "query":
        if isinstance(value, dict):
            return [field for key, item in value.items() for field in nested_fields(key, item)]
        return [(name, text_of(item)) for item in value] if isinstance(value, list) else [(name, text_of(value))]
    if explode and isinstance(value, dict):
        return [(name, ",".join(f"{key}={text_of(item)}" for key, item in value.items()))]
    return [(name, _SEPARATORS.get(style, ",").join(_flat(value)))]


def nested_fields(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """The fields that build a value under a name: ``a[b]=c``, ``a[0]=c``."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from nested_fields(f"{name}[{key}]", inner)
    else:
        yield name, text_of(value)


def text_of(value: Any) -> str:
    """A single value as text; what is none, as JSON."""
    return value if isinstance(value, str) else _json(value)


def _content(parameter: Mapping[str, Any], value: Any) -> str:
    """A value in the one media type that its parameter has."""
    media_type = parse_media_type(next(iter(parameter["content"]), "")).name
    return _json(value) if is_json(media_type) else text_of(value)


def _flat(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text_of(part) for pair in value.items() for part in pair]
    return [text_of(item) for item in value] if isinstance(value, list) else [text_of(value)]


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _quoted(text: str) -> str:
    return quote(text, safe="")
