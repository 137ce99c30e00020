"""Schemas of OpenAPI 3.1: the data that they accept, where violations point, and the view."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from openapi.contract import Contract, parse_contract
from openapi.schemas import Direction, Schema, SchemaValidator

SCHEMAS = """
Const: {const: 7}
Nullable: {type: [string, 'null'], maxLength: 3}
Above: {type: number, exclusiveMinimum: 3, maximum: 9}
Tuple: {type: array, prefixItems: [{type: integer}], items: false}
Some: {type: array, contains: {type: string}, minContains: 2}
Patterned: {type: object, patternProperties: {^a: {type: integer}}, additionalProperties: false}
Names: {type: object, propertyNames: {pattern: ^a}}
Conditional: {type: object, if: {required: [a]}, then: {required: [b]}, else: {required: [c]}}
Dependent: {type: object, dependentRequired: {a: [b]}, dependentSchemas: {c: {required: [d]}}}
Unevaluated: {allOf: [{properties: {a: {}}}], unevaluatedProperties: false}
Limited: {$ref: '#/components/schemas/Text', maxLength: 2}
Text: {type: string}
OneWay: {type: object, required: [id], properties: {id: {type: string, readOnly: true}}}
Narrow: {type: integer, format: int32}
Pet:
  type: object
  required: [kind]
  properties: {kind: {}}
  discriminator: {propertyName: kind}
  oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
Cat: {type: object, properties: {lives: {type: integer}}}
Dog: {type: object, properties: {lives: {type: string}}, required: [lives]}
Never: false
Page: {$id: page, $defs: {item: {$dynamicAnchor: item}}, type: array, items: {$dynamicRef: '#item'}}
Numbers: {$id: numbers, $defs: {item: {$dynamicAnchor: item, type: integer}}, $ref: page}
"""


@pytest.fixture(scope="module")
def contract() -> Contract:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {"schemas": yaml.safe_load(SCHEMAS)},
    }
    return parse_contract(yaml.safe_dump(document).encode(), "c.yaml")


def pointers(contract: Contract, name: str, data: Any, direction: Direction = Direction.RESPONSE) -> list[str]:
    """The pointers of the violations, below the schema."""
    found = SchemaValidator(contract.schemas[name], direction).violations(data)
    return [violation.pointer.removeprefix("/components/schemas/") for violation in found]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("Const", 7),
        ("Nullable", None),
        ("Above", 3.5),
        ("Tuple", [1]),
        ("Some", ["a", 1, "b"]),
        ("Patterned", {"ab": 1}),
        ("Names", {"ab": 1}),
        ("Conditional", {"c": 1}),
        ("Dependent", {"a": 1, "b": 1}),
        ("Unevaluated", {"a": 1}),
        ("Limited", "ab"),
        ("Narrow", 2**31 - 1),
        ("Pet", {"kind": "Dog", "lives": "9"}),
        ("Page", ["a", 1]),
        ("Numbers", [1]),
    ],
)
def test_data_that_keeps_the_schema_is_valid(contract: Contract, name: str, data: Any) -> None:
    assert pointers(contract, name, data) == []


@pytest.mark.parametrize(
    ("name", "data", "pointer"),
    [
        ("Const", 8, "Const/const"),
        ("Nullable", "abcd", "Nullable/maxLength"),
        ("Above", 3, "Above/exclusiveMinimum"),
        ("Tuple", [1, 2], "Tuple/items"),
        ("Tuple", ["a"], "Tuple/prefixItems/0/type"),
        ("Some", ["a", 1], "Some/minContains"),
        ("Patterned", {"ab": "c"}, "Patterned/patternProperties/^a/type"),
        ("Patterned", {"b": 1}, "Patterned/additionalProperties"),
        ("Names", {"b": 1}, "Names/propertyNames/pattern"),
        ("Conditional", {"a": 1}, "Conditional/then/required"),
        ("Dependent", {"a": 1}, "Dependent/dependentRequired"),
        ("Dependent", {"c": 1}, "Dependent/dependentSchemas/c/required"),
        ("Unevaluated", {"b": 1}, "Unevaluated/unevaluatedProperties"),
        ("Limited", "abc", "Limited/maxLength"),
        ("Limited", 1, "Text/type"),
        ("Narrow", 2**31, "Narrow/format"),
        ("Pet", {"kind": "Dog", "lives": 9}, "Pet/discriminator"),
        ("Numbers", ["a"], "Numbers/$defs/item/type"),
    ],
)
def test_a_violation_points_to_the_keyword_in_the_document(
    contract: Contract, name: str, data: Any, pointer: str
) -> None:
    assert pointer in pointers(contract, name, data)


def test_a_read_only_property_is_required_in_responses_alone(contract: Contract) -> None:
    assert pointers(contract, "OneWay", {}, Direction.REQUEST) == []
    assert pointers(contract, "OneWay", {}, Direction.RESPONSE) == ["OneWay/required"]


def view(text: str) -> Schema:
    document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "components": {"schemas": {"S": {}}}}
    contract = parse_contract(yaml.safe_dump(document).encode(), "c.yaml")
    return Schema(contract, yaml.safe_load(text), "/here")


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("{exclusiveMinimum: 3, exclusiveMaximum: 9}", ((3, True), (9, True))),
        ("{minimum: 4, exclusiveMinimum: 3, maximum: 8, exclusiveMaximum: 9}", ((4, False), (8, False))),
        ("{minimum: 3, exclusiveMinimum: 3, maximum: 9, exclusiveMaximum: 9}", ((3, True), (9, True))),
        ("{}", (None, None)),
    ],
)
def test_of_two_bounds_the_tighter_one_counts(text: str, bounds: tuple[object, object]) -> None:
    assert (view(text).lower_bound, view(text).upper_bound) == bounds


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("{type: [string, 'null']}", True),
        ("{type: string}", False),
        ("{const: null}", True),
        ("{const: a}", False),
        ("{anyOf: [{type: string}, {type: 'null'}]}", True),
    ],
)
def test_null_is_allowed_by_its_type_or_value(text: str, allowed: bool) -> None:
    assert view(text).allows_null is allowed


def test_a_constant_is_the_only_value_of_an_enum() -> None:
    assert view("{const: 7}").enum == [7]


def test_base64_is_the_format_of_encoded_text() -> None:
    assert view("{type: string, contentEncoding: base64}").format == "byte"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{type: string, contentMediaType: application/octet-stream}", "binary"),
        ("{type: string, contentMediaType: image/png}", "binary"),
        ("{type: string, contentMediaType: image/png, contentEncoding: base64}", "byte"),
        ("{type: string, contentMediaType: application/json}", ""),
        ("{type: string, contentMediaType: text/html; charset=utf-8}", ""),
        ("{type: string, contentMediaType: image/svg+xml}", ""),
        ("{type: string, contentMediaType: image/png, format: uuid}", "uuid"),
    ],
)
def test_text_of_another_kind_of_content_is_binary(text: str, expected: str) -> None:
    assert view(text).format == expected
