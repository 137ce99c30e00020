"""The compiler of schemas to generators, each compiled once, and the least depth of their values."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

from openapi.examples.generation.arrays import ArrayGenerator
from openapi.examples.generation.generators import ChoiceGenerator, ImpossibleGenerator, ScalarGenerator, ValueGenerator
from openapi.examples.generation.merged_schema import Choice, Impossible, MergedSchema, is_among, type_of
from openapi.examples.generation.objects import ObjectGenerator
from openapi.examples.generation.scalars import number_maker, string_maker
from openapi.schemas import Direction, Schema, SchemaValidator, one_of_values, selected_by, together

_OF_AN_ENUM: Final = frozenset({"type", "enum", "const"})

# Alternatives within `allOf` combine: 30 times 8 of them in 10^27 ways. Beyond this many, only the first is tried.
_MOST_COMBINED: Final = 1000


class SchemaCompiler:
    """Compiles generators for data of one direction."""

    def __init__(self, direction: Direction) -> None:
        self._direction = direction
        self._generators: dict[tuple[object, ...], ValueGenerator] = {}
        self._checks: dict[tuple[Schema, ...], Callable[[Any], bool]] = {}
        # How many branches were combined for one generator.
        self._combined = 0

    def generator(self, schemas: Sequence[Schema], name: str, parent: str) -> ValueGenerator:
        """The generator for schemas that a value must all satisfy, with its height computed."""
        generator = self.unsettled(schemas, name, parent)
        if not generator.settled:
            self.settle(generator)
        return generator

    def settle(self, generator: ValueGenerator) -> None:
        """Compute the height of a generator, and of all that it needs."""
        _settle(generator)

    def unsettled(self, schemas: Sequence[Schema], name: str, parent: str) -> ValueGenerator:
        """The same generator, before its height is computed."""
        key = (*schemas, name, parent)
        if key not in self._generators:
            self._combined = 0
            merged = MergedSchema(self._direction)
            for schema in schemas:
                merged.absorb(schema)
            self._generators[key] = self._compiled(merged, name, parent)
        return self._generators[key]

    def check(self, schemas: Sequence[Schema]) -> Callable[[Any], bool]:
        """Whether a value satisfies all of several schemas."""
        key = tuple(schemas)
        if key not in self._checks:
            self._checks[key] = SchemaValidator(together(schemas), self._direction).is_valid
        return self._checks[key]

    def _compiled(self, merged: MergedSchema, name: str, parent: str) -> ValueGenerator:
        try:
            generator = self._made(merged, name, parent)
        except Impossible as failure:
            if examples := self._valid_examples(merged):
                # A pattern, say, that no text can be made for.
                return ScalarGenerator(self, merged, name, lambda draw: draw.random.choice(examples))
            return ImpossibleGenerator(self, merged, name, failure)
        if not isinstance(generator, ImpossibleGenerator):
            generator.examples = self._valid_examples(merged)
        return generator

    def _made(self, merged: MergedSchema, name: str, parent: str) -> ValueGenerator:
        if merged.enum is not None:
            return self._enumerated(merged, name)
        if merged.choices:
            return ChoiceGenerator(self, merged, name, self._branches(merged, name, parent))
        kinds = _likely(merged)
        if not kinds:
            if "null" in merged.types:
                return ScalarGenerator(self, merged, name, lambda draw: None)
            raise Impossible(merged.schemas[0], "no type is left that all of the schemas allow")
        if merged.strict and len(kinds) > 1:
            return ChoiceGenerator(self, merged, name, [self._of_kind(merged, kind, name, parent) for kind in kinds])
        return self._of_kind(merged, kinds[0], name, parent)

    def _of_kind(self, merged: MergedSchema, kind: str, name: str, parent: str) -> ValueGenerator:
        if kind == "object":
            return ObjectGenerator(self, merged, name)
        if kind == "array":
            return ArrayGenerator(self, merged, name, parent)
        if kind == "string":
            return ScalarGenerator(self, merged, name, string_maker(merged, name, parent))
        if kind == "boolean":
            return ScalarGenerator(self, merged, name, lambda draw: draw.chance(0.5))
        return ScalarGenerator(self, merged, name, number_maker(merged, name))

    def _enumerated(self, merged: MergedSchema, name: str) -> ValueGenerator:
        values = [value for value in merged.enum or () if type_of(value) in merged.types]
        if any(not _OF_AN_ENUM.issuperset(schema.assertions) for schema in merged.schemas):
            values = [value for value in values if self.check(merged.schemas)(value)]
        wanted = [value for value in values if value is not None]
        if not values:
            raise Impossible(merged.schemas[0], "no value of `enum` satisfies the rest of the schema")
        if not wanted:
            return ScalarGenerator(self, merged, name, lambda draw: None)
        return ScalarGenerator(self, merged, name, lambda draw: wanted[0] if draw.plain else draw.random.choice(wanted))

    def _branches(self, merged: MergedSchema, name: str, parent: str) -> list[ValueGenerator]:
        choice = merged.choices[0]
        branches = []
        for branch in choice.branches if self._combined < _MOST_COMBINED else choice.branches[:1]:
            self._combined += 1
            chosen = merged.with_branch(branch)
            if choice.schema.discriminator is not None:
                _mark(chosen, choice, branch)
            branches.append(self._compiled(chosen, name, parent))
        return branches

    def _valid_examples(self, merged: MergedSchema) -> list[Any]:
        examples: list[Any] = []
        for example in merged.examples:
            fitting = type_of(example) in merged.types and not is_among(example, examples)
            if fitting and self.check(merged.schemas)(example):
                examples.append(_travelling(example, merged))
        return examples


def _likely(merged: MergedSchema) -> list[str]:
    """The types of a merged schema except null, the likeliest first."""
    kinds = [kind for kind in merged.types if kind != "null"]
    if "number" in kinds and "integer" in kinds:
        kinds.remove("integer")
    plain = ("string", "integer", "number", "boolean", "object", "array")
    return sorted(
        kinds, key=lambda kind: (kind not in merged.stated_types, *_place(merged.stated_types, kind), plain.index(kind))
    )


def _place(stated: list[str], kind: str) -> tuple[int]:
    return (stated.index(kind) if kind in stated else 0,)


def _mark(merged: MergedSchema, choice: Choice, branch: Schema) -> None:
    """Set the discriminating property to a value that selects a branch (section "Discriminator Object")."""
    name = (choice.schema.discriminator or {})["propertyName"]
    declared = merged.property(name)
    enums = [schema.enum for schema in declared or () if schema.enum is not None]
    selecting = next((values for schema, values in selected_by(choice.schema) if schema == branch), ())
    values = [value for value in selecting if all(value in enum for enum in enums)]
    if not values or declared is None:
        return
    merged.properties.setdefault(name, []).append(one_of_values(branch.document, values))
    merged.required.setdefault(name)


def _travelling(example: Any, merged: MergedSchema) -> Any:
    """An example without the properties that do not travel this way."""
    if not isinstance(example, dict) or not merged.properties:
        return example
    declared = set(merged.declared())
    return {key: value for key, value in example.items() if key in declared or key not in merged.properties}


def _settle(root: ValueGenerator) -> None:
    """Find the heights of a generator and of all that it needs: the least that satisfies them all."""
    found: dict[int, ValueGenerator] = {}
    pending = [root]
    while pending:
        generator = pending.pop()
        if not generator.settled and id(generator) not in found:
            found[id(generator)] = generator
            pending.extend(generator.needs())
    changed = True
    while changed:
        changed = False
        for generator in reversed(found.values()):
            height = 0.0 if generator.allows_null else generator.least_height()
            if height < generator.height:
                generator.height, changed = height, True
    for generator in found.values():
        generator.settled = True


def hopeless_chain(root: ValueGenerator) -> tuple[list[str], Impossible | None]:
    """For a generator of infinite height: the names on the path to the impossible part, or around the cycle."""
    names: list[str] = []
    seen: set[int] = set()
    generator = root
    while id(generator) not in seen:
        seen.add(id(generator))
        names.append(generator.merged.title or generator.name or "the schema")
        if isinstance(generator, ImpossibleGenerator):
            return names, generator.failure
        generator = next(child for child in generator.needs() if child.height == math.inf)
    names.append(generator.merged.title or generator.name or "the schema")
    return names, None
