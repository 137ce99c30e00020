"""Data for the keywords of JSON Schema draft 2020-12, judged by the package jsonschema."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
import yaml

from openapi.contract import parse_contract
from openapi.examples.generation import Generator
from openapi.schemas import Direction

KEYS = [""] + [f"key {number}" for number in range(25)]


def made(text: str, key: str) -> Any:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "components": {"schemas": {"Made": yaml.safe_load(text)}},
    }
    contract = parse_contract(json.dumps(document).encode(), "c.json")
    return Generator(contract).value(contract.schemas["Made"], key=key, direction=Direction.RESPONSE)


@pytest.mark.parametrize(
    "text",
    [
        "{const: {a: [1, null]}}",
        "{type: [string, integer, 'null']}",
        "{type: [array, object], items: {type: integer}, properties: {a: {type: string}}}",
        "{type: integer, exclusiveMinimum: 3, exclusiveMaximum: 5}",
        "{type: number, minimum: 0, exclusiveMinimum: 0, maximum: 1}",
        "{type: array, prefixItems: [{type: integer}, {type: string}], items: {type: boolean}, minItems: 4}",
        "{type: array, prefixItems: [{const: a}, {const: b}], items: false, minItems: 2}",
        "{type: array, prefixItems: [{const: a}], minItems: 3, uniqueItems: true, items: {type: integer}}",
        "{type: array, contains: {const: 7}}",
        "{type: array, items: {type: integer}, contains: {minimum: 90}, minContains: 2, maxContains: 3}",
        "{type: array, prefixItems: [{type: string}], contains: {const: 7}, unevaluatedItems: false}",
        "{type: object, patternProperties: {'^x[a-z]$': {}}, additionalProperties: false, minProperties: 1}",
        "{type: object, propertyNames: {pattern: '^[A-Z]{3}'}, additionalProperties: {type: string}, minProperties: 3}",
        "{type: object, propertyNames: {enum: [en, de]}, additionalProperties: {type: string}, minProperties: 1}",
        "{type: object, properties: {a: {type: integer}, b: {type: integer}}, dependentRequired: {a: [b]}}",
        "{type: object, properties: {a: {}, b: {type: integer}}, dependentSchemas: {a: {required: [b]}}}",
        "{type: object, required: [a], properties: {a: {enum: [x, y]}}, if: {properties: {a: {const: x}}}, "
        "then: {required: [b], properties: {b: {type: integer}}}, else: {required: [c], properties: {c: {const: 1}}}}",
        "{type: integer, if: {minimum: 10}, then: {multipleOf: 5}}",
        "{allOf: [{type: object, properties: {a: {}}}], properties: {b: {}}, unevaluatedProperties: false}",
        "{type: object, unevaluatedProperties: {type: integer}, minProperties: 2}",
        "{type: string, contentEncoding: base64, contentMediaType: image/png}",
        "{type: object, properties: {a: true, b: false}, required: [a]}",
        "{anyOf: [{type: 'null'}, {type: string, format: uuid}]}",
        "{type: object, $defs: {n: {type: integer}}, required: [n], "
        "properties: {n: {$ref: '#/components/schemas/Made/$defs/n'}}}",
        "{type: string, examples: [first, second]}",
    ],
)
def test_generated_data_is_valid(text: str) -> None:
    schema = yaml.safe_load(text.replace("#/components/schemas/Made/", "#/"))
    judge = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())

    for key in KEYS:
        assert list(judge.iter_errors(made(text, key))) == []


def test_the_first_of_the_examples_is_used() -> None:
    assert made("{type: string, examples: [first, second]}", "") == "first"


def test_an_extended_page_has_the_items_of_the_extension() -> None:
    schemas = """
Page: {$id: page, $defs: {item: {$dynamicAnchor: item}}, type: array, minItems: 1, items: {$dynamicRef: '#item'}}
Numbers: {$id: numbers, $defs: {item: {$dynamicAnchor: item, type: integer}}, $ref: page}
"""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "components": {"schemas": yaml.safe_load(schemas)},
    }
    contract = parse_contract(json.dumps(document).encode(), "c.json")

    numbers = Generator(contract).value(contract.schemas["Numbers"], key="k")

    assert numbers
    assert all(type(number) is int for number in numbers)
