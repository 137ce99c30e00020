"""Examples that are composed of the parts of a schema, or referred to."""

from __future__ import annotations

from typing import Any

import pytest

from openapi.contract import Contract, Example
from openapi.contract.parts import parameter_of
from openapi.examples.declared import examples_of

NAMED = {"type": "object", "properties": {"name": {"type": "string", "example": "Ada"}}}
AGED = {"type": "object", "properties": {"age": {"type": "integer", "example": 36}}}
LOOP = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Loop"}}}
CONTRACT = Contract(
    "invented",
    b"",
    {
        "openapi": "3.0.3",
        "paths": {},
        "components": {"schemas": {"Named": NAMED, "Loop": LOOP}, "examples": {"Ada": {"value": {"name": "Ada"}}}},
    },
)


def examples_in(media: dict[str, Any]) -> tuple[Example, ...]:
    """The examples of a parameter at "/m", with this schema and these examples."""
    return examples_of(parameter_of(CONTRACT, {"name": "p", "in": "query", **media}, "/m"))


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (NAMED, {"name": "Ada"}),
        ({"$ref": "#/components/schemas/Named"}, {"name": "Ada"}),
        ({"allOf": [NAMED, AGED]}, {"name": "Ada", "age": 36}),
        ({"allOf": [NAMED], "properties": AGED["properties"]}, {"name": "Ada", "age": 36}),
        ({"type": "array", "items": NAMED}, [{"name": "Ada"}]),
        ({"properties": {"a": {"example": 1}, "secret": {"writeOnly": True}}}, {"a": 1}),
    ],
)
def test_examples_of_all_parts_are_composed(schema: dict[str, Any], value: object) -> None:
    assert examples_in({"schema": schema}) == (
        Example("", value, "/components/schemas/Named" if "$ref" in schema else "/m/schema"),
    )


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"a": {"example": 1}, "b": {"type": "string"}}},
        {"properties": {"a": {"type": "string", "example": 1}}},
        {"allOf": [NAMED, {"type": "object"}]},
        {"oneOf": [NAMED]},
        {"type": "array", "items": {"type": "string"}},
        {"type": "object"},
        {"$ref": "#/components/schemas/Loop"},
    ],
    ids=["a part without", "a part that is wrong", "allOf without", "oneOf", "items without", "no parts", "no end"],
)
def test_no_example_is_composed_if_one_is_missing_or_invalid(schema: dict[str, Any]) -> None:
    assert examples_in({"schema": schema}) == ()


def test_reference_to_an_example_is_resolved_and_an_external_value_ignored() -> None:
    examples = {"ada": {"$ref": "#/components/examples/Ada"}, "far": {"externalValue": "https://example.com/a.json"}}

    assert examples_in({"examples": examples}) == (Example("ada", {"name": "Ada"}, "/components/examples/Ada/value"),)


def test_example_comes_after_the_named_examples_and_before_that_of_the_schema() -> None:
    media = {"examples": {"a": {"value": 1}}, "example": 2, "schema": {"example": 3}}

    assert [example.value for example in examples_in(media)] == [1, 2, 3]
