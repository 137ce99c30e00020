"""Bodies, forms and responses of Swagger 2.0 as those of OpenAPI 3.0."""

from __future__ import annotations

from typing import Any

import pytest

from tests.openapi.documents.swagger_parts import (
    FORM,
    MULTIPART,
    converted,
    form,
    operation,
    response,
)


@pytest.mark.parametrize(
    ("members", "document", "media_types"),
    [
        ("", {}, ["application/json"]),
        ("", {"consumes": ["text/xml", "text/csv"]}, ["text/xml", "text/csv"]),
        ("consumes: [text/csv],", {"consumes": ["text/xml"]}, ["text/csv"]),
        ("consumes: [],", {"consumes": ["text/xml"]}, ["application/json"]),
        ("", {"consumes": [FORM, "application/json"]}, ["application/json"]),
    ],
)
def test_a_body_has_the_media_types_of_consumes(members: str, document: dict[str, Any], media_types: list[str]) -> None:
    found = operation(f"{members} parameters: [{{in: body, name: b, schema: {{type: object}}}}]", **document)

    assert found["requestBody"] == {"content": {name: {"schema": {"type": "object"}} for name in media_types}}
    assert "parameters" not in found


def test_a_required_body_with_a_description_and_an_example_keeps_them() -> None:
    found = operation("parameters: [{in: body, name: b, required: true, description: D, x-example: 1, schema: {}}]")

    content = {"application/json": {"schema": {}, "example": 1}}
    assert found["requestBody"] == {"content": content, "required": True, "description": "D"}


SHARED_BODY = {"Shared": {"in": "body", "name": "b", "schema": {"type": "object"}}}


def test_a_shared_body_is_a_component() -> None:
    post = {"parameters": [{"$ref": "#/parameters/Shared"}], "responses": {"200": {"description": ""}}}

    found = converted({"parameters": SHARED_BODY, "paths": {"/a": {"post": post}}}).document

    assert found["paths"]["/a"]["post"]["requestBody"] == {"$ref": "#/components/requestBodies/Shared"}
    body = {"content": {"application/json": {"schema": {"type": "object"}}}}
    assert found["components"]["requestBodies"] == {"Shared": body}


def test_a_shared_body_of_an_operation_with_its_own_media_types_is_inline() -> None:
    found = operation("consumes: [text/xml], parameters: [{$ref: '#/parameters/Shared'}]", parameters=SHARED_BODY)

    assert found["requestBody"] == {"content": {"text/xml": {"schema": {"type": "object"}}}}


@pytest.mark.parametrize(
    ("written", "content"),
    [
        (
            "{in: formData, name: a, type: string, required: true}, {in: formData, name: b, type: integer}",
            {
                "schema": {
                    "type": "object",
                    "properties": {"a": {"type": "string"}, "b": {"type": "integer"}},
                    "required": ["a"],
                }
            },
        ),
        (
            "{in: formData, name: a, type: array, collectionFormat: multi, items: {type: string}}",
            {"schema": {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}}}}},
        ),
        (
            "{in: formData, name: a, type: array, items: {type: string}}",
            {
                "schema": {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}}}},
                "encoding": {"a": {"style": "form", "explode": False}},
            },
        ),
        (
            "{in: formData, name: a, type: array, collectionFormat: pipes, items: {type: string}}",
            {
                "schema": {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}}}},
                "encoding": {"a": {"style": "pipeDelimited", "explode": False}},
            },
        ),
        (
            "{in: formData, name: a, type: string, description: D, x-example: E}",
            {
                "schema": {
                    "type": "object",
                    "properties": {"a": {"type": "string", "description": "D", "example": "E"}},
                }
            },
        ),
    ],
)
def test_form_parameters_are_an_urlencoded_body(written: str, content: dict[str, Any]) -> None:
    assert form(written) == {FORM: content}


def test_a_file_is_binary_in_a_multipart_body() -> None:
    found = form("{in: formData, name: a, type: file, required: true}", MULTIPART)

    file = {"type": "string", "format": "binary"}
    assert found == {MULTIPART: {"schema": {"type": "object", "properties": {"a": file}, "required": ["a"]}}}


def test_an_array_in_multipart_is_sent_in_parts_only_if_it_is_multi() -> None:
    multi = form("{in: formData, name: a, type: array, collectionFormat: multi, items: {type: integer}}", MULTIPART)
    csv = form("{in: formData, name: a, type: array, items: {type: integer}}", MULTIPART)

    assert multi[MULTIPART]["schema"]["properties"]["a"] == {"type": "array", "items": {"type": "integer"}}
    assert csv[MULTIPART]["schema"]["properties"]["a"] == {"type": "string", "pattern": "^-?[0-9]+(?:,-?[0-9]+)*$"}


def test_a_form_has_both_media_types_if_both_are_consumed_and_multipart_first_if_it_has_a_file() -> None:
    both = f"{FORM}, {MULTIPART}"

    assert list(form("{in: formData, name: a, type: string}", both)) == [FORM, MULTIPART]
    assert list(form("{in: formData, name: a, type: file}", both)) == [MULTIPART, FORM]


def test_a_form_without_consumes_is_urlencoded_and_multipart_with_a_file() -> None:
    text = operation("parameters: [{in: formData, name: a, type: string}]")
    file = operation("consumes: [multipart/form-data], parameters: [{in: formData, name: a, type: file}]")

    assert list(text["requestBody"]["content"]) == [FORM]
    assert list(file["requestBody"]["content"]) == [MULTIPART]


