"""A view of a Schema Object that hides the differences between the dialects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from openapi.documents.dialects import Dialect
from openapi.documents.document import Document
from openapi.documents.pointer import pointer_to, steps_of
from openapi.schemas.circular import is_extended_by_a_branch
from openapi.schemas.dynamic_scope import DynamicScope, ScopeIndex
from openapi.schemas.keywords import SchemaKeywords

# The keywords with several schemas, of which a value must satisfy all, at least one, or exactly one.
_COMPOSED: Final = ("allOf", "anyOf", "oneOf")
# OpenAPI 3.0 states these about properties in the place where those are declared ("Fixed Fields" of "Schema Object").
_NOWHERE: Final[Mapping[str, Any]] = {"not": {}}


class Schema(SchemaKeywords):
    """The Schema Object of `document` at `pointer`, with references followed (section "Schema Object").

    `written` is the value at `pointer`: a Schema Object, a Reference Object, true or false. Two views are equal if they
    show the same object. `scope` is where dynamic references lead.
    """

    def __init__(self, document: Document, written: Any, pointer: str, scope: DynamicScope = frozenset()) -> None:
        self.document = document
        self.written: Mapping[str, Any] = written if isinstance(written, Mapping) else _of_boolean(written)
        self.pointer = pointer
        self.scope = scope

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schema) and other.resolved is self.resolved and other.scope == self.scope

    def __hash__(self) -> int:
        return id(self.resolved)

    @cached_property
    def _target(self) -> tuple[Mapping[str, Any], str, DynamicScope]:
        value, pointer, scope = ScopeIndex.of(self.document).follow(self.written, self.pointer, self.scope)
        return (value if isinstance(value, Mapping) else _of_boolean(value)), pointer, scope

    @property
    def resolved(self) -> Mapping[str, Any]:
        """The Schema Object after references are followed; caches use its identity as the key."""
        # Most schemas are not references, and need no cached target.
        return self._target[0] if "$ref" in self.written else self.written

    @property
    def origin(self) -> str:
        """The JSON pointer of the Schema Object after references are followed."""
        return self._target[1] if "$ref" in self.written else self.pointer

    @property
    def place(self) -> str:
        """As `origin`, as written in the document."""
        return self.document.as_written(self.origin)

    @property
    def reference(self) -> str | None:
        """The JSON pointer of the target if the schema is written as a reference, else None."""
        reference = self.written.get("$ref")
        return reference.removeprefix("#") if isinstance(reference, str) else None

    @property
    def target(self) -> Schema:
        """The schema after references are followed."""
        return self if self.reference is None else Schema(self.document, self.resolved, self.origin, self._target[2])

    @property
    def name(self) -> str:
        """The last step of the reference if the schema is written as one, else ""."""
        reference = self.reference
        steps = steps_of(reference) if reference is not None else []
        return steps[-1] if steps else ""

    def beside(self, written: Any) -> Schema:
        """A schema that no document contains, with the references of this one."""
        return Schema(self.document, written, self.pointer, self.scope)

    @property
    def surely_allows_null(self) -> bool:
        """Whether null is one of its types for every reader: `nullable` has no meaning in draft 2020-12, though some
        documents of OpenAPI 3.1 have it."""
        return self.document.dialect is Dialect.OPENAPI_3_0 or "nullable" not in self.resolved

    @cached_property
    def allows_null(self) -> bool:
        """Whether null satisfies the schema. `nullable` has an effect only next to `type`, and null must also satisfy
        any `enum` and any other schema (3.0.3, proposal "Clarify Nullable")."""
        return _allows_null(self, {})

    @cached_property
    def properties(self) -> Mapping[str, Schema]:
        """The declared properties by name, in the order of the document."""
        return self._named("properties")

    @cached_property
    def items(self) -> Schema | None:
        """The schema of the items of an array; None if any items are allowed."""
        return self._one("items")

    @cached_property
    def prefix_items(self) -> tuple[Schema, ...]:
        """The schemas of the first items of an array, in their order."""
        return self._listed("prefixItems")

    @cached_property
    def contains(self) -> Schema | None:
        """The schema that some items of an array must satisfy."""
        return self._one("contains")

    @cached_property
    def pattern_properties(self) -> Mapping[str, Schema]:
        """The schemas of the properties whose names match a regular expression, by the expression."""
        return self._named("patternProperties")

    @cached_property
    def property_names(self) -> Schema | None:
        """The schema of the names of properties."""
        return self._one("propertyNames")

    @cached_property
    def dependent_schemas(self) -> Mapping[str, Schema]:
        """The schemas that an object must satisfy if it has a property, by its name."""
        return self._named("dependentSchemas")

    @cached_property
    def conditional(self) -> tuple[Schema, ...]:
        """The two schemas of which a value satisfies one because of `if`, `then` and `else`; () without an `if` that
        decides anything."""
        condition, then, other = (self.resolved.get(keyword) for keyword in ("if", "then", "else"))
        if condition is None or (then is None and other is None):
            return ()
        first = [condition, *([] if then is None else [then])]
        second = [{"not": condition}, *([] if other is None else [other])]
        return self.beside({"allOf": first}), self.beside({"allOf": second})

    @cached_property
    def unevaluated_properties(self) -> Schema | bool:
        """The schema of the properties that no other keyword describes, or whether such properties are allowed."""
        value = self.resolved.get("unevaluatedProperties", True)
        return value if isinstance(value, bool) else self._child(value, "unevaluatedProperties")

    @cached_property
    def additional_properties(self) -> Schema | bool:
        """The schema of undeclared properties, or whether such properties are allowed."""
        value = self.resolved.get("additionalProperties", True)
        return value if isinstance(value, bool) else self._child(value, "additionalProperties")

    @property
    def excluded(self) -> Schema | None:
        """The schema under `not`."""
        return self._one("not")

    def composed(self, keyword: str) -> tuple[Schema, ...]:
        """The schemas under `allOf`, `anyOf` or `oneOf`."""
        if keyword not in self.resolved:
            return ()
        found = self.__dict__.get(keyword)
        if found is None:
            found = self.__dict__[keyword] = self._listed(keyword)
        branches: tuple[Schema, ...] = found
        return branches

    @property
    def branches(self) -> tuple[Schema, ...]:
        """The schemas under `allOf`, `anyOf` and `oneOf`."""
        return tuple(branch for keyword in _COMPOSED for branch in self.composed(keyword))

    @property
    def is_extended_by_a_branch(self) -> bool:
        """Whether a branch of its `oneOf` or `anyOf` has the schema itself in its `allOf`."""
        return is_extended_by_a_branch(self.document, self.resolved)

    @cached_property
    def parts(self) -> tuple[Schema, ...]:
        """The schema and all branches of its `allOf`, `anyOf` and `oneOf`, also nested ones, without duplicates."""
        return tuple(self._parts())

    def _parts(self) -> Iterator[Schema]:
        seen: set[int] = set()
        pending = [self]
        while pending:
            schema = pending.pop(0)
            if id(schema.resolved) not in seen:
                seen.add(id(schema.resolved))
                yield schema
                pending.extend(schema.branches)

    @cached_property
    def named_types(self) -> frozenset[str]:
        """Every type, also "null", that the schema or one of its branches names."""
        return frozenset(kind for part in self.parts for kind in part.types)

    def property(self, name: str) -> Schema | None:
        """The schema of a property in the schema or a branch: its declaration, else that of additional properties."""
        for part in self.parts:
            if name in part.properties:
                return part.properties[name]
        more = (part.additional_properties for part in self.parts)
        return next((schema for schema in more if isinstance(schema, Schema)), None)

    def _named(self, keyword: str) -> dict[str, Schema]:
        named = self.resolved.get(keyword)
        return (
            {name: self._child(each, keyword, name) for name, each in named.items()}
            if isinstance(named, Mapping)
            else {}
        )

    def _listed(self, keyword: str) -> tuple[Schema, ...]:
        listed = self.resolved.get(keyword)
        schemas = listed if isinstance(listed, list) else ()
        return tuple(self._child(each, keyword, index) for index, each in enumerate(schemas))

    def _one(self, keyword: str) -> Schema | None:
        value = self.resolved.get(keyword)
        return self._child(value, keyword) if isinstance(value, Mapping | bool) else None

    def _child(self, written: Any, *steps: str | int) -> Schema:
        return Schema(self.document, written, self.origin + pointer_to(*steps), self._target[2])


def _of_boolean(value: Any) -> Mapping[str, Any]:
    return _NOWHERE if value is False else {}


def _allows_null(schema: Schema, known: dict[int, bool]) -> bool:
    """Whether null satisfies a schema; `known` has the results of other ones, and true for those in progress."""
    key = id(schema.resolved)
    if key not in known:
        known[key] = True
        known[key] = _has_null(schema, known)
    return known[key]


def _has_null(schema: Schema, known: dict[int, bool]) -> bool:
    if (schema.types and "null" not in schema.types) or (schema.enum is not None and None not in schema.enum):
        return False
    allowed = {key: [_allows_null(branch, known) for branch in schema.composed(key)] for key in _COMPOSED}
    return all(allowed["allOf"]) and all(any(allowed[key]) for key in ("oneOf", "anyOf") if allowed[key])
