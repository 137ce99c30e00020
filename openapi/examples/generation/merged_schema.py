"""Several schemas that a value must satisfy at once, merged into one.

`allOf` combines schemas, and so does a property that several of them declare. They are absorbed one after the other
into one `MergedSchema`; `oneOf` and `anyOf` stay open choices.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import jsonschema_rs

from openapi.schemas import Direction, Schema, selected_by

# "number" is one with a fraction here; a schema's `number` is both kinds.
ALL_TYPES: Final = ("object", "array", "string", "integer", "number", "boolean", "null")
# A schema without a type has the type that its keywords are about, in this order.
_KEYWORDS: Final = {
    "object": (
        *("properties", "required", "additionalProperties", "minProperties", "maxProperties", "patternProperties"),
        *("propertyNames", "dependentRequired", "dependentSchemas", "unevaluatedProperties"),
    ),
    "array": ("items", "minItems", "maxItems", "uniqueItems", "prefixItems", "contains", "unevaluatedItems"),
    "string": ("pattern", "format", "minLength", "maxLength", "contentEncoding", "contentMediaType"),
    "number": ("minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"),
}


# Keywords that a value made for the schema can break.
_STRICT: Final = ("oneOf", "not", "if", "contains", "propertyNames", "unevaluatedItems", "unevaluatedProperties")


class Impossible(Exception):
    """No data can be generated for `schema`; the text is the reason."""

    def __init__(self, schema: Schema | None, reason: str) -> None:
        super().__init__(reason)
        self.schema = schema


@dataclass(frozen=True, slots=True)
class Choice:
    """A `oneOf` or `anyOf` of `schema`, or a choice by its discriminator, that is still open; `branches` are the
    schemas to choose from."""

    schema: Schema
    branches: Sequence[Schema]


@dataclass
class MergedSchema:
    """Merged schemas; lists keep every constraint, because a value has to satisfy all of them."""

    direction: Direction
    title: str = ""
    schemas: list[Schema] = field(default_factory=list)
    types: list[str] = field(default_factory=lambda: list(ALL_TYPES))
    stated_types: list[str] = field(default_factory=list)
    enum: list[Any] | None = None
    examples: list[Any] = field(default_factory=list)
    format: str = ""
    patterns: list[str] = field(default_factory=list)
    least: dict[str, int] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)
    # (minimum, whether it is excluded) and (maximum, whether it is included)
    above: tuple[float, bool] | None = None
    below: tuple[float, bool] | None = None
    multiples: list[Any] = field(default_factory=list)
    unique: bool = False
    # The schemas of the first items, and that of all others.
    arrays: list[tuple[Sequence[Schema], Schema | None]] = field(default_factory=list)
    # Schemas that some items satisfy, and how many items.
    contained: list[tuple[Schema, int]] = field(default_factory=list)
    properties: dict[str, list[Schema]] = field(default_factory=dict)
    required: dict[str, None] = field(default_factory=dict)
    # The properties and patterns of a schema, and what it says about all other names.
    additional: list[tuple[Mapping[str, Any], Mapping[str, Any], Any]] = field(default_factory=list)
    patterned: list[tuple[str, Schema]] = field(default_factory=list)
    names: list[Schema] = field(default_factory=list)
    # The properties that another one requires.
    dependents: dict[str, Sequence[str]] = field(default_factory=dict)
    unevaluated: list[Any] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    excluded: list[Schema] = field(default_factory=list)
    strict: bool = False

    def with_branch(self, branch: Schema) -> MergedSchema:
        """A copy with the first open choice made."""
        merged = copy.copy(self)
        for name, value in vars(self).items():
            if isinstance(value, list | dict):
                setattr(merged, name, value.copy())
        merged.properties = {name: list(schemas) for name, schemas in self.properties.items()}
        merged.choices = self.choices[1:]
        merged.absorb(branch)
        return merged

    def absorb(self, schema: Schema) -> None:
        """Absorb one more schema, with the schemas of its `allOf`."""
        self.title = self.title or schema.name
        if schema in self.schemas:
            return
        self.schemas.append(schema)
        for inner in schema.composed("allOf"):
            self.absorb(inner)
        self._absorb_type(schema)
        self._absorb_values(schema)
        self._absorb_bounds(schema)
        self._absorb_properties(schema)
        self._absorb_choices(schema)

    def _absorb_type(self, schema: Schema) -> None:
        if schema.types:
            allowed = [*schema.types, *(("integer",) if "number" in schema.types else ())]
            if not schema.surely_allows_null:
                allowed = [kind for kind in allowed if kind != "null"]
            self.types = [each for each in self.types if each in allowed]
            self.stated_types += allowed[:1]
        else:
            self.stated_types += [
                kind for kind, keywords in _KEYWORDS.items() if any(keyword in schema for keyword in keywords)
            ]

    def _absorb_values(self, schema: Schema) -> None:
        if (values := schema.enum) is not None:
            self.enum = [value for value in (self.enum or values) if self.enum is None or is_among(value, values)]
        self.examples += [*schema.examples, *([schema.get("default")] if "default" in schema else [])]
        self.format = schema.format or self.format
        self.unique = self.unique or schema.get("uniqueItems") is True
        if "pattern" in schema and schema.get("pattern") not in self.patterns:
            self.patterns.append(schema.get("pattern"))
        if "multipleOf" in schema:
            self.multiples.append(schema.get("multipleOf"))
        if schema.items is not None or schema.prefix_items:
            self.arrays.append((schema.prefix_items, schema.items))
        if schema.contains is not None:
            self.contained.append((schema.contains, int(schema.get("minContains", 1))))

    def _absorb_bounds(self, schema: Schema) -> None:
        for what in ("Length", "Items", "Properties"):
            if (low := schema.get("min" + what)) is not None:
                self.least[what] = max(int(low), self.least.get(what, 0))
            if (high := schema.get("max" + what)) is not None:
                self.most[what] = min(int(high), self.most.get(what, int(high)))
        # Of two bounds at one number, the one that excludes it is the tighter.
        if (bound := schema.lower_bound) is not None:
            self.above = max(bound, self.above or bound)
        if (bound := schema.upper_bound) is not None:
            bound = (bound[0], not bound[1])
            self.below = min(bound, self.below or bound)

    def _absorb_properties(self, schema: Schema) -> None:
        properties = schema.properties
        for name, inner in properties.items():
            self.properties.setdefault(name, []).append(inner)
        # As in openapi.schemas: a property that does not travel this way is not required where it is declared.
        self.required.update(
            (name, None) for name in schema.required if name not in properties or not self._one_way(properties[name])
        )
        patterned = schema.pattern_properties
        self.patterned += patterned.items()
        if "additionalProperties" in schema:
            self.additional.append((properties, patterned, schema.additional_properties))
        if "unevaluatedProperties" in schema:
            self.unevaluated.append(schema.unevaluated_properties)
        if schema.property_names is not None:
            self.names.append(schema.property_names)
        for name, required in schema.dependent_required.items():
            self.dependents[name] = [*self.dependents.get(name, ()), *required]
        # Data that has a property satisfies what the property requires; without it, that is one limit too many.
        for inner in schema.dependent_schemas.values():
            self.absorb(inner)

    def _absorb_choices(self, schema: Schema) -> None:
        composed = [schema.composed(keyword) for keyword in ("oneOf", "anyOf") if schema.composed(keyword)]
        self.choices += [Choice(schema, branches) for branches in self._open(composed) or self._selected(schema)]
        if schema.conditional:
            self.choices.append(Choice(schema, schema.conditional))
        self.strict = self.strict or any(keyword in schema for keyword in _STRICT)
        if (excluded := schema.excluded) is not None:
            self._exclude(excluded)

    def _open(self, composed: list[tuple[Schema, ...]]) -> list[Sequence[Schema]]:
        """The branches to choose from; of each choice only the one that is absorbed already, if there is one: a child
        has its parent in its `allOf`, and the parent has the child under `oneOf`."""
        return [[each for each in branches if each in self.schemas][:1] or branches for branches in composed]

    def _selected(self, schema: Schema) -> list[list[Schema]]:
        """The schemas that extend one with a discriminator, or the one of them that is absorbed already."""
        selected = [each for each, _ in selected_by(schema)]
        absorbed = next(([each] for each in self.schemas if each in selected), None)
        return [absorbed or selected] if selected else []

    def _exclude(self, schema: Schema) -> None:
        """Apply the part of a `not` that can be applied at once; the validation covers the rest."""
        if schema.assertions == ["type"]:
            forbidden = {*schema.types, *(("integer",) if "number" in schema.types else ())}
            self.types = [kind for kind in self.types if kind not in forbidden]
        elif {*schema.assertions} <= {"required", "type"} and len(schema.required) == 1:
            self.excluded.append(schema)

    def _one_way(self, schema: Schema) -> bool:
        return schema.get(self.direction.value) is True

    @property
    def is_map(self) -> bool:
        """Whether the schema says something about properties whose names it does not declare."""
        rests = (*(rest for _, _, rest in self.additional), *self.unevaluated)
        return bool(self.patterned) or any(isinstance(rest, Schema) and rest.keywords for rest in rests)

    @property
    def prefix_length(self) -> int:
        """The number of items that have a schema each."""
        return max((len(first) for first, _ in self.arrays), default=0)

    def declared(self) -> Iterator[str]:
        """The names of the properties that are allowed."""
        unwanted = {schema.required[0] for schema in self.excluded}
        for name, schemas in self.properties.items():
            if name not in self.required and (name in unwanted or any(self._one_way(each) for each in schemas)):
                continue
            yield name

    def property(self, name: str) -> list[Schema] | None:
        """Every schema that the property `name` must satisfy; None if it is not allowed."""
        schemas = [
            *self.properties.get(name, ()),
            *(inner for pattern, inner in self.patterned if _fits(pattern, name)),
        ]
        rests = [
            rest
            for declared, patterned, rest in self.additional
            if name not in declared and not any(_fits(pattern, name) for pattern in patterned)
        ]
        if not schemas and not rests:
            rests = self.unevaluated
        if any(rest is False for rest in rests):
            return None
        return schemas + [rest for rest in rests if isinstance(rest, Schema)]

    def items_at(self, index: int) -> list[Schema]:
        """Every schema that the item at a position must satisfy."""
        schemas = (first[index] if index < len(first) else rest for first, rest in self.arrays)
        return [schema for schema in schemas if schema is not None]


@cache
def _pattern(pattern: str) -> Callable[[str], bool]:
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": pattern}).is_valid
    except ValueError:
        return lambda name: False


def _fits(pattern: str, name: str) -> bool:
    return _pattern(pattern)(name)


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal; in Python, True equals 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


def is_among(value: Any, values: Sequence[Any]) -> bool:
    """Whether one of `values` equals `value`."""
    return any(same(value, each) for each in values)


def type_of(value: Any) -> str:
    """The JSON type of a value, as `MergedSchema.types` has it."""
    if value is None:
        return "null"
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return kinds.get(type(value), "object")
