"""Translates Schema Objects of OpenAPI 3.0 to JSON Schema draft 4.

OpenAPI 3.0 uses a dialect of JSON Schema with `nullable`, and with `readOnly` and `writeOnly` properties that apply in
one direction only. A schema is translated once, with only the schemas that it refers to.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from openapi.documents.document import Document
from openapi.schemas.discriminators import selections_of

# The keywords of a Schema Object that contain another one, or a list of them (section "Schema Object").
_ONE: Final = ("items", "not", "additionalProperties")
_SEVERAL: Final = ("allOf", "anyOf", "oneOf")
# Keywords that JSON Schema does not have, or defines differently.
_ANNOTATIONS: Final = (
    *("nullable", "discriminator", "readOnly", "writeOnly", "xml", "externalDocs", "example", "deprecated"),
)


# The formats of signed integers and their number of bits (section "Data Types").
INTEGER_BITS: Final = {"int32": 32, "int64": 64}
# The keyword of JSON Schema, which OpenAPI does not have, for what a discriminator requires.
SELECTED: Final = "dependencies"


class Direction(Enum):
    """The direction of the data; the value is the keyword of properties that are not sent in this direction."""

    REQUEST = "readOnly"
    RESPONSE = "writeOnly"


class Translation:
    """Translates the schemas of a document for one direction, each once. `pointers` maps the name of a definition to
    the JSON pointer of its schema in the document."""

    def __init__(self, document: Document, direction: Direction) -> None:
        self.pointers: dict[str, str] = {}
        self._document = document
        self._direction = direction
        # A pointer and the schemas whose discriminators have chosen -> the name of a definition.
        self._names: dict[tuple[str, frozenset[int]], str] = {}
        self._chosen: dict[str, frozenset[int]] = {}
        # References that are being translated in place, not shared.
        self._inlined: set[str] = set()
        # Name -> the translated schema, and the names of the schemas that it refers to.
        self._definitions: dict[str, tuple[dict[str, Any], set[str]]] = {}

    def root(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON Schema of a Schema Object, with only the definitions that it refers to, directly or indirectly."""
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
            self._definitions[name] = self._schema(schema, needed, frozenset(), self._chosen[name]), needed
        return self._definitions[name]

    def _reference(self, pointer: str, needed: set[str], chosen: frozenset[int]) -> dict[str, Any]:
        name = self._names.setdefault((pointer, chosen), f"s{len(self._names)}")
        self.pointers[name], self._chosen[name] = pointer, chosen
        needed.add(name)
        return {"$ref": f"#/definitions/{name}"}

    def _schema(
        self,
        schema: Mapping[str, Any],
        needed: set[str],
        one_way: frozenset[str] = frozenset(),
        chosen: frozenset[int] = frozenset(),
    ) -> dict[str, Any]:
        """The JSON Schema of a Schema or Reference Object; siblings of a `$ref` are ignored, as 3.0 requires.

        `one_way` are the properties of an enclosing `allOf` that are not sent in this direction. `chosen` are the
        schemas whose discriminators have selected this schema, for the same object, and do not select again.
        """
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference not in self._inlined and self._requires(schema, one_way):
            # Not shared: in this `allOf` the target requires fewer properties than elsewhere.
            self._inlined.add(reference)
            try:
                return self._schema(self._document.resolve(schema), needed, one_way, chosen)
            finally:
                self._inlined.discard(reference)
        if isinstance(reference, str):
            return self._reference(reference.removeprefix("#"), needed, chosen)
        one_way |= self._one_way(schema, frozenset())
        result = {
            key: self._keyword(key, value, needed, one_way, chosen)
            for key, value in schema.items()
            if key not in _ANNOTATIONS and not key.startswith("x-")
        }
        if schema.get("nullable") is True and isinstance(kind := result.get("type"), str):
            # An `enum` is kept: null is allowed only if it is listed too (3.0.3, proposal "Clarify Nullable").
            result["type"] = [kind, "null"]
        _drop(result, one_way)
        if schema.get("format") in INTEGER_BITS:
            _bound(result, INTEGER_BITS[schema["format"]])
        if "discriminator" in schema and id(schema) not in chosen:
            result |= self._selected(schema, needed, chosen | {id(schema)})
        return result

    def _selected(self, schema: Mapping[str, Any], needed: set[str], chosen: frozenset[int]) -> dict[str, Any]:
        """The keyword for the discriminating property: the schema that a value selects, or another value."""
        name = schema["discriminator"]["propertyName"]
        alternatives = [
            {
                "anyOf": [
                    {"properties": {name: {"not": {"enum": list(selected.values)}}}},
                    self._reference(selected.pointer, needed, chosen),
                ]
            }
            for selected in selections_of(self._document, schema)
        ]
        return {SELECTED: {name: {"allOf": alternatives}}} if alternatives else {}

    def _keyword(self, key: str, value: Any, needed: set[str], one_way: frozenset[str], chosen: frozenset[int]) -> Any:
        if key == "properties":
            return {name: self._schema(inner, needed) for name, inner in value.items()}
        if key in _ONE and isinstance(value, Mapping):
            return self._schema(value, needed)
        if key in _SEVERAL:
            # All branches describe the same object.
            return [self._schema(inner, needed, one_way, chosen) for inner in value]
        return value

    def _one_way(self, schema: Mapping[str, Any], seen: frozenset[int]) -> frozenset[str]:
        """The properties that a schema, or a part of its `allOf`, marks as not sent in this direction."""
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
        """Whether the target of a reference requires one of `names` without marking it itself."""
        resolved = self._document.resolve(schema)
        return bool(names.intersection(resolved.get("required", ())) - self._one_way(resolved, frozenset()))


def _drop(schema: dict[str, Any], one_way: frozenset[str]) -> None:
    """Remove from `required` the properties that are not sent in this direction: a readOnly property is required in
    responses only, a writeOnly one in requests only."""
    required = [name for name in schema.pop("required", ()) if name not in one_way]
    if required:
        schema["required"] = required


def _bound(schema: dict[str, Any], bits: int) -> None:
    """Limit an integer to a number of bits; narrower bounds of the schema are kept."""
    least, most = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    if "minimum" not in schema or schema["minimum"] < least:
        schema["minimum"] = least
        schema.pop("exclusiveMinimum", None)
    if "maximum" not in schema or schema["maximum"] > most:
        schema["maximum"] = most
        schema.pop("exclusiveMaximum", None)
