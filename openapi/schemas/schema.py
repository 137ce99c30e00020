"""A view of a Schema Object that hides the differences between the dialects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from openapi.documents.document import Document
from openapi.documents.pointer import pointer_to, steps_of

# The keywords with several schemas, of which a value must satisfy all, at least one, or exactly one.
_COMPOSED: Final = ("allOf", "anyOf", "oneOf")
# Keywords that do not restrict data; `nullable` belongs to `type`.
_ANNOTATIONS: Final = frozenset(
    {
        *("title", "description", "default", "example", "examples", "deprecated", "discriminator", "externalDocs"),
        *("nullable", "readOnly", "writeOnly", "xml"),
    }
)
# OpenAPI 3.0 states these about properties in the place where those are declared ("Fixed Fields" of "Schema Object").
_NOWHERE: Final[Mapping[str, Any]] = {"not": {}}


class Schema:
    """The Schema Object of `document` at `pointer`, with references followed (section "Schema Object").

    `written` is the value at `pointer`: a Schema Object, a Reference Object, true or false. Two views are equal if they
    show the same object. Only this class knows OpenAPI 3.0's `nullable`.
    """

    def __init__(self, document: Document, written: Any, pointer: str) -> None:
        self.document = document
        self.written: Mapping[str, Any] = written if isinstance(written, Mapping) else _of_boolean(written)
        self.pointer = pointer

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schema) and other.resolved is self.resolved

    def __hash__(self) -> int:
        return id(self.resolved)

    @cached_property
    def _target(self) -> tuple[Mapping[str, Any], str]:
        value, pointer = self.document.follow(self.written, self.pointer)
        return (value if isinstance(value, Mapping) else _of_boolean(value)), pointer

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
        return self if self.reference is None else Schema(self.document, self.resolved, self.origin)

    @property
    def name(self) -> str:
        """The last step of the reference if the schema is written as one, else ""."""
        reference = self.reference
        steps = steps_of(reference) if reference is not None else []
        return steps[-1] if steps else ""

    def get(self, keyword: str, default: Any = None) -> Any:
        """The value of a keyword that has the same meaning in every dialect and contains no schema, such as
        `minLength`."""
        return self.resolved.get(keyword, default)

    def __contains__(self, keyword: str) -> bool:
        return keyword in self.resolved

    @property
    def keywords(self) -> Sequence[str]:
        """The keywords in the order of the document, without extensions."""
        return [keyword for keyword in self.resolved if not keyword.startswith("x-")]

    @property
    def assertions(self) -> Sequence[str]:
        """The keywords that restrict data."""
        return [keyword for keyword in self.keywords if keyword not in _ANNOTATIONS]

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The types that the schema itself names, with "null" if it is nullable; () for any type."""
        kind = self.resolved.get("type")
        if isinstance(kind, str):
            return (kind, "null") if self.resolved.get("nullable") is True else (kind,)
        return tuple(kind) if isinstance(kind, list) else ()

    @property
    def type(self) -> str | None:
        """The single type except null that the schema itself names; None if there are none or several."""
        named = [kind for kind in self.types if kind != "null"]
        return named[0] if len(named) == 1 else None

    @property
    def is_nullable(self) -> bool:
        """Whether the schema itself declares null, even without effect (3.0.3, proposal "Clarify Nullable")."""
        return "null" in self.types or self.resolved.get("nullable") is True

    @cached_property
    def allows_null(self) -> bool:
        """Whether null satisfies the schema. `nullable` has an effect only next to `type`, and null must also satisfy
        any `enum` and any other schema (3.0.3, proposal "Clarify Nullable")."""
        return self._allows_null({})

    def _allows_null(self, known: dict[int, bool]) -> bool:
        """As `allows_null`; `known` has the results of other schemas, and true for those that are in progress."""
        key = id(self.resolved)
        if key not in known:
            known[key] = True
            known[key] = self._has_null(known)
        return known[key]

    def _has_null(self, known: dict[int, bool]) -> bool:
        if (self.types and "null" not in self.types) or None not in self.get("enum", (None,)):
            return False
        allowed = {key: [branch._allows_null(known) for branch in self.composed(key)] for key in _COMPOSED}
        return all(allowed["allOf"]) and all(any(allowed[key]) for key in ("oneOf", "anyOf") if allowed[key])

    @cached_property
    def enum(self) -> list[Any] | None:
        """The allowed values; None if there is no `enum`."""
        values = self.resolved.get("enum")
        return values if isinstance(values, list) else None

    @property
    def lower_bound(self) -> tuple[float, bool] | None:
        """The least number, and whether it is excluded; None if there is no minimum."""
        return self._bound("minimum", "exclusiveMinimum")

    @property
    def upper_bound(self) -> tuple[float, bool] | None:
        """The greatest number, and whether it is excluded; None if there is no maximum."""
        return self._bound("maximum", "exclusiveMaximum")

    def _bound(self, keyword: str, exclusive: str) -> tuple[float, bool] | None:
        value = self.resolved.get(keyword)
        return None if value is None else (value, self.resolved.get(exclusive) is True)

    @property
    def format(self) -> str:
        """The `format`, or ""."""
        value = self.resolved.get("format", "")
        return value if isinstance(value, str) else ""

    @property
    def description(self) -> str:
        """The `description`, or ""."""
        value = self.resolved.get("description", "")
        return value if isinstance(value, str) else ""

    @cached_property
    def examples(self) -> tuple[Any, ...]:
        """The examples of the schema itself, `example` first."""
        several = self.resolved.get("examples")
        one = (self.resolved["example"],) if "example" in self.resolved else ()
        return (*one, *several) if isinstance(several, list) else one

    @cached_property
    def properties(self) -> Mapping[str, Schema]:
        """The declared properties by name, in the order of the document."""
        return self._named("properties")

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The names of required properties."""
        names = self.resolved.get("required", ())
        return tuple(names) if isinstance(names, list) else ()

    @cached_property
    def items(self) -> Schema | None:
        """The schema of the items of an array; None if any items are allowed."""
        return self._one("items")

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
            listed = self.resolved.get(keyword)
            found = self.__dict__[keyword] = tuple(
                self._child(each, keyword, index)
                for index, each in enumerate(listed if isinstance(listed, list) else ())
            )
        branches: tuple[Schema, ...] = found
        return branches

    @property
    def branches(self) -> tuple[Schema, ...]:
        """The schemas under `allOf`, `anyOf` and `oneOf`."""
        return tuple(branch for keyword in _COMPOSED for branch in self.composed(keyword))

    @cached_property
    def discriminator(self) -> Mapping[str, Any] | None:
        """The Discriminator Object."""
        value = self.resolved.get("discriminator")
        return value if isinstance(value, Mapping) else None

    @cached_property
    def xml(self) -> Mapping[str, Any]:
        """The XML Object, or {}."""
        value = self.resolved.get("xml", {})
        return value if isinstance(value, Mapping) else {}

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

    def _one(self, keyword: str) -> Schema | None:
        value = self.resolved.get(keyword)
        return self._child(value, keyword) if isinstance(value, Mapping | bool) else None

    def _child(self, written: Any, *steps: str | int) -> Schema:
        return Schema(self.document, written, self.origin + pointer_to(*steps))


def _of_boolean(value: Any) -> Mapping[str, Any]:
    return _NOWHERE if value is False else {}
