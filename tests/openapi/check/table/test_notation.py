"""The notation of the table stands for the OpenAPI document that it says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.openapi.check.table.notation import document, schema


@pytest.mark.parametrize(
    ("short", "whole"),
    [
        ("integer int64", {"type": "integer", "format": "int64"}),
        ("string~", {"type": "string", "nullable": True}),
        ("any", {}),
        ("Cat", {"$ref": "#/components/schemas/Cat"}),
        (["integer"], {"type": "array", "items": {"type": "integer"}}),
        (
            {"a": "integer", "b~": "string", "...": False},
            {
                "type": "object",
                "properties": {"a": {"type": "integer"}, "b": {"type": "string"}},
                "required": ["a"],
                "additionalProperties": False,
            },
        ),
        ({"oneOf": ["Cat", {"a": "any"}]}, {"oneOf": [schema("Cat"), schema({"a": "any"})]}),
        ({"type": "string", "enum": ["a"]}, {"type": "string", "enum": ["a"]}),
    ],
)
def test_short_schema_stands_for_a_schema_object(short: Any, whole: dict[str, Any]) -> None:
    assert schema(short) == whole


def test_operation_has_its_parameters_body_responses_and_security() -> None:
    text = "POST /x/{id}: {query: {q~: integer}, form: {n: integer}, 204: ~, security: [bearer+key, none]}"
    operation = json.loads(document(text))["paths"]["/x/{id}"]["post"]

    assert [(p["name"], p["in"], p["required"]) for p in operation["parameters"]] == [
        ("id", "path", True),
        ("q", "query", False),
    ]
    assert list(operation["requestBody"]["content"]) == ["application/x-www-form-urlencoded"]
    assert operation["responses"] == {"204": {"description": "no content"}}
    assert operation["security"] == [{"bearer": [], "key": []}, {}]
