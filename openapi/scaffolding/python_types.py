"""The types of a contract's schemas in Python."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from openapi.contract import Contract
from openapi.documents.pointer import steps_of
from openapi.scaffolding.definitions import ANY, TypedDictionary, alias_lines, union
from openapi.scaffolding.names import Names, identifier, pascal
from openapi.scaffolding.shapes import ObjectShape, object_shapes
from openapi.scaffolding.text import string
from openapi.schemas import Schema, selected_by
from openapi.typescript.cycles import contains_directly

_PRIMITIVES: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_SIMPLE: Final = frozenset({*_PRIMITIVES.values(), ANY, "Never"})


class PythonTypes:
    """The types of the schemas of a contract: a `TypedDict` for each object, an alias for each other component.

    Types of schemas without a name are added when they are asked for. Formats stay `str`.
    """

    def __init__(self, contract: Contract) -> None:
        self._names = Names()
        self._targets: dict[Schema, str] = {}
        self._definitions: dict[str, TypedDictionary | list[str]] = {}
        self._pending: deque[tuple[str, ObjectShape]] = deque()
        self._tags: dict[Schema, dict[str, set[str]]] = {}
        # The schemas whose types are being written, as far as no object or list is around the present one.
        self._around: list[Schema] = []
        named = {name: self._names.unique(identifier(name)) for name in sorted(contract.schemas)}
        # A component that is a reference is another name of its target.
        for name, schema in contract.schemas.items():
            if schema.reference is None:
                self._targets.setdefault(schema, named[name])
        for name in sorted(contract.schemas):
            self._define(named[name], contract.schemas[name])

    def named(self, schema: Schema, hint: str) -> str:
        """The type of a schema: a simple type, or a name of the module of types, which is `hint` for a schema that has
        no name."""
        kind = self._type(schema, hint)
        self._work()
        if kind in self._definitions or all(each in _SIMPLE for each in kind.split(" | ")):
            return kind
        return self._alias(self._names.unique(hint), kind, schema)

    def is_defined(self, name: str) -> bool:
        """Whether the module of types defines a name."""
        return name in self._definitions

    def source(self) -> str:
        """The definitions of all types so far, sorted by name."""
        self._work()
        blocks = []
        for name in sorted(self._definitions):
            found = self._definitions[name]
            blocks.append(found if isinstance(found, list) else found.lines(self._tags, self._definitions))
        return "\n\n\n".join("\n".join(block) for block in blocks) + "\n"

    def _define(self, name: str, schema: Schema) -> None:
        target = schema.target if schema.reference is None else None
        self._around = [] if target is None else [target]
        kind = self._type(schema, name, name)
        self._around = []
        if kind != name:
            self._alias(name, kind, schema)
        self._work()

    def _alias(self, name: str, kind: str, schema: Schema) -> str:
        self._definitions[name] = alias_lines(name, kind, schema.description if schema.reference is None else "")
        return name

    def _work(self) -> None:
        """Write the fields of the objects found so far. A queue, because objects are nested without end."""
        while self._pending:
            name, shape = self._pending.popleft()
            fields = {key: self._type(inner, name + pascal(key)) for key, inner in shape.properties.items()}
            self._definitions[name] = TypedDictionary(name, shape, fields)

    def _type(self, schema: Schema, hint: str, own: str = "") -> str:
        """The type of a schema. A class that it needs is named `own` if that is the whole type, else after `hint`."""
        if schema.reference is not None:
            return self._referred(schema)
        adds_null = schema.is_nullable and schema.enum is None and schema.allows_null
        kinds = list(self._alternatives(schema, hint, "" if adds_null else own))
        return union([*kinds, "None"] if adds_null else kinds)

    def _referred(self, schema: Schema) -> str:
        target = schema.target
        if target not in self._targets:
            steps = [step for step in steps_of(schema.reference or "") if step not in _CONTAINERS]
            name = self._targets[target] = self._names.unique(identifier(pascal(" ".join(steps[-3:]))))
            with self._inside():
                self._around = [target]
                kind = self._type(target, name, name)
            if kind != name:
                self._alias(name, kind, target)
        return self._targets[target]

    def _alternatives(self, schema: Schema, hint: str, own: str) -> Iterator[str]:
        if schema.enum is not None:
            yield from self._values(schema, schema.enum)
        elif schema.allows_nothing:
            yield "Never"
        elif children := self._children(schema):
            yield from (self._type(child, hint) for child in children)
        elif any(schema.composed(key) for key in ("allOf", "oneOf", "anyOf")):
            yield from self._composed(schema, hint, own)
        else:
            kinds = schema.types or (_implied_type(schema),)
            yield from (self._simple(schema, kind, hint, own if len(kinds) == 1 else "") for kind in kinds)

    def _children(self, schema: Schema) -> list[Schema]:
        """The schemas that a discriminator selects, if the schema has no alternatives of its own."""
        selected = selected_by(schema)
        for child, values in selected:
            tags = self._tags.setdefault(child.target, {})
            tags.setdefault(str((schema.discriminator or {}).get("propertyName")), set()).update(values)
        if any(schema.composed(key) for key in ("oneOf", "anyOf")):
            return []
        return [child for child, _ in selected if child.target != schema.target]

    def _composed(self, schema: Schema, hint: str, own: str) -> Iterator[str]:
        choices = [branches for key in ("oneOf", "anyOf") if (branches := schema.composed(key))]
        is_choice = len(choices) == 1 and (not self._adds_fields(schema) or schema.is_extended_by_a_branch)
        if is_choice and not schema.composed("allOf"):
            yield from self._choice(choices[0], hint)
            return
        (only, *others) = schema.composed("allOf") or choices[0]
        # A parent is any of its children, so that a child is not another name of it.
        is_parent = only.is_extended_by_a_branch or bool(self._children(only))
        if not (others or choices or is_parent or self._adds_fields(schema)):
            yield self._member(only, hint)
            return
        if shapes := object_shapes(schema):
            names = [own or hint] if len(shapes) == 1 else [f"{hint}{n}" for n in range(1, len(shapes) + 1)]
            yield from (
                self._class(shape, name, own if len(shapes) == 1 else "")
                for shape, name in zip(shapes, names, strict=True)
            )
            return
        yield self._narrowest(schema, choices, hint)

    def _adds_fields(self, schema: Schema) -> bool:
        return bool(schema.properties) or bool(schema.required)

    def _choice(self, branches: Iterable[Schema], hint: str) -> Iterator[str]:
        for number, branch in enumerate(branches, 1):
            kind = self._member(branch, f"{hint}{number}")
            if kind:
                yield kind

    def _narrowest(self, schema: Schema, choices: list[tuple[Schema, ...]], hint: str) -> str:
        """The type of a schema that is no object: that of the part that says most."""
        kinds = [self._member(part, f"{hint}{n}") for n, part in enumerate(schema.composed("allOf"), 1)]
        kinds += [union(self._choice(branches, hint)) for branches in choices]
        kinds += [self._simple(schema, kind, hint, "") for kind in schema.types if kind != "null"]
        said = [kind for kind in kinds if kind and kind != ANY]
        return next((kind for kind in said if kind not in _SIMPLE), said[0] if said else ANY)

    def _member(self, part: Schema, hint: str) -> str:
        """A part of a union; "" if it is one of the types around it, which adds nothing. A type that contains one of
        these is written out, because its name would make the type contain itself."""
        target = part.target
        if target in self._around:
            return ""
        if part.reference is None or not any(contains_directly(target, each) for each in self._around):
            return self._type(part, hint)
        self._around.append(target)
        kind = self._type(target, hint)
        self._around.pop()
        return kind

    @contextmanager
    def _inside(self) -> Iterator[None]:
        """The parts of objects and lists may have the names of the types around them."""
        around, self._around = self._around, []
        try:
            yield
        finally:
            self._around = around

    def _simple(self, schema: Schema, kind: str, hint: str, own: str) -> str:
        if kind == "string" and schema.format == "binary":
            return "str | bytes"
        if kind == "array":
            with self._inside():
                return f"list[{self._items(schema, hint)}]"
        if kind == "object":
            with self._inside():
                return self._object(schema, hint, own)
        return _PRIMITIVES.get(kind, ANY)

    def _items(self, schema: Schema, hint: str) -> str:
        first = [self._type(item, f"{hint}Item{n}") for n, item in enumerate(schema.prefix_items, 1)]
        if schema.items is None:
            return ANY if schema.get("items") is not False or not first else union(first)
        rest = self._type(schema.items, f"{hint}Item")
        return union([*first, rest] if rest != "Never" or not first else first)

    def _object(self, schema: Schema, hint: str, own: str) -> str:
        if shapes := object_shapes(schema):
            return self._class(shapes[0], own or hint, own)
        values = [self._type(inner, f"{hint}Value") for inner in schema.pattern_properties.values()]
        additional = schema.additional_properties
        if isinstance(additional, Schema):
            values.append(self._type(additional, f"{hint}Value"))
        return f"dict[str, {union(values) if values and additional is not True else ANY}]"

    def _class(self, shape: ObjectShape, wanted: str, own: str) -> str:
        name = own or self._names.unique(identifier(wanted))
        self._definitions[name] = []
        self._pending.append((name, shape))
        return name

    def _values(self, schema: Schema, values: list[Any]) -> Iterator[str]:
        """The type of an enum: `Literal` has texts, integers, booleans and None (PEP 586)."""
        literals = [value for value in values if value is None or isinstance(value, str | int)]
        if literals:
            yield f"Literal[{', '.join(string(v) if isinstance(v, str) else repr(v) for v in literals)}]"
        others = {type(value) for value in values if not (value is None or isinstance(value, str | int))}
        kinds = {float: "float", list: "list[object]", dict: "dict[str, object]"}
        yield from (name for kind, name in kinds.items() if kind in others)


_CONTAINERS: Final = frozenset({"components", "schemas", "properties", "paths", "content", "schema", "$defs"})


def _implied_type(schema: Schema) -> str:
    """The type that the keywords of a schema without a type are about."""
    if any(key in schema for key in ("properties", "additionalProperties", "patternProperties")):
        return "object"
    return "array" if "items" in schema or "prefixItems" in schema else ""
