"""Whole documents of Swagger 2.0 as OpenAPI 3.0, also with mistakes."""

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
from openapi.documents.swagger.conversion import convert
from openapi.documents.swagger.sections import is_swagger
from tests.openapi.documents.swagger_parts import (
    HEAD,
    converted,
    operation,
)

RICH = Path(__file__).parents[1] / "mock" / "rich-2.0.yaml"


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

    assert (pointer, reason) in {(mistake.pointer, mistake.reason) for mistake in result.warnings}
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
