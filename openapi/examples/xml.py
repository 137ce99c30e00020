"""Data as XML (OpenAPI 3.0.3, "XML Object")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from openapi.http.json import write_json
from openapi.schemas import Schema

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


class _Element(NamedTuple):
    """The XML Object of an element, from a schema and its branches; that of the schema itself comes first."""

    xml: Mapping[str, Any]
    properties: Mapping[str, Schema]
    items: Schema | None


_UNKNOWN: Final = _Element({}, {}, None)


def xml_of(schema: Schema, value: Any) -> bytes:
    """A document of `value`, with the names and attributes of its schema."""
    declared = _declared(schema)
    if isinstance(value, list) and not declared.xml.get("wrapped"):
        # A document always has one root, even for an unwrapped array.
        declared = declared._replace(xml={**declared.xml, "wrapped": True})
    name = declared.xml.get("name", schema.name or "root")
    return (_DECLARATION + "".join(_elements(declared, name, value))).encode()


def _declared(schema: Schema | None) -> _Element:
    if schema is None:
        return _UNKNOWN
    return _Element(
        xml=next((part.xml for part in schema.parts if part.xml), {}),
        properties={name: inner for part in reversed(schema.parts) for name, inner in part.properties.items()},
        items=next((part.items for part in schema.parts if part.items is not None), None),
    )


def _elements(declared: _Element, name: str, value: Any) -> Iterator[str]:
    """The element of a value, or those of a list that is not wrapped."""
    xml = declared.xml
    tag = f"{xml['prefix']}:{name}" if "prefix" in xml else name
    if isinstance(value, list):
        items = _declared(declared.items)
        inner = items.xml.get("name", name)
        parts = "".join(part for item in value for part in _elements(items, inner, item))
        yield f"<{tag}{_namespace(xml)}>{parts}</{tag}>" if xml.get("wrapped") else parts
    elif isinstance(value, dict):
        yield _object(declared, tag, value)
    else:
        yield f"<{tag}{_namespace(xml)}>{escape(_text(value))}</{tag}>"


def _object(declared: _Element, tag: str, value: Mapping[str, Any]) -> str:
    attributes = [_namespace(declared.xml)]
    children: list[str] = []
    for key, inner in value.items():
        below = _declared(declared.properties.get(key))
        name = below.xml.get("name", key) if not isinstance(inner, list) or below.xml else key
        if below.xml.get("attribute"):
            attributes.append(f" {name}={quoteattr(_text(inner))}")
        else:
            children += _elements(below, name, inner)
    return f"<{tag}{''.join(attributes)}>{''.join(children)}</{tag}>"


def _namespace(xml: Mapping[str, Any]) -> str:
    if "namespace" not in xml:
        return ""
    return f" xmlns{':' + xml['prefix'] if 'prefix' in xml else ''}={quoteattr(xml['namespace'])}"


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else write_json(value).decode()
