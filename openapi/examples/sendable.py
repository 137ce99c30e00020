"""The values that a parameter can carry in its location and style."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from openapi.contract import Parameter
from openapi.http.media_types import is_json, parse_media_type
from openapi.parameters.serializing import text_of

# Printable characters without blanks at the ends (RFC 9110 section 5.5).
_HEADER: Final = re.compile("[!-~]([ -~]*[!-~])?")
# The octets of a cookie (RFC 6265 section 4.1.1) with the comma between the items of a list; JSON needs quotes too.
_COOKIE: Final = re.compile(r"[!#-:<-\[\]-~]+")
_COOKIE_CONTENT: Final = re.compile("[!-:<-~]([ -:<-~]*[!-:<-~])?")
# Styles -> the separator between the parts of a value.
_SEPARATORS: Final = {"spaceDelimited": " ", "pipeDelimited": "|", "label": ".", "matrix": ";"}
# Segments that clients remove (RFC 3986 section 5.2.4).
_DOTS: Final = (".", "..")


def sendable(parameter: Parameter, value: Any) -> bool:
    """Whether a server that reads the parameter by its style gets the same value."""
    if parameter.media_type is not None:
        is_data = is_json(parse_media_type(parameter.media_type).name)
        if parameter.location == "querystring" and isinstance(value, dict) and not is_data:
            return bool(value) and _has_query_form(value)
        return _fits(parameter, text_of(value) if is_data or isinstance(value, str) else "")
    if parameter.style == "deepObject":
        return isinstance(value, dict) and _has_nested_form(value)
    if parameter.location == "query" and parameter.explode:
        return _has_query_form(value)
    if isinstance(value, list | dict) and not (value and _is_flat(value)):
        return False
    separators = {",", _SEPARATORS.get(parameter.style, ",")}
    if isinstance(value, list | dict):
        parts = list(_parts(value))
        if any(part == "" or separators & set(part) for part in parts):
            return False
        if isinstance(value, dict) and parameter.explode and any("=" in key for key in value):
            return False
        return all(_fits(parameter, part) for part in parts)
    return _fits(parameter, text_of(value))


def _fits(parameter: Parameter, text: str) -> bool:
    if parameter.location == "path":
        return text != "" and text not in _DOTS
    if parameter.location in ("query", "querystring"):
        return text != "" or parameter.location == "query"
    cookie = _COOKIE if parameter.media_type is None else _COOKIE_CONTENT
    return (_HEADER if parameter.location == "header" else cookie).fullmatch(text) is not None


def _has_query_form(value: Any) -> bool:
    """Whether a value that is exploded in the query can be read back."""
    if isinstance(value, dict):
        return all(_has_nested_form({name: inner}) for name, inner in value.items())
    return not isinstance(value, list) or (bool(value) and _is_flat(value))


def _has_nested_form(value: Any) -> bool:
    """Whether names with brackets can express a value: no part is empty, and no name contains brackets."""
    if isinstance(value, dict):
        names = all(name and not set("[]") & set(name) for name in value)
        return bool(value) and names and all(map(_has_nested_form, value.values()))
    return not isinstance(value, list) or (bool(value) and all(map(_has_nested_form, value)))


def _is_flat(value: list[Any] | dict[str, Any]) -> bool:
    items = value.values() if isinstance(value, dict) else value
    return not any(isinstance(item, list | dict) for item in items)


def _parts(value: list[Any] | dict[str, Any]) -> Iterator[str]:
    for part in value.items() if isinstance(value, dict) else value:
        yield from map(text_of, part if isinstance(part, tuple) else (part,))
