"""Data as XML (OpenAPI 3.0.3, "XML Object")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import orjson

from openapi.contract import Contract
from openapi.documents.pointer import steps_of

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_BRANCHES: Final = ("allOf", "oneOf", "anyOf")


def xml_of(contract: Contract, schema: Mapping[str, Any], value: Any) -> bytes:
    """A document of `value`, with the names and attributes that its schema asks for."""
    reference = schema.get("$ref")
    name = steps_of(reference)[-1] if isinstance(reference, str) else "root"
    writer = _Writer(contract)
    shape = writer.shape(schema)
    if isinstance(value, list) and not _about(shape).get("wrapped"):
        # A document has one root, whatever the schema says of its items.
        shape = {**shape, "xml": {**_about(shape), "wrapped": True}}
    return (_DECLARATION + "".join(writer.element(shape, _about(shape).get("name", name), value))).encode()


def _about(shape: Mapping[str, Any]) -> Mapping[str, Any]:
    about: Mapping[str, Any] = shape.get("xml", {})
    return about


class _Writer:
    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    def shape(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """A schema with the properties, items and XML Object of its branches; its own come first."""
        schema = self._contract.resolve(schema)
        found = dict(schema)
        for branch in (part for keyword in _BRANCHES for part in schema.get(keyword, ())):
            inner = self.shape(branch)
            found["properties"] = {**inner.get("properties", {}), **found.get("properties", {})}
            for key in ("items", "xml"):
                if key in inner:
                    found.setdefault(key, inner[key])
        return found

    def element(self, shape: Mapping[str, Any], name: str, value: Any) -> Iterator[str]:
        """The element of a value, or those of a list that is not wrapped."""
        about = _about(shape)
        tag = f"{about['prefix']}:{name}" if "prefix" in about else name
        if isinstance(value, list):
            items = self.shape(shape.get("items", {}))
            inner = _about(items).get("name", name)
            parts = "".join(part for item in value for part in self.element(items, inner, item))
            yield f"<{tag}{_namespace(about)}>{parts}</{tag}>" if about.get("wrapped") else parts
        elif isinstance(value, dict):
            yield from self._object(shape, tag, value)
        else:
            yield f"<{tag}{_namespace(about)}>{escape(_text(value))}</{tag}>"

    def _object(self, shape: Mapping[str, Any], tag: str, value: Mapping[str, Any]) -> Iterator[str]:
        attributes = [_namespace(_about(shape))]
        children: list[str] = []
        for key, inner in value.items():
            below = self.shape(shape.get("properties", {}).get(key, {}))
            name = _about(below).get("name", key) if not isinstance(inner, list) or _about(below) else key
            if _about(below).get("attribute"):
                attributes.append(f" {name}={quoteattr(_text(inner))}")
            else:
                children += self.element(below, name, inner)
        yield f"<{tag}{''.join(attributes)}>{''.join(children)}</{tag}>"


def _namespace(about: Mapping[str, Any]) -> str:
    if "namespace" not in about:
        return ""
    return f" xmlns{':' + about['prefix'] if 'prefix' in about else ''}={quoteattr(about['namespace'])}"


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()
