"""A conjunction of schemas as a set of values, and its alternatives by type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from openapi.compatibility.schemas.values import fits, is_listed, is_trivial, type_name, unique
from openapi.schemas import Direction, Schema

# A number with a fraction is "fraction" here; "number" in a schema is both kinds.
TYPES: Final[tuple[str, ...]] = ("object", "array", "string", "integer", "fraction", "boolean", "null")
# JSON Schema applies these to their own type alone.
_LEAST: Final = {"minLength": "string", "minItems": "array", "minProperties": "object"}
_MOST: Final = {"maxLength": "string", "maxItems": "array", "maxProperties": "object"}
_BITS: Final = {"int32": 32, "int64": 64}
_LISTING: Final = frozenset({"type", "enum", "const", "allOf", "oneOf", "anyOf"})
# The product of the branches of several choices.
_MOST_ALTERNATIVES: Final = 96


@dataclass(frozen=True, slots=True)
class ObjectPart:
    """What one schema of a conjunction says about the properties of an object."""

    properties: Mapping[str, Schema]
    patterns: Mapping[str, Schema]
    rest: Schema | bool
    is_explicit: bool


@dataclass
class ValueSet:
    """The values that satisfy all of some schemas, in one direction: `allOf` is merged, and so is a `oneOf` or `anyOf`
    of one branch; other choices stay open. `sources` are the JSON pointers of the keywords."""

    direction: Direction
    schemas: list[Schema] = field(default_factory=list)
    types: set[str] = field(default_factory=lambda: set(TYPES))
    values: list[Any] | None = None
    least: dict[str, int] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)
    # (bound, whether it is excluded)
    lower: tuple[float, bool] | None = None
    upper: tuple[float, bool] | None = None
    multiples: list[Any] = field(default_factory=list)
    patterns: dict[str, None] = field(default_factory=dict)
    formats: dict[str, None] = field(default_factory=dict)
    unique: bool = False
    arrays: list[tuple[Sequence[Schema], Schema | None]] = field(default_factory=list)
    contained: list[tuple[Schema, int, int | None]] = field(default_factory=list)
    objects: list[ObjectPart] = field(default_factory=list)
    required: dict[str, str] = field(default_factory=dict)
    names: list[Schema] = field(default_factory=list)
    dependent: dict[str, set[str]] = field(default_factory=dict)
    dependent_schemas: dict[str, list[Schema]] = field(default_factory=dict)
    unevaluated: list[Schema | bool] = field(default_factory=list)
    unevaluated_items: list[Any] = field(default_factory=list)
    excluded: list[Schema] = field(default_factory=list)
    conditional: list[tuple[Schema, ...]] = field(default_factory=list)
    choices: list[tuple[str, tuple[Schema, ...]]] = field(default_factory=list)
    branches: list[Schema] = field(default_factory=list)
    is_extensible: bool = False
    # Whether more than types and lists of values restricts it.
    is_constrained: bool = False
    sources: dict[str, str] = field(default_factory=dict)

    def absorb(self, schema: Schema) -> None:
        """Add one more schema, with those of its `allOf`."""
        if schema in self.schemas:
            return
        self.schemas.append(schema)
        if schema.allows_nothing:
            self.types = set()
        for inner in schema.composed("allOf"):
            self.absorb(inner)
        self.is_constrained = self.is_constrained or not {*schema.assertions} <= _LISTING
        for keyword in schema.keywords:
            self.sources.setdefault(keyword, f"{schema.origin}/{keyword}")
        self._absorb_values(schema)
        self._absorb_numbers(schema)
        self._absorb_array(schema)
        self._absorb_object(schema)
        self._absorb_choices(schema)

    def _absorb_values(self, schema: Schema) -> None:
        if schema.types:
            allowed = set(schema.types) - (set() if schema.surely_allows_null else {"null"})
            if "number" in allowed:
                allowed |= {"integer", "fraction"}
            self.types &= allowed
        if schema.enum is not None:
            own = [value for value in schema.enum if self.values is None or is_listed(value, self.values)]
            self.values = unique(own)
            self.sources["enum"] = schema.origin + ("/const" if "const" in schema else "/enum")
        self.is_extensible = self.is_extensible or bool(schema.get("x-extensible-enum"))
        if (pattern := schema.get("pattern")) is not None and not is_trivial(pattern):
            self.patterns[pattern] = None
        if schema.format:
            self.formats[schema.format] = None
        if (content := schema.get("contentMediaType")) is not None:
            self.formats[f"media type {content}"] = None
            self.sources.setdefault("format", f"{schema.origin}/contentMediaType")

    def _absorb_numbers(self, schema: Schema) -> None:
        for keyword in _LEAST:
            if (least := schema.get(keyword)) is not None:
                self.least[keyword] = max(self.least.get(keyword, 0), least)
        for keyword in _MOST:
            if (most := schema.get(keyword)) is not None:
                self.most[keyword] = min(self.most.get(keyword, most), most)
        for bound in (schema.lower_bound, _format_bound(schema, -1)):
            if bound is not None:
                self.lower = bound if self.lower is None else max(self.lower, bound)
        for bound in (schema.upper_bound, _format_bound(schema, 1)):
            if bound is not None:
                self.upper = bound if self.upper is None else min(self.upper, bound, key=lambda b: (b[0], not b[1]))
        if (divisor := schema.get("multipleOf")) is not None:
            self.multiples.append(divisor)
            if divisor == int(divisor):
                self.types.discard("fraction")

    def _absorb_array(self, schema: Schema) -> None:
        self.unique = self.unique or schema.get("uniqueItems") is True
        if schema.items is not None or schema.prefix_items:
            self.arrays.append((schema.prefix_items, schema.items))
        if schema.contains is not None:
            least, most = schema.get("minContains", 1), schema.get("maxContains")
            if least > 0 or most is not None:
                self.contained.append((schema.contains, least, most))
        if schema.get("unevaluatedItems", True) is not True:
            self.unevaluated_items.append(schema.get("unevaluatedItems"))

    def _absorb_object(self, schema: Schema) -> None:
        keywords = ("properties", "patternProperties", "additionalProperties")
        if any(keyword in schema for keyword in keywords):
            rest = schema.additional_properties
            rest = not rest.allows_nothing if isinstance(rest, Schema) and not rest.assertions else rest
            rest = False if isinstance(rest, Schema) and rest.allows_nothing else rest
            is_explicit = "additionalProperties" in schema
            self.objects.append(ObjectPart(schema.properties, schema.pattern_properties, rest, is_explicit))
        for name in schema.required:
            self.required.setdefault(name, f"{schema.origin}/required")
        if schema.property_names is not None:
            self.names.append(schema.property_names)
        for name, names in schema.dependent_required.items():
            self.dependent.setdefault(name, set()).update(names)
        for name, inner in schema.dependent_schemas.items():
            if set(inner.assertions) == {"required"}:
                self.dependent.setdefault(name, set()).update(inner.required)
            else:
                self.dependent_schemas.setdefault(name, []).append(inner)
        if schema.unevaluated_properties is not True:
            self.unevaluated.append(schema.unevaluated_properties)

    def _absorb_choices(self, schema: Schema) -> None:
        if not schema.is_extended_by_a_branch:
            for keyword in ("oneOf", "anyOf"):
                branches = schema.composed(keyword)
                if len(branches) == 1:
                    self.absorb(branches[0])
                elif branches:
                    self.choices.append((keyword, branches))
        if schema.conditional:
            self.conditional.append(schema.conditional)
        if (excluded := schema.excluded) is not None and not schema.allows_nothing:
            self.excluded.append(excluded)

    @property
    def place(self) -> str:
        """The JSON pointer of its first schema, of the branch if it is one of a choice."""
        schemas = self.branches or self.schemas
        return schemas[0].origin if schemas else ""

    def source(self, keyword: str) -> str:
        """The JSON pointer of a keyword, or of the schema without it."""
        return self.sources.get(keyword, self.place)

    @property
    def declared(self) -> dict[str, Schema]:
        """The properties that are sent in this direction, by name, each with its first declaration."""
        found: dict[str, Schema] = {}
        for part in self.objects:
            for name, schema in part.properties.items():
                if not schema.allows_nothing:
                    found.setdefault(name, schema)
        return {name: schema for name, schema in found.items() if not self.is_one_way(name)}

    def is_one_way(self, name: str) -> bool:
        """Whether a property is not sent in this direction."""
        keyword = self.direction.value
        return any(_is_marked(part.properties[name], keyword) for part in self.objects if name in part.properties)

    def property_schemas(self, name: str) -> tuple[Schema, ...] | None:
        """The schemas of a property, () if it may have any value, None if it is not allowed."""
        found: list[Schema] = []
        rests: list[Schema | bool] = []
        for part in self.objects:
            own = [part.properties[name]] if name in part.properties else []
            own += [schema for pattern, schema in part.patterns.items() if fits(pattern, name)]
            found += own
            rests += [] if own or not part.is_explicit else [part.rest]
        if not found and not rests:
            rests = self.unevaluated
        if any(rest is False for rest in rests) or any(schema.allows_nothing for schema in found):
            return None
        return tuple(found + [rest for rest in rests if isinstance(rest, Schema)])

    @property
    def rest(self) -> tuple[Schema, ...] | None:
        """As `property_schemas`, for a name that no schema declares."""
        return self.property_schemas("\x00")

    @property
    def patterned(self) -> dict[str, Schema]:
        """The schemas of properties by regular expression."""
        return {pattern: schema for part in self.objects for pattern, schema in part.patterns.items()}

    @property
    def prefix_length(self) -> int:
        """The number of items that have a schema each."""
        return max((len(first) for first, _ in self.arrays), default=0)

    def item(self, index: int) -> tuple[Schema, ...]:
        """The schemas of the item at an index."""
        found = (first[index] if index < len(first) else rest for first, rest in self.arrays)
        return tuple(schema for schema in found if schema is not None)


def alternatives(schemas: Sequence[Schema], direction: Direction) -> tuple[ValueSet, dict[str, list[ValueSet]]]:
    """The conjunction of `schemas`, and for each type the sets whose union it is, each with one branch of every
    choice. A choice with too many combinations stays open."""
    base = ValueSet(direction)
    for schema in schemas:
        base.absorb(schema)
    expanded = list(_expanded(list(schemas), direction, 0, []))
    by_type: dict[str, list[ValueSet]] = {}
    for name in TYPES:
        found = [each for each in expanded if name in each.types and _has_value(each, name)]
        if found:
            by_type[name] = found
    return base, by_type


def _expanded(schemas: list[Schema], direction: Direction, made: int, branches: list[Schema]) -> Iterator[ValueSet]:
    merged = ValueSet(direction, branches=branches)
    for schema in schemas:
        merged.absorb(schema)
    combinations = 1
    for _, options in merged.choices:
        combinations *= len(options)
    if made >= len(merged.choices) or combinations > _MOST_ALTERNATIVES:
        yield merged
        return
    for branch in merged.choices[made][1]:
        if branch not in branches:
            yield from _expanded([*schemas, branch], direction, made + 1, [*branches, branch])


def _has_value(values: ValueSet, name: str) -> bool:
    return values.values is None or any(type_name(value) == name for value in values.values)


def _is_marked(schema: Schema, keyword: str) -> bool:
    return schema.get(keyword) is True or any(_is_marked(part, keyword) for part in schema.composed("allOf"))


def _format_bound(schema: Schema, sign: int) -> tuple[float, bool] | None:
    bits = _BITS.get(schema.format)
    if bits is None:
        return None
    return (2 ** (bits - 1) - 1, False) if sign > 0 else (-(2 ** (bits - 1)), False)
