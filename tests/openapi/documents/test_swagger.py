"""Documents of Swagger 2.0 as OpenAPI 3.0: each feature of the version, and documents with mistakes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV30SpecValidator

from openapi.documents.document import Document
from openapi.documents.pointer import join_pointer, resolve_pointer
from openapi.documents.swagger import Converted, convert, first_swagger_error, is_swagger

RICH = Path(__file__).parents[1] / "mock" / "rich-2.0.yaml"
HEAD = {"swagger": "2.0", "info": {"title": "T", "version": "1"}}
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


def converted(document: dict[str, Any]) -> Converted:
    """The conversion of a valid document; the result is valid too."""
    root = {**HEAD, "paths": {}, **document}
    assert first_swagger_error(root) is None
    result = convert(root)
    assert [str(error) for error in OpenAPIV30SpecValidator(result.document).iter_errors()] == []
    return result


def operation(members: str, **document: Any) -> dict[str, Any]:
    """The converted operation with these members, of a document."""
    members = f"{{responses: {{'200': {{description: ''}}}}, {members}}}"
    result = converted({"paths": {"/a": {"post": yaml.safe_load(members)}}, **document})
    found: dict[str, Any] = result.document["paths"]["/a"]["post"]
    return found


def parameter(members: str, path: str = "/a") -> dict[str, Any]:
    """A converted parameter."""
    operation = yaml.safe_load(f"{{parameters: [{{{members}}}], responses: {{'200': {{description: ''}}}}}}")
    (found,) = converted({"paths": {path: {"get": operation}}}).document["paths"][path]["get"]["parameters"]
    return dict(found)


def schema(members: str) -> Any:
    """A converted definition."""
    return converted({"definitions": {"A": yaml.safe_load(f"{{{members}}}"), "B": {}}}).document["components"][
        "schemas"
    ]["A"]


def form(fields: str, consumes: str = FORM) -> dict[str, Any]:
    """The converted content of a form."""
    found: dict[str, Any] = operation(f"consumes: [{consumes}], parameters: [{fields}]")["requestBody"]["content"]
    return found


def response(members: str, **document: Any) -> dict[str, Any]:
    """A converted response."""
    operation = {"responses": {"200": yaml.safe_load(f"{{description: D, {members}}}")}}
    found: dict[str, Any] = converted({"paths": {"/a": {"get": operation}}, **document}).document["paths"]["/a"]["get"]
    return dict(found["responses"]["200"])


@pytest.mark.parametrize(
    ("written", "urls"),
    [
        ({}, None),
        ({"basePath": "/"}, None),
        ({"basePath": "/v1/"}, ["/v1"]),
        ({"host": "a.example"}, ["//a.example"]),
        ({"host": "a.example:8080", "schemes": ["https", "http"], "basePath": "/v1"},
         ["https://a.example:8080/v1", "http://a.example:8080/v1"]),
        ({"schemes": ["https"], "basePath": "/v1"}, ["/v1"]),
    ],
)  # fmt: skip
def test_host_base_path_and_schemes_are_servers(written: dict[str, Any], urls: list[str] | None) -> None:
    servers = converted(written).document.get("servers")

    assert servers == (None if urls is None else [{"url": url} for url in urls])


def test_schemes_of_an_operation_are_its_servers() -> None:
    found = operation("schemes: [wss]", host="a.example", basePath="/v1", schemes=["https"])

    assert found["servers"] == [{"url": "wss://a.example/v1"}]


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


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"type": "basic", "description": "D"}, {"type": "http", "scheme": "basic", "description": "D"}),
        ({"type": "apiKey", "in": "query", "name": "k"}, {"type": "apiKey", "in": "query", "name": "k"}),
        (
            {"type": "oauth2", "flow": "implicit", "authorizationUrl": "https://a.example", "scopes": {"s": "S"}},
            {"type": "oauth2", "flows": {"implicit": {"authorizationUrl": "https://a.example", "scopes": {"s": "S"}}}},
        ),
        (
            {"type": "oauth2", "flow": "password", "tokenUrl": "https://t.example", "scopes": {}},
            {"type": "oauth2", "flows": {"password": {"tokenUrl": "https://t.example", "scopes": {}}}},
        ),
        (
            {"type": "oauth2", "flow": "application", "tokenUrl": "https://t.example", "scopes": {}},
            {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://t.example", "scopes": {}}}},
        ),
        (
            {
                "type": "oauth2",
                "flow": "accessCode",
                "authorizationUrl": "https://a.example",
                "tokenUrl": "https://t.example",
                "scopes": {},
            },
            {
                "type": "oauth2",
                "flows": {
                    "authorizationCode": {
                        "authorizationUrl": "https://a.example",
                        "tokenUrl": "https://t.example",
                        "scopes": {},
                    }
                },
            },
        ),
    ],
)
def test_a_security_definition_is_a_security_scheme(written: dict[str, Any], expected: dict[str, Any]) -> None:
    found = converted({"securityDefinitions": {"s": written}, "security": [{"s": []}]}).document

    assert found["components"]["securitySchemes"] == {"s": expected}
    assert found["security"] == [{"s": []}]


def test_security_requirements_keep_their_scopes_and_follow_a_renamed_scheme() -> None:
    written = {"my key": {"type": "apiKey", "in": "header", "name": "k"}}

    found = converted({"securityDefinitions": written, "security": [{"my key": ["a"]}, {}]}).document

    assert found["security"] == [{"my_key": ["a"]}, {}]


def test_the_rest_of_the_document_stays() -> None:
    rest = {
        "info": {"title": "T", "version": "1", "contact": {"name": "C"}, "x-a": 1},
        "tags": [{"name": "t"}],
        "externalDocs": {"url": "https://a.example"},
        "x-b": {"c": 1},
    }

    found = converted(rest).document

    assert {key: found[key] for key in rest} == rest


def test_the_rest_of_an_operation_stays() -> None:
    rest = {
        "tags": ["t"],
        "summary": "S",
        "description": "D",
        "operationId": "o",
        "deprecated": True,
        "externalDocs": {"url": "https://a.example"},
        "x-a": 1,
    }

    found = converted({"paths": {"/a": {"get": {**rest, "responses": {"200": {"description": ""}}}}}}).document

    assert {key: found["paths"]["/a"]["get"][key] for key in rest} == rest


def test_a_rich_document_is_valid_after_its_conversion() -> None:
    result = converted(yaml.safe_load(RICH.read_text()))

    assert [str(warning) for warning in result.warnings] == [
        "/paths/~1shapes/get/parameters/5: OpenAPI 3.0 has no tsv in a query value; it is taken as text"
    ]


COPIED = ("minimum", "maximum", "multipleOf", "maxItems", "description", "maxLength")


def copied(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, Any]]:
    """The pointers and values of the keywords that a conversion copies."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        if key in COPIED and not isinstance(child, dict):
            yield join_pointer((*path, key)), child
        yield from copied(child, (*path, key))


