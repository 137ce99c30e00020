"""Translates Schema Objects to JSON Schema: those of OpenAPI 3.0 to draft 4, later ones to draft 2020-12.

OpenAPI 3.0 uses a dialect of JSON Schema with `nullable`. In all versions `readOnly` and `writeOnly` properties apply
in one direction only, and a discriminator selects a schema. A schema is translated once, with only the schemas that it
refers to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Final

from openapi.documents.dialects import Dialect
from openapi.documents.document import Document
from openapi.documents.identifiers import DYNAMIC
from openapi.documents.subschemas import NAMED, ONE, SEVERAL
from openapi.schemas.circular import CHOICES, is_extended_by_a_branch
from openapi.schemas.complexity import TooComplex
from openapi.schemas.discriminators import selections_of
from openapi.schemas.dynamic_scope import DynamicScope, ScopeIndex
from openapi.schemas.patterns import portable

# Keywords that say nothing about data, that JSON Schema defines differently, or that the translation replaces.
_DROPPED: Final = frozenset(
    {
        *("nullable", "discriminator", "readOnly", "writeOnly", "xml", "externalDocs", "example", "deprecated"),
        *("$anchor", "$comment", "$defs", "$dynamicAnchor", "$id", "$schema", "$vocabulary", "definitions", "id"),
        *("contentSchema", "examples"),
    }
)
# The keywords whose schemas describe the same object as the schema that contains them.
_SAME_OBJECT: Final = frozenset({"allOf", "anyOf", "dependentSchemas", "else", "if", "oneOf", "then"})

# The formats of signed integers and their number of bits (section "Data Types").
INTEGER_BITS: Final = {"int32": 32, "int64": 64}
# OpenAPI 3.0: the bounds that these exclude if they are true.
_BOUNDS: Final = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
# The keyword of each dialect for what a property requires, which says what a discriminator selects.
SELECTED: Final = {Dialect.OPENAPI_3_0: "dependencies", Dialect.DRAFT_2020_12: "dependentSchemas"}

# The contexts of a schema can be exponentially many.
_MOST_TRANSLATED: Final = 50_000


class Direction(Enum):
    """The direction of the data; the value is the keyword of properties that are not sent in this direction."""

    REQUEST = "readOnly"
    RESPONSE = "writeOnly"


@dataclass(frozen=True, slots=True)
class _Context:
    """What the translation of a schema depends on, beside the schema.

    `one_way` are the properties of an enclosing `allOf` that are not sent in this direction. `chosen` are the schemas
    whose discriminators have selected this schema, for the same object, and do not select again. `branching` are the
    schemas that this one is a branch of and also extends (openapi.schemas.circular).
    """

    one_way: frozenset[str] = frozenset()
    chosen: frozenset[int] = frozenset()
    branching: frozenset[int] = frozenset()
    scope: DynamicScope = frozenset()

    @property
    def inside(self) -> _Context:
        """The context of the parts of the value."""
        return _Context(scope=self.scope)


class Translation:
    """Translates the schemas of a document for one direction, each once. `pointers` maps the name of a definition to
    the JSON pointer of its schema in the document."""

    def __init__(self, document: Document, direction: Direction) -> None:
        self.pointers: dict[str, str] = {}
        self._document = document
        self._direction = direction
        self._scopes = ScopeIndex.of(document)
        # A pointer and the context of its schema -> the name of a definition.
        self._names: dict[tuple[str, _Context], str] = {}
        self._contexts: dict[str, _Context] = {}
        # References that are being translated in place, not shared.
        self._inlined: set[str] = set()
        # Name -> the translated schema, and the names of the schemas that it refers to.
        self._definitions: dict[str, tuple[dict[str, Any] | bool, set[str]]] = {}
        # How many schemas were translated for one root.
        self._translated = 0

    def root(self, schema: Mapping[str, Any], pointer: str, scope: DynamicScope = frozenset()) -> dict[str, Any]:
        """The JSON Schema of the Schema Object at `pointer` and in `scope`, with only the definitions that it refers
        to, directly or indirectly. Raises TooComplex if it has too many."""
        self._translated = 0
        needed: set[str] = set()
        root = self._schema(schema, needed, _Context(scope=self._scopes.entered(pointer, scope)))
        root = root if isinstance(root, dict) else {"allOf": [root]}
        definitions: dict[str, Any] = {}
        while missing := sorted(needed - definitions.keys()):
            for name in missing:
                definitions[name], more = self._definition(name)
                needed |= more
        root["definitions"] = definitions
        return root

    def _definition(self, name: str) -> tuple[dict[str, Any] | bool, set[str]]:
        if name not in self._definitions:
            needed: set[str] = set()
            schema = self._document.at(self.pointers[name])
            self._definitions[name] = self._schema(schema, needed, self._contexts[name]), needed
        return self._definitions[name]

    def _reference(self, pointer: str, needed: set[str], context: _Context) -> dict[str, Any]:
        context = _Context(
            chosen=context.chosen, branching=context.branching, scope=self._scopes.entered(pointer, context.scope)
        )
        name = self._names.setdefault((pointer, context), f"s{len(self._names)}")
        self.pointers[name], self._contexts[name] = pointer, context
        needed.add(name)
        return {"$ref": f"#/definitions/{name}"}

    def _schema(self, schema: Mapping[str, Any] | bool, needed: set[str], context: _Context) -> dict[str, Any] | bool:
        """The JSON Schema of a Schema or Reference Object. In 3.0 the siblings of a `$ref` have no meaning; in later
        documents a reference has none (`resolve_identifiers`)."""
        if isinstance(schema, bool):
            return schema if self._document.dialect is Dialect.DRAFT_2020_12 else {} if schema else {"not": {}}
        self._translated += 1
        if self._translated > _MOST_TRANSLATED:
            raise TooComplex(
                f"needs more than {_MOST_TRANSLATED} schemas, each in every context of its discriminators, "
                "dynamic references and required properties"
            )
        context = replace(context, scope=self._scopes.inside(schema, context.scope))
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference not in self._inlined and self._requires(schema, context.one_way):
            # Not shared: in this `allOf` the target requires fewer properties than elsewhere.
            self._inlined.add(reference)
            try:
                return self._schema(self._document.resolve(schema), needed, context)
            finally:
                self._inlined.discard(reference)
        if isinstance(reference, str):
            return self._referred(schema, reference, needed, context)
        context = replace(context, one_way=context.one_way | self._one_way(schema))
        is_circular = is_extended_by_a_branch(self._document, schema)
        unwanted = CHOICES if is_circular and id(schema) in context.branching else ()
        if is_circular:
            context = replace(context, branching=context.branching | {id(schema)})
        result = {
            key: self._keyword(key, value, needed, context)
            for key, value in schema.items()
            if key not in _DROPPED
            and key not in unwanted
            and not key.startswith("x-")
            and not _is_meaningless(schema, key, value)
        }
        if schema.get("nullable") is True and isinstance(kind := result.get("type"), str):
            # An `enum` is kept: null is allowed only if it is listed too (3.0.3, proposal "Clarify Nullable").
            result["type"] = [kind, "null"]
        _drop(result, context.one_way)
        if schema.get("format") in INTEGER_BITS:
            _bound(result, INTEGER_BITS[schema["format"]])
        is_selected = False
        if "discriminator" in schema and id(schema) not in context.chosen:
            chosen = replace(context, chosen=context.chosen | {id(schema)})
            is_selected = self._select(result, schema, needed, chosen)
        if (is_circular or is_selected) and "oneOf" in result:
            # Where a discriminator decides, other branches may allow the value too. Neither do children that extend one
            # parent, and require nothing of their own, exclude each other.
            result["allOf"] = [*result.get("allOf", ()), {"anyOf": result.pop("oneOf")}]
        return result

    def _referred(
        self, schema: Mapping[str, Any], reference: str, needed: set[str], context: _Context
    ) -> dict[str, Any]:
        if not reference.startswith("#"):
            return {"$ref": reference}  # one of JSON Schema's own, which every validator has
        pointer = reference.removeprefix("#")
        if isinstance(anchor := schema.get(DYNAMIC), str):
            pointer = dict(context.scope).get(anchor, pointer)
        return self._reference(pointer, needed, context)

    def _select(self, result: dict[str, Any], schema: Mapping[str, Any], needed: set[str], context: _Context) -> bool:
        """Add the keyword for the discriminating property: the schema that a value selects, or another value. False if
        no value selects one."""
        name = schema["discriminator"]["propertyName"]
        alternatives = [
            {
                "anyOf": [
                    {"properties": {name: {"not": {"enum": list(selected.values)}}}},
                    self._reference(selected.pointer, needed, context),
                ]
            }
            for selected in selections_of(self._document, schema)
        ]
        if alternatives:
            keyword = SELECTED[self._document.dialect]
            own = result.get(keyword, {})
            more = {"allOf": [*alternatives, own[name]]} if name in own else {"allOf": alternatives}
            result[keyword] = {**own, name: more}
        return bool(alternatives)

    def _keyword(self, key: str, value: Any, needed: set[str], context: _Context) -> Any:
        inner = context if key in _SAME_OBJECT else context.inside
        if key in NAMED and isinstance(value, Mapping):
            return {
                name: self._schema(each, needed, inner) if isinstance(each, Mapping | bool) else each
                for name, each in value.items()
            }
        if key in ONE and isinstance(value, Mapping):
            return self._schema(value, needed, inner)
        if key in SEVERAL and isinstance(value, list):
            return [self._schema(each, needed, inner) for each in value]
        return portable(value) if key == "pattern" and isinstance(value, str) else value

    def _one_way(self, schema: Mapping[str, Any]) -> frozenset[str]:
        """The properties that a schema, or a part of its `allOf`, marks as not sent in this direction."""
        return frozenset(
            name
            for part in self._parts(schema)
            for name, inner in part.get("properties", {}).items()
            if self._is_one_way(inner)
        )

    def _is_one_way(self, schema: Mapping[str, Any]) -> bool:
        return any(part.get(self._direction.value) is True for part in self._parts(schema))

    def _parts(self, schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """A schema and the parts of its `allOf`, also nested ones, each once: their paths can be exponentially many."""
        seen: set[int] = set()
        pending = [schema]
        while pending:
            resolved = self._document.resolve(pending.pop())
            if isinstance(resolved, Mapping) and id(resolved) not in seen:
                seen.add(id(resolved))
                yield resolved
                pending.extend(resolved.get("allOf", ()))

    def _requires(self, schema: Mapping[str, Any], names: frozenset[str]) -> bool:
        """Whether the target of a reference requires one of `names` without marking it itself."""
        resolved = self._document.resolve(schema) if names else {}
        return bool(names.intersection(resolved.get("required", ())) - self._one_way(resolved))


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


def _is_meaningless(schema: Mapping[str, Any], key: str, value: Any) -> bool:
    """Whether a keyword says nothing and cannot be compiled: an empty list of schemas, and a bound that is excluded but
    not given."""
    if key in _BOUNDS:
        return isinstance(value, bool) and _BOUNDS[key] not in schema
    return key in SEVERAL and value == []
