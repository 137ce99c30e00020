"""Schema Objects of OpenAPI 3.0 translated to JSON Schema draft 4.

OpenAPI 3.0 describes data in a dialect of its own: `nullable`, and `readOnly` or `writeOnly` properties that count in
one direction only. A schema is translated once, with just the schemas that it refers to.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from openapi.documents.document import Document

# Of a Schema Object, what holds another one, and in which shape (section "Schema Object").
_ONE: Final = ("items", "not", "additionalProperties")
_SEVERAL: Final = ("allOf", "anyOf", "oneOf")
# What JSON Schema does not know, or would read differently.
_ANNOTATIONS: Final = (
    *("nullable", "discriminator", "readOnly", "writeOnly", "xml", "externalDocs", "example", "deprecated"),
)


# The formats of integers, which are signed (section "Data Types"), and their bits.
INTEGER_BITS: Final = {"int32": 32, "int64": 64}


class Direction(Enum):
    """Which way the data goes; the value is the flag of properties that do not travel that way."""

    REQUEST = "readOnly"
    RESPONSE = "writeOnly"


class Translation:
    """The schemas of a document on their way to JSON Schema, each translated once; `pointers` leads from the name of a
    definition to the schema in the document."""

    def __init__(self, document: Document, direction: Direction) -> None:
        self.pointers: dict[str, str] = {}
        self._document = document
        self._direction = direction
        self._names: dict[str, str] = {}
        # References that are being translated in place, not shared.
        self._inlined: set[str] = set()
        # Name -> the translated schema, and the names of those that it refers to.
        self._definitions: dict[str, tuple[dict[str, Any], set[str]]] = {}

    def root(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON Schema of a Schema Object, with just what it refers to, and what that refers to in turn."""
        needed: set[str] = set()
        root = self._schema(schema, needed)
        definitions: dict[str, Any] = {}
        while missing := sorted(needed - definitions.keys()):
            for name in missing:
                definitions[name], more = self._definition(name)
                needed |= more
        root["definitions"] = definitions
        return root

    def _definition(self, name: str) -> tuple[dict[str, Any], set[str]]:
        if name not in self._definitions:
            needed: set[str] = set()
            schema = self._document.resolve({"$ref": f"#{self.pointers[name]}"})
            self._definitions[name] = self._schema(schema, needed), needed
        return self._definitions[name]

    def _name(self, pointer: str) -> str:
        name = self._names.setdefault(pointer, f"s{len(self._names)}")
        self.pointers[name] = pointer
        return name

    def _schema(
        self, schema: Mapping[str, Any], needed: set[str], one_way: frozenset[str] = frozenset()
    ) -> dict[str, Any]:
        """The JSON Schema of a Schema or Reference Object; siblings of a `$ref` are ignored, as 3.0 says.

        `one_way` are the properties of an enclosing `allOf` that do not travel in this direction.
        """
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference not in self._inlined and self._requires(schema, one_way):
            # Here it means less than by itself, so it is not shared.
            self._inlined.add(reference)
            try:
                return self._schema(self._document.resolve(schema), needed, one_way)
            finally:
                self._inlined.discard(reference)
        if isinstance(reference, str):
            name = self._name(reference.removeprefix("#"))
            needed.add(name)
            return {"$ref": f"#/definitions/{name}"}
        one_way |= self._one_way(schema, frozenset())
        result = {
            key: self._keyword(key, value, needed, one_way)
            for key, value in schema.items()
            if key not in _ANNOTATIONS and not key.startswith("x-")
        }
        if schema.get("nullable") is True and isinstance(kind := result.get("type"), str):
            # Null must stand in an `enum` too to be allowed (3.0.3, proposal "Clarify Nullable"), so that stays.
            result["type"] = [kind, "null"]
        _drop(result, one_way)
        if schema.get("type") == "integer" and schema.get("format") in INTEGER_BITS:
            _bound(result, INTEGER_BITS[schema["format"]])
        return result

    def _keyword(self, key: str, value: Any, needed: set[str], one_way: frozenset[str]) -> Any:
        if key == "properties":
            return {name: self._schema(inner, needed) for name, inner in value.items()}
        if key in _ONE and isinstance(value, Mapping):
            return self._schema(value, needed)
        if key in _SEVERAL:
            # The branches are about the same object.
            return [self._schema(inner, needed, one_way) for inner in value]
        return value

    def _one_way(self, schema: Mapping[str, Any], seen: frozenset[int]) -> frozenset[str]:
        """The properties that a schema, or a part of its `allOf`, marks as not travelling in this direction."""
        resolved = self._document.resolve(schema)
        if id(resolved) in seen:
            return frozenset()
        seen |= {id(resolved)}
        own = {name for name, inner in resolved.get("properties", {}).items() if self._is_one_way(inner, frozenset())}
        return frozenset(own).union(*(self._one_way(part, seen) for part in resolved.get("allOf", ())))

    def _is_one_way(self, schema: Mapping[str, Any], seen: frozenset[int]) -> bool:
        resolved = self._document.resolve(schema)
        if not isinstance(resolved, Mapping) or id(resolved) in seen:
            return False
        seen |= {id(resolved)}
        if resolved.get(self._direction.value) is True:
            return True
        return any(self._is_one_way(part, seen) for part in resolved.get("allOf", ()))

    def _requires(self, schema: Mapping[str, Any], names: frozenset[str]) -> bool:
        """Whether the schema that is referred to requires one of `names`, which it does not mark itself."""
        resolved = self._document.resolve(schema)
        return bool(names.intersection(resolved.get("required", ())) - self._one_way(resolved, frozenset()))


def _drop(schema: dict[str, Any], one_way: frozenset[str]) -> None:
    """`required` takes effect for a readOnly property on the response only, for a writeOnly one on the request."""
    required = [name for name in schema.pop("required", ()) if name not in one_way]
    if required:
        schema["required"] = required


def _bound(schema: dict[str, Any], bits: int) -> None:
    """Keep an integer to so many bits; narrower bounds of its own stay."""
    least, most = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    if "minimum" not in schema or schema["minimum"] < least:
        schema["minimum"] = least
        schema.pop("exclusiveMinimum", None)
    if "maximum" not in schema or schema["maximum"] > most:
        schema["maximum"] = most
        schema.pop("exclusiveMaximum", None)