def test_every_copied_keyword_has_its_place_as_written() -> None:
    written = yaml.safe_load(RICH.read_text())
    result = convert(written)
    document = Document("", b"", result.document, origins=result.origins)

    found = list(copied(result.document))

    places = [resolve_pointer(written, document.as_written(pointer)) for pointer, _ in found]
    assert places == [value for _, value in found]
    assert len(found) > 30


@pytest.mark.parametrize(
    ("text", "pointer", "reason"),
    [
        ("paths: []", "/paths", "this must be an object; it is ignored"),
        ("{info: {version: 1}, paths: {}}", "/info", "info must have a version, a text"),
        ("paths: {a: {}}", "/paths/a", "a path must begin with a slash; it is ignored"),
        ("paths: {/a: {trace: {}}}", "/paths/~1a/trace", "trace is not a method of Swagger 2.0; it is ignored"),
        ("paths: {/a: {get: {}}}", "/paths/~1a/get", "an operation must have responses; any is expected"),
        ("paths: {/a: {get: {responses: {ok: {}}}}}", "/paths/~1a/get/responses/ok",
         "ok is not a status; it is ignored"),
        ("paths: {/a: {parameters: {}}}", "/paths/~1a/parameters", "this must be a list; it is ignored"),
        ("paths: {/a: {parameters: [{name: a}]}}", "/paths/~1a/parameters/0",
         "a parameter must have a name, and in: path, query, header, body or formData; ignored"),
        ("paths: {/a: {parameters: [{$ref: '#/parameters/No'}]}}", "/paths/~1a/parameters/0/$ref",
         "'#/parameters/No' does not exist; it is ignored"),
        ("paths: {'/{a}': {parameters: [{in: path, name: a, type: string}]}}", "/paths/~1{a}/parameters/0",
         "a path parameter must have required: true; it is taken as required"),
        ("paths: {/a: {parameters: [{in: query, name: a, type: array, items: {}, collectionFormat: tab}]}}",
         "/paths/~1a/parameters/0/collectionFormat", "'tab' is not possible here; it is taken as csv"),
        ("paths: {/a: {parameters: [{in: query, name: a, type: int}]}}", "/paths/~1a/parameters/0/type",
         "'int' is not a type of Swagger 2.0; any type is accepted"),
        ("definitions: {A: {minimum: '1'}}", "/definitions/A/minimum",
         "the value of minimum has the wrong type; it is ignored"),
        ("definitions: {A: {const: 1}}", "/definitions/A/const", "schemas of Swagger 2.0 have no const; it is ignored"),
        ("definitions: {A: {oneOf: [{}]}}", "/definitions/A/oneOf",
         "Swagger 2.0 has no oneOf; it is taken as in OpenAPI 3.0"),
        ("definitions: {A: {required: true}}", "/definitions/A/required",
         "in a schema, required is a list of property names; it is ignored"),
        ("definitions: {A: 1}", "/definitions/A", "a schema must be an object; any value is accepted"),
        ("securityDefinitions: {s: {type: http}}", "/securityDefinitions/s",
         "a security scheme must be basic, apiKey with name and in, or oauth2 with a flow; it is ignored"),
        ("servers: []", "/servers", "Swagger 2.0 has no servers; it is ignored"),
        ("basePath: v1", "/basePath", "the base path must begin with a slash"),
    ],
)  # fmt: skip
def test_a_mistake_is_a_warning_and_the_rest_is_converted(text: str, pointer: str, reason: str) -> None:
    result = convert({**HEAD, **yaml.safe_load(text)})

    assert (pointer, reason) in result.warnings
    assert [str(error) for error in OpenAPIV30SpecValidator(result.document).iter_errors()] == []


WRONG: tuple[Any, ...] = (None, True, 7, "text", [], {}, [None], ["text"], {"$ref": "#/definitions/Tree"}, {"$ref": 1})


def mutated(value: Any, random: random.Random) -> Any:
    """A copy of a document in which some values are replaced and some members are missing."""
    if random.random() < 0.02:
        return random.choice(WRONG)
    if isinstance(value, dict):
        return {key: mutated(child, random) for key, child in value.items() if random.random() > 0.02}
    return [mutated(child, random) for child in value] if isinstance(value, list) else value


def test_a_document_with_wrong_types_everywhere_is_converted_without_an_exception() -> None:
    written = yaml.safe_load(RICH.read_text())
    for seed in range(300):
        broken = mutated(written, random.Random(seed))  # noqa: S311 - not for security
        if isinstance(broken, dict):
            assert convert(broken).document["openapi"] == "3.0.3", seed


@pytest.mark.parametrize(
    ("root", "expected"),
    [({"swagger": "2.0"}, True), ({"swagger": 2.0}, True), ({"swagger": "1.2"}, False), ({"openapi": "3.0.3"}, False)],
)
def test_a_document_is_told_by_its_version(root: dict[str, Any], expected: bool) -> None:
    assert is_swagger(root) is expected