def test_a_form_with_a_required_field_is_required() -> None:
    optional = operation("parameters: [{in: formData, name: a, type: string}]")
    required = operation("parameters: [{in: formData, name: a, type: string, required: true}]")

    assert "required" not in optional["requestBody"]
    assert required["requestBody"]["required"] is True


def test_a_shared_form_parameter_is_a_field_of_the_bodies_that_use_it() -> None:
    shared = {"F": {"in": "formData", "name": "f", "type": "string"}}

    found = operation("parameters: [{$ref: '#/parameters/F'}]", parameters=shared)

    assert found["requestBody"]["content"][FORM]["schema"]["properties"] == {"f": {"type": "string"}}


def test_a_body_of_a_path_is_that_of_its_operations_unless_they_have_their_own() -> None:
    other = {"in": "body", "name": "o", "schema": {"type": "array", "items": {}}}
    responses = {"200": {"description": ""}}
    item = {
        "parameters": [SHARED_BODY["Shared"], {"in": "query", "name": "q", "type": "string"}],
        "put": {"responses": responses},
        "post": {"responses": responses, "parameters": [other]},
    }

    found = converted({"paths": {"/a": item}}).document["paths"]["/a"]

    assert found["put"]["requestBody"]["content"]["application/json"]["schema"]["type"] == "object"
    assert found["post"]["requestBody"]["content"]["application/json"]["schema"]["type"] == "array"
    assert [each["name"] for each in found["parameters"]] == ["q"]


def test_form_parameters_of_a_path_are_fields_unless_the_operation_has_one_of_that_name() -> None:
    def field(name: str, kind: str) -> dict[str, Any]:
        return {"in": "formData", "name": name, "type": kind}

    post = {"parameters": [field("b", "integer")], "responses": {"200": {"description": ""}}}
    item = {"parameters": [field("a", "string"), field("b", "string")], "post": post}

    found = converted({"paths": {"/a": item}}).document["paths"]["/a"]["post"]

    properties = found["requestBody"]["content"][FORM]["schema"]["properties"]
    assert {name: each["type"] for name, each in properties.items()} == {"a": "string", "b": "integer"}


@pytest.mark.parametrize(
    ("members", "document", "content"),
    [
        ("", {}, None),
        ("", {"produces": ["text/csv"]}, None),
        ("schema: {type: object}", {}, {"application/json": {"schema": {"type": "object"}}}),
        ("schema: {type: object}", {"produces": ["text/xml"]}, {"text/xml": {"schema": {"type": "object"}}}),
        ("schema: {type: file}", {}, {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}),
        (
            "schema: {type: file}",
            {"produces": ["image/png"]},
            {"image/png": {"schema": {"type": "string", "format": "binary"}}},
        ),
        (
            "schema: {type: integer}, examples: {application/json: 1}",
            {"produces": ["application/json; charset=utf-8"]},
            {"application/json; charset=utf-8": {"schema": {"type": "integer"}, "example": 1}},
        ),
        ("examples: {text/plain: E}", {}, {"text/plain": {"example": "E"}}),
        (
            "schema: {type: array, items: {}}, examples: {text/csv: 'a,b'}",
            {"produces": ["application/json", "text/csv"]},
            {"application/json": {"schema": {"type": "array", "items": {}}}, "text/csv": {"example": "a,b"}},
        ),
        (
            "schema: {type: integer}, examples: {application/json: 1}",
            {"produces": ["text/xml"]},
            {
                "text/xml": {"schema": {"type": "integer"}},
                "application/json": {"schema": {"type": "integer"}, "example": 1},
            },
        ),
    ],
)
def test_the_content_of_a_response_has_the_media_types_of_produces_and_of_its_examples(
    members: str, document: dict[str, Any], content: dict[str, Any] | None
) -> None:
    assert response(members, **document).get("content") == content


def test_the_value_of_a_response_header_is_a_schema() -> None:
    found = response("headers: {X-A: {type: array, description: D, items: {type: integer, minimum: 1}}}")

    items = {"type": "array", "items": {"type": "integer", "minimum": 1}}
    assert found["headers"] == {"X-A": {"description": "D", "schema": items, "style": "simple", "explode": False}}


def test_a_shared_response_is_a_component() -> None:
    shared = {"R": {"description": "D", "schema": {"$ref": "#/definitions/B"}}}
    post = {"responses": {"200": {"$ref": "#/responses/R"}}}

    found = converted({"responses": shared, "definitions": {"B": {}}, "paths": {"/a": {"post": post}}}).document

    assert found["paths"]["/a"]["post"]["responses"] == {"200": {"$ref": "#/components/responses/R"}}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/B"}}}
    assert found["components"]["responses"] == {"R": {"description": "D", "content": content}}


def test_a_shared_response_of_an_operation_with_its_own_media_types_is_inline() -> None:
    shared = {"R": {"description": "D", "schema": {}}}
    post = {"responses": {"200": {"$ref": "#/responses/R"}}, "produces": ["text/xml"]}

    found = converted({"responses": shared, "paths": {"/a": {"post": post}}}).document["paths"]["/a"]["post"]

    assert found["responses"] == {"200": {"description": "D", "content": {"text/xml": {"schema": {}}}}}
