"""The objects that a schema allows, with everything that `allOf` and its alternatives add to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Final

from openapi.schemas import Schema

# More alternatives than these are not told apart.
_MOST: Final = 64


@dataclass(frozen=True, eq=False)
class ObjectShape:
    """An object that satisfies all of `parts`; `source` is the schema that it is one alternative of."""

    source: Schema
    parts: tuple[Schema, ...]

    @cached_property
    def properties(self) -> dict[str, Schema]:
        """The properties by name. The first part that says more than any value counts."""
        found: dict[str, Schema] = {}
        for part in self.parts:
            for name, schema in part.properties.items():
                if name not in found or not found[name].assertions:
                    found[name] = schema
        return found

    @cached_property
    def required(self) -> frozenset[str]:
        """The names of the required properties, without those that one direction omits."""
        names = {name for part in self.parts for name in part.required}
        return frozenset(name for name in names if not _is_of_one_direction(self.properties.get(name)))


@dataclass
class Composition:
    """A schema with its `allOf` unfolded: what a value satisfies at once, and the groups it satisfies one of."""

    parts: list[Schema] = field(default_factory=list)
    choices: list[tuple[Schema, ...]] = field(default_factory=list)

    @property
    def has_properties(self) -> bool:
        """Whether a part declares properties."""
        return any(part.properties for part in self.parts)


def composition_of(schema: Schema) -> Composition:
    """The composition of a schema."""
    found = Composition()
    _unfold(schema.target, found, is_parent=False)
    return found


def _unfold(schema: Schema, found: Composition, *, is_parent: bool) -> None:
    if schema in found.parts:
        return
    found.parts.append(schema)
    for part in schema.composed("allOf"):
        _unfold(part.target, found, is_parent=True)
    # A parent that lists its children is extended by each of them, not one of them.
    if not (is_parent and schema.is_extended_by_a_branch):
        found.choices += [branches for key in ("oneOf", "anyOf") if (branches := schema.composed(key))]


def object_shapes(schema: Schema) -> list[ObjectShape]:
    """The alternatives of a schema whose values are objects with properties; [] for any other schema."""
    composition = composition_of(schema)
    groups = [group for group in composition.choices if _tells_apart(group)]
    if not composition.has_properties or not groups:
        return [ObjectShape(schema.target, tuple(composition.parts))] if composition.has_properties else []
    shapes = list(islice(_expanded(schema.target, composition.parts, groups, 0), _MOST + 1))
    return shapes if len(shapes) <= _MOST else [ObjectShape(schema.target, tuple(composition.parts))]


def _expanded(
    source: Schema, parts: Sequence[Schema], groups: Sequence[tuple[Schema, ...]], depth: int
) -> Iterator[ObjectShape]:
    if not groups or depth > 3:
        yield ObjectShape(source, tuple(parts))
        return
    for branch in groups[0]:
        if branch.types == ("null",) or branch.target in parts:
            continue
        inner = composition_of(branch)
        more = [part for part in inner.parts if part not in parts]
        nested = [group for group in inner.choices if _tells_apart(group)]
        yield from _expanded(branch.target, [*parts, *more], [*groups[1:], *nested], depth + 1)


def _tells_apart(group: Sequence[Schema]) -> bool:
    return len(group) <= _MOST and any(composition_of(branch).has_properties for branch in group)


def _is_of_one_direction(schema: Schema | None) -> bool:
    return schema is not None and (schema.get("readOnly") is True or schema.get("writeOnly") is True)
