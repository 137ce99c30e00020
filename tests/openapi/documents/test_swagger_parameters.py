"""Parameters of Swagger 2.0 as those of OpenAPI 3.0."""

from __future__ import annotations

from typing import Any

import pytest

from tests.openapi.documents.swagger_parts import (
    parameter,
)


@pytest.mark.parametrize(
    ("written", "path", "style", "explode"),
    [
        ("in: query, name: a", "/a", "form", False),
        ("in: query, name: a, collectionFormat: csv", "/a", "form", False),
        ("in: query, name: a, collectionFormat: multi", "/a", "form", True),
        ("in: query, name: a, collectionFormat: ssv", "/a", "spaceDelimited", False),
        ("in: query, name: a, collectionFormat: pipes", "/a", "pipeDelimited", False),
        ("in: header, name: a", "/a", "simple", False),
        ("in: path, name: a, required: true", "/{a}", "simple", False),
    ],
)
def test_a_collection_format_is_a_style(written: str, path: str, style: str, explode: bool) -> None:
    found = parameter(f"{written}, type: array, items: {{type: integer}}", path)

    assert (found["style"], found["explode"]) == (style, explode)
    assert found["schema"] == {"type": "array", "items": {"type": "integer"}}


@pytest.mark.parametrize(
    ("written", "path", "pattern"),
    [
        ("in: query, name: a, collectionFormat: tsv, items: {type: integer}", "/a", r"^-?[0-9]+(?:\t-?[0-9]+)*$"),
        ("in: header, name: a, collectionFormat: pipes, items: {type: string}", "/a", r"^[^\|]+(?:\|[^\|]+)*$"),
        (
            "in: path, name: a, required: true, collectionFormat: ssv, minItems: 2, maxItems: 3, "
            "items: {type: string, enum: [x, y.z]}",
            "/{a}",
            r"^(?:x|y\.z)(?: (?:x|y\.z)){1,2}$",
        ),
    ],
)
def test_a_collection_format_without_a_style_is_a_text_with_separators(written: str, path: str, pattern: str) -> None:
    found = parameter(f"{written}, type: array", path)

    assert found["schema"] == {"type": "string", "pattern": pattern}
    assert "style" not in found


def test_an_array_in_an_array_is_a_text_with_separators() -> None:
    found = parameter("in: query, name: a, type: array, items: {type: array, items: {type: boolean}}")

    item = {"type": "string", "pattern": "^(?:true|false)(?:,(?:true|false))*$"}
    assert found["schema"] == {"type": "array", "items": item}


def test_the_default_of_a_text_with_separators_is_a_text() -> None:
    written = "in: query, name: a, type: array, collectionFormat: tsv, default: [1, 2], items: {type: integer}"

    assert parameter(written)["schema"]["default"] == "1\t2"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "in: query, name: a, type: integer, format: int32, minimum: 1, maximum: 9, default: 5",
            {"schema": {"type": "integer", "format": "int32", "minimum": 1, "maximum": 9, "default": 5}},
        ),
        ("in: query, name: a, type: string, enum: [x]", {"schema": {"type": "string", "enum": ["x"]}}),
        ("in: query, name: a, type: string, description: D", {"schema": {"type": "string"}, "description": "D"}),
        ("in: query, name: a, type: string, required: true", {"schema": {"type": "string"}, "required": True}),
        (
            "in: query, name: a, type: boolean, allowEmptyValue: true",
            {"schema": {"type": "boolean"}, "allowEmptyValue": True},
        ),
        ("in: query, name: a, type: string, x-example: E", {"schema": {"type": "string"}, "example": "E"}),
        ("in: query, name: a, type: string, x-other: O", {"schema": {"type": "string"}, "x-other": "O"}),
        ("in: query, name: a, type: string, x-nullable: true", {"schema": {"type": "string", "nullable": True}}),
        ("in: query, name: a, type: string, format: password", {"schema": {"type": "string", "format": "password"}}),
    ],
)
def test_the_value_of_a_parameter_is_a_schema(written: str, expected: dict[str, Any]) -> None:
    assert parameter(written) == {"in": "query", "name": "a", **expected}
