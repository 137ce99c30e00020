"""Text is converted to the types of its schema."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from openapi.documents.document import Document
from openapi.parameters.coercion import Coercion
from openapi.schemas import Schema


def coerced(schema: str, value: Any) -> Any:
    return Coercion(Schema(Document("invented", b"", {}), yaml.safe_load(schema), ""))(value)


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ("{type: integer}", "7", 7),
        ("{type: integer}", "-18446744073709551616", -(2**64)),
        ("{type: integer}", "1.5", "1.5"),
        ("{type: number}", "1.5", 1.5),
        ("{type: number}", "7", 7),
        ("{type: number}", "1e999", "1e999"),
        ("{type: boolean}", "true", True),
        ("{type: boolean}", "True", "True"),
        ("{type: string}", "7", "7"),
        ("{}", "7", "7"),
        ("{enum: [true, 7]}", "true", True),
        ("{enum: [true, 7]}", "7", 7),
        ("{oneOf: [{type: integer}, {type: string}]}", "7", 7),
        ("{type: integer, nullable: true}", "null", None),
        ("{type: integer, nullable: true}", "", None),
        ("{type: string, nullable: true}", "", ""),
        ("{type: integer}", "null", "null"),
    ],
)
def test_a_text_is_converted_to_the_type_of_its_schema(schema: str, text: str, value: object) -> None:
    found = coerced(schema, text)

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("schema", "given", "value"),
    [
        ("{type: array, items: {type: integer}}", ["1", "2"], [1, 2]),
        ("{type: array, items: {type: integer}}", "1", [1]),
        ("{type: array, items: {type: integer}}", "[1, 2]", [1, 2]),
        ("{type: array, items: {type: integer}}", {"1": "b", "0": "1"}, [1, "b"]),
        ("{type: array, items: {type: string, format: binary}}", b"x", [b"x"]),
        ("{type: object, properties: {a: {type: integer}}}", {"a": "1", "b": "2"}, {"a": 1, "b": "2"}),
        ("{type: object, additionalProperties: {type: integer}}", {"b": "2"}, {"b": 2}),
        ("{type: object}", '{"a": 1}', {"a": 1}),
        ("{allOf: [{properties: {a: {type: integer}}}, {}]}", {"a": "1", "b": "2"}, {"a": 1, "b": "2"}),
    ],
)  # fmt: skip
def test_the_items_of_lists_and_objects_are_converted(schema: str, given: object, value: object) -> None:
    assert coerced(schema, given) == value


@pytest.mark.parametrize("key", ["1" * 5000, "\N{ARABIC-INDIC DIGIT ONE}"])
def test_a_name_that_is_no_index_makes_no_list(key: str) -> None:
    assert coerced("{type: array}", {key: "a"}) == {key: "a"}


def test_json_of_a_thousand_levels_is_a_list() -> None:
    found = coerced("{type: array, items: {type: array}}", "[" * 1000 + "]" * 1000)

    assert isinstance(found, list)
