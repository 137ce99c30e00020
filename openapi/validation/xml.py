"""Reads XML as data with the names, attributes and arrays of its schema (OpenAPI 3.0.3, "XML Object")."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from openapi.http.xml import XMLElement
from openapi.parameters.coercion import Coercion
from openapi.schemas import Schema
from openapi.schemas.xml import XMLForm, xml_form


class UnexpectedRoot(ValueError):
    """A root element whose name is not the declared one; the text is the reason."""


class XMLData:
    """Reads documents of one schema as data; the inverse of writing data as XML."""

    def __init__(self, schema: Schema) -> None:
        self._root = _ElementReader(schema)
        # The names that the schema declares for the root; the name of the schema itself is only a convention.
        self._names = {part.xml["name"] for part in schema.parts if "name" in part.xml}
        types = schema.named_types - {"null"}
        # A string is XML that the schema says nothing about.
        self.is_described = bool(types or self._root.form.properties) and "string" not in types

    def read(self, root: XMLElement) -> Any:
        """The data of a document. Raises UnexpectedRoot if its root element has not the declared name."""
        if self._names and root.name not in self._names:
            names = " or ".join(f"<{name}>" for name in sorted(self._names))
            raise UnexpectedRoot(f"the root element of the body is <{root.name}>, and must be {names}")
        return self._root.read(root, is_wrapped=True)


class _Property(NamedTuple):
    """A property, and how it is written: in one element, or, `is_repeated`, in an element for each item."""

    key: str
    reader: _ElementReader
    is_repeated: bool = False


class _ElementReader:
    """Reads elements of one schema; those of its properties and items are prepared on first use, because a schema can
    contain itself."""

    def __init__(self, schema: Schema | None) -> None:
        self._schema = schema
        self.form: Final[XMLForm] = xml_form(schema)
        self._types = frozenset() if schema is None else schema.named_types
        self._coercion = None if schema is None else Coercion(schema)
        self._items: _ElementReader | None = None
        self._attributes: dict[str, _Property] = {}
        self._elements: dict[str, _Property] | None = None

    @property
    def is_list(self) -> bool:
        """Whether the value is a list; one that may also be text or an object is read by what is there."""
        return "array" in self._types and "object" not in self._types

    def read(self, element: XMLElement, *, is_wrapped: bool = False) -> Any:
        """The value of an element, whose children are the items of a list if it `is_wrapped`."""
        if element.is_nil:
            return None
        if self.is_list and is_wrapped:
            return [self.item(child) for child in element.children]
        if element.children or element.attributes:
            return self._object(element)
        if ("object" in self._types or self.form.properties) and not element.text.strip():
            return {} if "string" not in self._types else ""
        return self.scalar(element.text)

    def scalar(self, text: str) -> Any:
        """The value of a text, with the type of the schema."""
        if self._coercion is None:
            return text
        return self._coercion(text if "string" in self._types or not self._types else text.strip())

    def item(self, element: XMLElement) -> Any:
        """The value of an item."""
        if self._items is None:
            self._items = _ElementReader(self.form.items)
        return self._items.read(element, is_wrapped=True)

    def _object(self, element: XMLElement) -> dict[str, Any]:
        elements = self._prepared()
        found: dict[str, Any] = {}
        for name, text in element.attributes.items():
            declared = self._attributes.get(name)
            found[declared.key if declared else name] = declared.reader.scalar(text) if declared else text
        for child in element.children:
            declared = elements.get(child.name) or self._undeclared(child.name)
            if declared.is_repeated:
                found.setdefault(declared.key, []).append(declared.reader.item(child))
                continue
            value = declared.reader.read(child, is_wrapped=True)
            if declared.key in found:
                # An element that is repeated is a list, whatever its schema says, which then finds it.
                value = [*(seen if isinstance(seen := found[declared.key], list) else [seen]), value]
            found[declared.key] = value
        # An empty list without an element of its own is not visible.
        required = {} if self._schema is None else {name for part in self._schema.parts for name in part.required}
        empty = (each.key for each in elements.values() if each.is_repeated and each.key in required)
        return {**{key: [] for key in empty if key not in found}, **found}

    def _undeclared(self, name: str) -> _Property:
        schema = None if self._schema is None else self._schema.property(name)
        reader = _ElementReader(schema)
        return _Property(name, reader, reader.is_list and not reader.form.xml.get("wrapped"))

    def _prepared(self) -> dict[str, _Property]:
        if self._elements is None:
            self._elements = {}
            for key, schema in self.form.properties.items():
                reader = _ElementReader(schema)
                name = reader.form.xml.get("name", key)
                if reader.form.xml.get("attribute"):
                    self._attributes[name] = _Property(key, reader)
                elif reader.is_list and not reader.form.xml.get("wrapped"):
                    name = xml_form(reader.form.items).xml.get("name", name)
                    self._elements[name] = _Property(key, reader, is_repeated=True)
                else:
                    self._elements[name] = _Property(key, reader)
        return self._elements
