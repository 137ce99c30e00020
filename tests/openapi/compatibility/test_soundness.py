"""A compatible change refuses no older value of a client, and sends no new value of the server."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openapi.compatibility.changes import ChangeLevel
from openapi.compatibility.comparison import compare
from openapi.contract import Contract
from openapi.documents.subschemas import subschemas
from openapi.examples.generation import GenerationError, Generator
from openapi.schemas import Direction, Schema, SchemaValidator
from tests.openapi.compatibility.contracts import answering, contract, document, taking

Node = dict[str, Any]
VALUES_OF_A_SCHEMA = 12

small = st.integers(0, 4)
texts = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={
        "minLength": st.integers(0, 2),
        "maxLength": st.integers(2, 5),
        "pattern": st.sampled_from(["^a", "^[a-z]*$", "b$"]),
        "enum": st.lists(st.sampled_from(["a", "ab", "b"]), min_size=1, max_size=3, unique=True),
    },
)
numbers = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number", ["integer", "null"]])},
    optional={
        "minimum": small,
        "maximum": st.integers(4, 8),
        "exclusiveMinimum": small,
        "multipleOf": st.sampled_from([1, 2, 0.5]),
    },
)
leaves = st.one_of(
    texts, numbers, st.just({"type": "boolean"}), st.just({"type": "null"}), st.just({"const": 1}), st.just({})
)


def objects(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=3)},
        optional={
            "required": st.lists(st.sampled_from("abc"), unique=True, max_size=2),
            "additionalProperties": st.one_of(st.booleans(), inner),
            "minProperties": st.integers(0, 2),
            "dependentRequired": st.just({"a": ["b"]}),
            "readOnly": st.booleans(),
        },
    )


def arrays(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.fixed_dictionaries(
        {"type": st.just("array"), "items": inner},
        optional={
            "minItems": st.integers(0, 2),
            "maxItems": st.integers(2, 3),
            "uniqueItems": st.booleans(),
            "prefixItems": st.lists(inner, min_size=1, max_size=2),
        },
    )


def combined(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    branches = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(*(st.fixed_dictionaries({key: branches}) for key in ("allOf", "anyOf", "oneOf")))


schemas = st.recursive(leaves, lambda inner: st.one_of(objects(inner), arrays(inner), combined(inner)), max_leaves=5)


@st.composite
def edits(draw: st.DrawFn) -> tuple[Node, Node]:
    """A schema, and the same with one of its parts replaced or a keyword removed; or two schemas."""
    old = draw(schemas)
    if draw(st.booleans()):
        return old, draw(leaves | schemas)
    new = copy.deepcopy(old)
    parts = [new]
    for part in parts:
        parts += [child for child, _ in subschemas(part) if isinstance(child, dict)]
    part = draw(st.sampled_from(parts))
    if part and draw(st.booleans()):
        part.pop(draw(st.sampled_from(sorted(part))))
    else:
        other = draw(leaves | schemas)
        part.clear()
        part.update(other)
    return old, new


def loaded(schema: Node, direction: Direction) -> Contract:
    operation = taking(schema) if direction is Direction.REQUEST else answering(schema)
    return contract(document({"/a": {"post": operation}}, "3.1.0"))


def schema_of(one: Contract, direction: Direction) -> Schema:
    operation = one.operations[0]
    body = operation.body if direction is Direction.REQUEST else operation.responses["200"]
    assert body is not None
    return body.contents[0].schema


def values_of(one: Contract, direction: Direction) -> list[Any]:
    generator, schema = Generator(one), schema_of(one, direction)
    found = []
    for number in range(VALUES_OF_A_SCHEMA):
        try:
            found.append(generator.value(schema, key=str(number), direction=direction, minimal=number % 3 == 0))
        except (GenerationError, RecursionError):
            break
    return found


@pytest.mark.long
@pytest.mark.parametrize("direction", Direction)
@settings(max_examples=250, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(pair=edits())
def test_compatible_change_refuses_no_value(direction: Direction, pair: tuple[Node, Node]) -> None:
    old, new = (loaded(schema, direction) for schema in pair)
    comparison = compare(old, new)
    sender, receiver = (old, new) if direction is Direction.REQUEST else (new, old)
    is_valid = SchemaValidator(schema_of(receiver, direction), direction).is_valid
    if comparison.level <= ChangeLevel.COMPATIBLE:
        refused = [value for value in values_of(sender, direction) if not is_valid(value)]

        assert refused == [], (pair, [change.rule.id for change in comparison.changes])


@pytest.mark.long
@settings(max_examples=150, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(schema=schemas)
def test_contract_is_unchanged_beside_itself(schema: Node) -> None:
    old, new = (loaded({"allOf": [copy.deepcopy(schema)]}, Direction.REQUEST) for _ in range(2))

    assert compare(old, new).changes == ()
