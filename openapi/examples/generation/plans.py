"""The nodes of a contract, each made once, and how deep they must go."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from openapi.contract import Contract
from openapi.documents.pointer import steps_of
from openapi.examples.generation.containers import Array, Object
from openapi.examples.generation.nodes import Dead, Either, Node, Scalar
from openapi.examples.generation.scalars import number_maker, string_maker
from openapi.examples.generation.shapes import Choice, Impossible, Schema, Shape, is_among, type_of
from openapi.schemas import Direction, schema_validator

# What says nothing about the data, beside `type` and `enum` themselves.
_SILENT: Final = frozenset({"type", "enum", "nullable", "title", "description", "default", "example", "deprecated"})


class ContractPlans:
    """Nodes for the schemas of one contract, for data that goes in one direction."""

    def __init__(self, contract: Contract, direction: Direction) -> None:
        self._contract = contract
        self._direction = direction
        # The schemas are kept with what was made of them: their ids are the keys.
        self._nodes: dict[tuple[object, ...], tuple[Sequence[Schema], Node]] = {}
        self._checks: dict[tuple[int, ...], tuple[Sequence[Schema], Callable[[Any], bool]]] = {}

    def node(self, schemas: Sequence[Schema], name: str, parent: str) -> Node:
        """The node of schemas that hold together, its height known."""
        node = self.unsettled(schemas, name, parent)
        if not node.settled:
            _settle(node)
        return node

    def unsettled(self, schemas: Sequence[Schema], name: str, parent: str) -> Node:
        """The same, its height not known yet."""
        resolved = [self._contract.resolve(schema) for schema in schemas]
        key = (*map(id, resolved), name, parent)
        if key not in self._nodes:
            shape = Shape(self._contract, self._direction)
            for schema in schemas:
                shape.absorb(schema)
            self._nodes[key] = ((*resolved, *schemas), self._planned(shape, name, parent))
        return self._nodes[key][1]

    def check(self, schemas: Sequence[Schema]) -> Callable[[Any], bool]:
        """Whether a value satisfies schemas that hold together."""
        key = tuple(map(id, schemas))
        if key not in self._checks:
            whole = {"allOf": list(schemas)}
            self._checks[key] = (schemas, schema_validator(self._contract, whole, "", self._direction).is_valid)
        return self._checks[key][1]

    def _planned(self, shape: Shape, name: str, parent: str) -> Node:
        try:
            node = self._made(shape, name, parent)
        except Impossible as failure:
            return Dead(self, shape, name, failure)
        if not isinstance(node, Dead):
            node.examples = self._valid_examples(shape)
        return node

    def _made(self, shape: Shape, name: str, parent: str) -> Node:
        if shape.enum is not None:
            return self._enumerated(shape, name)
        if shape.choices:
            return Either(self, shape, name, self._branches(shape, name, parent))
        kinds = _likely(shape)
        if not kinds:
            if "null" in shape.types:
                return Scalar(self, shape, name, lambda draw: None)
            raise Impossible(shape.schemas[0], "no type is left that all of the schemas allow")
        if shape.strict and len(kinds) > 1:
            return Either(self, shape, name, [self._of_kind(shape, kind, name, parent) for kind in kinds])
        return self._of_kind(shape, kinds[0], name, parent)

    def _of_kind(self, shape: Shape, kind: str, name: str, parent: str) -> Node:
        if kind == "object":
            return Object(self, shape, name)
        if kind == "array":
            return Array(self, shape, name, self.unsettled(shape.items, name, shape.title or parent))
        if kind == "string":
            return Scalar(self, shape, name, string_maker(shape, name, parent))
        if kind == "boolean":
            return Scalar(self, shape, name, lambda draw: draw.chance(0.5))
        return Scalar(self, shape, name, number_maker(shape, name))

    def _enumerated(self, shape: Shape, name: str) -> Node:
        values = [value for value in shape.enum or () if type_of(value) in shape.types]
        if any(key not in _SILENT and not key.startswith("x-") for schema in shape.schemas for key in schema):
            values = [value for value in values if self.check(shape.schemas)(value)]
        wanted = [value for value in values if value is not None]
        if not values:
            raise Impossible(shape.schemas[0], "no value of `enum` satisfies the rest of the schema")
        if not wanted:
            return Scalar(self, shape, name, lambda draw: None)
        return Scalar(self, shape, name, lambda draw: wanted[0] if draw.plain else draw.random.choice(wanted))

    def _branches(self, shape: Shape, name: str, parent: str) -> list[Node]:
        choice = shape.choices[0]
        branches = []
        for branch in choice.branches:
            chosen = shape.with_branch(branch)
            if isinstance(choice.discriminator, Mapping):
                _mark(chosen, choice, branch)
            branches.append(self._planned(chosen, name, parent))
        return branches

    def _valid_examples(self, shape: Shape) -> list[Any]:
        examples: list[Any] = []
        for example in shape.examples:
            fitting = type_of(example) in shape.types and not is_among(example, examples)
            if fitting and self.check(shape.schemas)(example):
                examples.append(_travelling(example, shape))
        return examples


def _likely(shape: Shape) -> list[str]:
    """The types of a shape other than null, the likeliest first."""
    kinds = [kind for kind in shape.types if kind != "null"]
    if "number" in kinds and "integer" in kinds:
        kinds.remove("integer")
    plain = ("string", "integer", "number", "boolean", "object", "array")
    return sorted(kinds, key=lambda kind: (kind not in shape.told, *_place(shape.told, kind), plain.index(kind)))


def _place(told: list[str], kind: str) -> tuple[int]:
    return (told.index(kind) if kind in told else 0,)


def _mark(shape: Shape, choice: Choice, branch: Schema) -> None:
    """Give the discriminating property the value that stands for a branch (section "Discriminator Object")."""
    discriminator = choice.discriminator or {}
    name = discriminator["propertyName"]
    reference = branch.get("$ref", "")
    mapping = discriminator.get("mapping", {})
    values = [
        value
        for value, target in mapping.items()
        if target == reference or f"/{target}" == reference[-len(target) - 1 :]
    ]
    if not values and reference:
        values = [steps_of(reference)[-1]]
    declared = shape.property(name)
    if not values or declared is None or any("enum" in shape.contract.resolve(schema) for schema in declared):
        return
    shape.properties.setdefault(name, []).append({"type": "string", "enum": values})
    shape.required.setdefault(name)


def _travelling(example: Any, shape: Shape) -> Any:
    """An example without the properties that do not travel this way."""
    if not isinstance(example, dict) or not shape.properties:
        return example
    declared = set(shape.declared())
    return {key: value for key, value in example.items() if key in declared or key not in shape.properties}


def _settle(root: Node) -> None:
    """Find the heights of a node and of all that it needs: the least that satisfies them all."""
    found: dict[int, Node] = {}
    pending = [root]
    while pending:
        node = pending.pop()
        if not node.settled and id(node) not in found:
            found[id(node)] = node
            pending.extend(node.needs())
    changed = True
    while changed:
        changed = False
        for node in reversed(found.values()):
            height = 0.0 if node.nullable else node.least_height()
            if height < node.height:
                node.height, changed = height, True
    for node in found.values():
        node.settled = True


def hopeless_chain(root: Node) -> tuple[list[str], Impossible | None]:
    """For a node without end: the names on the way to what cannot be made, or around the circle."""
    names: list[str] = []
    seen: set[int] = set()
    node = root
    while id(node) not in seen:
        seen.add(id(node))
        names.append(node.shape.title or node.name or "the schema")
        if isinstance(node, Dead):
            return names, node.failure
        node = next(child for child in node.needs() if child.height == math.inf)
    names.append(node.shape.title or node.name or "the schema")
    return names, None
