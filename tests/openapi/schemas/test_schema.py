"""The view of a schema is the same for all ways to write it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from openapi.documents.document import Document
from openapi.schemas import Schema, together

COMPONENTS = """
components:
  schemas:
    Node: {type: object, properties: {next: {$ref: '#/components/schemas/Node'}}, nullable: true}
    Text: {type: string}
"""


def schema_of(text: str) -> Schema:
    return Schema(Document("invented", b"", yaml.safe_load(COMPONENTS)), yaml.safe_load(text), "/here")


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("{}", ()),
        ("{type: string}", ("string",)),
        ("{type: string, nullable: true}", ("string", "null")),
        ("{nullable: true}", ()),
        ("{$ref: '#/components/schemas/Node'}", ("object", "null")),
    ],
)
def test_the_types_of_a_nullable_schema_include_null(text: str, types: tuple[str, ...]) -> None:
    assert schema_of(text).types == types


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("{}", True),
        ("{type: string}", False),
        ("{type: string, nullable: true}", True),
        ("{type: string, nullable: true, enum: [a]}", False),
        ("{type: string, nullable: true, enum: [a, null]}", True),
        ("{allOf: [{type: string}], nullable: true}", False),
        ("{allOf: [{$ref: '#/components/schemas/Node'}]}", True),
        ("{oneOf: [{type: string}, {type: integer, nullable: true}]}", True),
        ("{anyOf: [{type: string}, {type: integer}]}", False),
    ],
)
def test_null_is_allowed_if_no_part_of_the_schema_forbids_it(text: str, allowed: bool) -> None:
    assert schema_of(text).allows_null is allowed


def test_a_schema_has_the_name_and_the_origin_of_its_reference() -> None:
    schema = schema_of("{$ref: '#/components/schemas/Node'}")

    assert (schema.name, schema.pointer, schema.origin) == ("Node", "/here", "/components/schemas/Node")


def test_two_views_of_the_same_schema_are_equal() -> None:
    schema = schema_of("{$ref: '#/components/schemas/Node'}")

    assert schema.properties["next"] == schema
    assert {schema, schema.properties["next"]} == {schema}


def test_the_parts_of_a_schema_are_the_schema_and_its_branches() -> None:
    schema = schema_of("{allOf: [{type: string}, {anyOf: [{type: integer, nullable: true}]}]}")

    assert [part.types for part in schema.parts] == [(), ("string",), (), ("integer", "null")]
    assert schema.named_types == {"string", "integer", "null"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{properties: {a: {type: string}}}", "string"),
        ("{oneOf: [{}, {properties: {a: {type: integer}}}]}", "integer"),
        ("{additionalProperties: {type: boolean}}", "boolean"),
        ("{additionalProperties: false}", None),
        ("{}", None),
    ],
)
def test_a_property_is_found_in_branches_and_in_additional_properties(text: str, found: str | None) -> None:
    schema = schema_of(text).property("a")

    assert (None if schema is None else schema.type) == found


@pytest.mark.parametrize(("written", "keywords"), [(True, {}), (False, {"not": {}})])
def test_a_boolean_is_a_schema(written: bool, keywords: dict[str, Any]) -> None:
    assert Schema(Document("invented", b"", {}), written, "").resolved == keywords


def test_several_schemas_are_combined_into_one() -> None:
    one, other = schema_of("{type: string}"), schema_of("{minLength: 2}")

    assert [part.resolved for part in together([one, other]).composed("allOf")] == [
        {"type": "string"},
        {"minLength": 2},
    ]


def test_whether_null_is_allowed_is_asked_of_each_schema_once() -> None:
    """Forty levels of two references each are 2**40 ways from top to bottom."""
    levels = {f"L{n}": {"allOf": [{"$ref": f"#/components/schemas/L{n + 1}"}] * 2} for n in range(40)}
    document = Document("invented", b"", {"components": {"schemas": {**levels, "L40": {}}}})

    assert Schema(document, {"$ref": "#/components/schemas/L0"}, "").allows_null
