"""Data as XML (OpenAPI 3.0.3, "XML Object")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from openapi.http.json import write_json
from openapi.schemas import Schema
from openapi.schemas.xml import XMLForm, xml_form

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
# Null (XML Schema part 1, section 2.6.2): an empty element would be an empty text.
_NIL: Final = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"'
# A parser reads a carriage return as a line feed (XML 1.0 section 2.11).
_ESCAPED: Final = {"\r": "&#13;"}


def xml_of(schema: Schema, value: Any) -> bytes:
    """A document of `value`, with the names and attributes of its schema."""
    declared = xml_form(schema)
    if isinstance(value, list) and not declared.xml.get("wrapped"):
        # A document always has one root, even for an unwrapped array.
        declared = declared._replace(xml={**declared.xml, "wrapped": True})
    name = declared.xml.get("name", schema.name or "root")
    return (_DECLARATION + "".join(_elements(declared, name, value))).encode()


def _elements(declared: XMLForm, name: str, value: Any) -> Iterator[str]:
    """The element of a value, or those of a list that is not wrapped."""
    xml = declared.xml
    tag = f"{xml['prefix']}:{name}" if "prefix" in xml else name
    if isinstance(value, list):
        items = xml_form(declared.items)
        inner = items.xml.get("name", name)
        parts = "".join(part for item in value for part in _elements(items, inner, item))
        yield f"<{tag}{_namespace(xml)}>{parts}</{tag}>" if xml.get("wrapped") else parts
    elif isinstance(value, dict):
        yield _object(declared, tag, value)
    elif value is None:
        yield f"<{tag}{_namespace(xml)}{_NIL}/>"
    else:
        yield f"<{tag}{_namespace(xml)}>{escape(_text(value), _ESCAPED)}</{tag}>"


def _object(declared: XMLForm, tag: str, value: Mapping[str, Any]) -> str:
    attributes = [_namespace(declared.xml)]
    children: list[str] = []
    for key, inner in value.items():
        below = xml_form(declared.properties.get(key))
        name = below.xml.get("name", key)
        if below.xml.get("attribute"):
            if inner is None:
                continue
            attributes.append(f" {name}={quoteattr(_text(inner))}")
        else:
            children += _elements(below, name, inner)
    return f"<{tag}{''.join(attributes)}>{''.join(children)}</{tag}>"


def _namespace(xml: Mapping[str, Any]) -> str:
    if "namespace" not in xml:
        return ""
    return f" xmlns{':' + xml['prefix'] if 'prefix' in xml else ''}={quoteattr(xml['namespace'])}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else write_json(value).decode()
