"""Schemas of Swagger 2.0 and references to them as those of OpenAPI 3.0."""

from __future__ import annotations

from typing import Any

import pytest

from openapi.documents.document import Document
from openapi.documents.pointer import resolve_pointer
from openapi.documents.swagger.conversion import convert
from tests.openapi.documents.swagger_parts import (
    HEAD,
    converted,
    schema,
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("type: string, x-nullable: true", {"type": "string", "nullable": True}),
        ("type: string, x-nullable: true, enum: [a]", {"type": "string", "nullable": True, "enum": ["a", None]}),
        (
            "x-nullable: true, $ref: '#/definitions/B'",
            {"anyOf": [{"$ref": "#/components/schemas/B"}, {"type": "string", "nullable": True, "enum": [None]}]},
        ),
        ("type: [string, 'null']", {"type": "string", "nullable": True}),
        ("type: [string, integer]", {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
        ("type: string, format: password", {"type": "string", "format": "password"}),
        ("discriminator: kind, properties: {kind: {type: string}}",
         {"discriminator": {"propertyName": "kind"}, "properties": {"kind": {"type": "string"}}}),
        ("readOnly: true", {"readOnly": True}),
        ("xml: {name: x, wrapped: true}", {"xml": {"name": "x", "wrapped": True}}),
        ("externalDocs: {url: 'https://a.example'}", {"externalDocs": {"url": "https://a.example"}}),
        ("x-example: 1", {"example": 1}),
        ("x-other: 1", {"x-other": 1}),
        ("minimum: 0, exclusiveMinimum: true", {"minimum": 0, "exclusiveMinimum": True}),
        ("type: array, items: {$ref: '#/definitions/A'}",
         {"type": "array", "items": {"$ref": "#/components/schemas/A"}}),
        ("additionalProperties: {$ref: '#/definitions/B'}",
         {"additionalProperties": {"$ref": "#/components/schemas/B"}}),
        ("additionalProperties: false", {"additionalProperties": False}),
        ("allOf: [{$ref: '#/definitions/B'}]", {"allOf": [{"$ref": "#/components/schemas/B"}]}),
        ("properties: {$ref: {type: string}, discriminator: {type: string}}",
         {"properties": {"$ref": {"type": "string"}, "discriminator": {"type": "string"}}}),
        ("enum: [{$ref: '#/definitions/B'}]", {"enum": [{"$ref": "#/definitions/B"}]}),
    ],
)  # fmt: skip
def test_a_schema_is_converted(written: str, expected: dict[str, Any]) -> None:
    assert schema(written) == expected


def test_a_file_in_a_schema_is_binary_as_publishers_mean_it() -> None:
    written = {**HEAD, "paths": {}, "definitions": {"A": {"type": "array", "items": {"type": "file"}}}}

    found = convert(written).document["components"]["schemas"]["A"]

    assert found == {"type": "array", "items": {"type": "string", "format": "binary"}}


def test_a_definition_whose_name_no_component_may_have_is_renamed_with_its_references() -> None:
    names = ("List«Foo»", "Foo[Bar]", "Foo_Bar", "a b", "«»")
    written: dict[str, Any] = {name: {"type": "object"} for name in names}
    written["User"] = {"properties": {name: {"$ref": f"#/definitions/{name}"} for name in names}}

    result = converted({"definitions": written})

    assert list(result.document["components"]["schemas"]) == [
        *("List_Foo", "Foo_Bar_2", "Foo_Bar", "a_b", "unnamed", "User"),
    ]
    references = result.document["components"]["schemas"]["User"]["properties"]
    assert references["List«Foo»"] == {"$ref": "#/components/schemas/List_Foo"}
    assert references["Foo[Bar]"] == {"$ref": "#/components/schemas/Foo_Bar_2"}
    document = Document("", b"", result.document, origins=result.origins)
    assert document.as_written("/components/schemas/List_Foo/type") == "/definitions/List«Foo»/type"


def test_a_percent_encoded_reference_is_followed() -> None:
    written = {"List«A»": {}, "B": {"$ref": "#/definitions/List%C2%ABA%C2%BB"}}

    found = converted({"definitions": written}).document["components"]["schemas"]

    assert found["B"] == {"$ref": "#/components/schemas/List_A"}


def test_the_discriminator_of_renamed_definitions_keeps_the_names_as_values() -> None:
    written = {
        "Pet": {"discriminator": "kind", "required": ["kind"], "properties": {"kind": {"type": "string"}}},
        "Cat[Big]": {"allOf": [{"$ref": "#/definitions/Pet"}]},
        "Dog": {"allOf": [{"$ref": "#/definitions/Pet"}], "x-discriminator-value": "dog"},
        "Puppy": {"allOf": [{"$ref": "#/definitions/Dog"}]},
    }

    found = converted({"definitions": written}).document["components"]["schemas"]["Pet"]["discriminator"]

    mapping = {"Cat[Big]": "#/components/schemas/Cat_Big", "dog": "#/components/schemas/Dog"}
    assert found == {"propertyName": "kind", "mapping": mapping}


@pytest.mark.parametrize(
    ("reference", "place"),
    [
        ("#/definitions/B/properties/p", "#/components/schemas/B/properties/p"),
        ("#/paths/~1a/post/parameters/1/schema",
         "#/paths/~1a/post/requestBody/content/application~1json/schema"),
        ("#/paths/~1a/post/responses/200/schema", "#/paths/~1a/post/responses/200/content/application~1json/schema"),
        ("#/x-shared/thing", "#/components/schemas/thing"),
    ],
)  # fmt: skip
def test_a_reference_to_any_place_leads_to_its_new_place(reference: str, place: str) -> None:
    body = {"in": "body", "name": "b", "schema": {"type": "object"}}
    post = {
        "parameters": [{"in": "query", "name": "q", "type": "string"}, body],
        "responses": {"200": {"description": "", "schema": {"type": "string"}}},
    }
    document = {
        "paths": {"/a": {"post": post}},
        "x-shared": {"thing": {"type": "integer"}},
        "definitions": {"A": {"$ref": reference}, "B": {"properties": {"p": {"type": "string"}}}},
    }

    found = converted(document).document

    assert found["components"]["schemas"]["A"] == {"$ref": place}
    assert "type" in resolve_pointer(found, place[1:])
