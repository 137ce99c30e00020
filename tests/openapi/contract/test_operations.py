"""The declarations of an operation, with references followed and defaults filled in."""

from __future__ import annotations

import pytest

from openapi.contract import Operation, SecurityScheme, parse_contract
from tests.openapi.conftest import ContractOf

CONTRACT = """
security: [{key: []}]
paths:
  /a/{id}:
    parameters:
      - {$ref: '#/components/parameters/Id'}
      - {in: query, name: deep, style: deepObject, schema: {type: object}}
      - {in: query, name: page, schema: {type: string}}
    get:
      operationId: get_a
      summary: Read a
      tags: [A]
      security: [{key: [], token: []}, {}]
      parameters:
        - {in: query, name: page, allowEmptyValue: true, schema: {type: integer, default: 1}}
        - {in: header, name: Accept, schema: {type: string}}
        - {in: query, name: filter, content: {application/json: {schema: {type: object}, example: {x: 1}}}}
      responses:
        '200': {$ref: '#/components/responses/Whole'}
        4XX: {description: refused}
        default: {description: other}
        x-note: {}
    put:
      operationId: put_a
      requestBody: {$ref: '#/components/requestBodies/Form'}
      responses: {'204': {description: done}}
components:
  parameters: {Id: {in: path, name: id, required: true, example: 7, schema: {type: integer}}}
  requestBodies:
    Form:
      required: true
      content:
        multipart/form-data:
          schema: {type: object}
          encoding: {a: {contentType: text/csv}, b: {style: pipeDelimited}}
  responses:
    Whole:
      description: whole
      headers: {X-Count: {required: true, schema: {type: integer}}, Content-Type: {schema: {type: string}}}
      content: {application/json: {schema: {type: object}, examples: {full: {$ref: '#/components/examples/Full'}}}}
  examples: {Full: {value: {a: 1}}}
  securitySchemes:
    key: {type: apiKey, in: query, name: k}
    token: {type: oauth2, flows: {}}
"""


@pytest.fixture
def get(contract_of: ContractOf) -> Operation:
    return contract_of(CONTRACT).operation("get_a")


@pytest.fixture
def put(contract_of: ContractOf) -> Operation:
    return contract_of(CONTRACT).operation("put_a")


def test_parameters_have_the_style_and_explode_of_their_location(get: Operation) -> None:
    found = {(each.location, each.name): (each.style, each.explode) for each in get.parameters}

    assert found == {
        ("path", "id"): ("simple", False),
        ("query", "deep"): ("deepObject", False),
        ("query", "page"): ("form", True),
        ("query", "filter"): ("form", True),
    }


def test_a_parameter_of_the_operation_overrides_that_of_the_path(get: Operation) -> None:
    (page,) = [each for each in get.parameters if each.name == "page"]

    assert (page.schema.type, page.default, page.allows_empty) == ("integer", 1, True)
    assert page.pointer == "/paths/~1a~1{id}/get/parameters/0"


def test_a_parameter_with_content_has_its_media_type_schema_and_example(get: Operation) -> None:
    (found,) = [each for each in get.parameters if each.name == "filter"]

    assert (found.media_type, found.schema.type) == ("application/json", "object")
    assert [(example.value, example.pointer) for example in found.examples] == [
        ({"x": 1}, "/paths/~1a~1{id}/get/parameters/2/content/application~1json/example")
    ]


def test_the_pointer_of_an_example_leads_behind_references(get: Operation) -> None:
    (found,) = [each for each in get.parameters if each.name == "id"]

    assert [example.pointer for example in found.examples] == ["/components/parameters/Id/example"]


def test_a_response_has_its_headers_but_for_the_content_type(get: Operation) -> None:
    assert [(each.name, each.required) for each in get.responses["200"].headers] == [("X-Count", True)]


def test_a_response_has_its_contents_and_examples_behind_references(get: Operation) -> None:
    response = get.responses["200"]
    (content,) = response.contents

    assert (content.media_type, response.example_names()) == ("application/json", ["full"])
    assert [(each.value, each.pointer) for each in content.examples] == [({"a": 1}, "/components/examples/Full/value")]


@pytest.mark.parametrize(("status", "key"), [(200, "200"), (404, "4XX"), (500, "default"), (201, "default")])
def test_a_status_has_its_own_response_or_that_of_its_range_or_the_default(
    get: Operation, status: int, key: str
) -> None:
    response = get.response_for(status)

    assert response is get.responses[key]


def test_an_undeclared_status_has_no_response(put: Operation) -> None:
    assert put.response_for(200) is None


def test_extensions_are_not_responses(get: Operation) -> None:
    assert list(get.responses) == ["200", "4XX", "default"]


def test_security_lists_alternative_sets_of_schemes(get: Operation) -> None:
    key, token = SecurityScheme("key", "apiKey", "", "query", "k"), SecurityScheme("token", "oauth2", "bearer")

    assert get.security == ((key, token), ())
    assert get.public


def test_security_of_the_document_applies_if_the_operation_has_none(put: Operation) -> None:
    assert [[scheme.name for scheme in each] for each in put.security] == [["key"]]
    assert put.security_pointer == "/security"


def test_a_body_has_its_contents_with_their_encodings(put: Operation) -> None:
    assert put.body is not None
    (content,) = put.body.contents

    assert (put.body.required, content.media_type) == (True, "multipart/form-data")
    assert {name: (each.content_type, each.style, each.explode) for name, each in content.encodings.items()} == {
        "a": ("text/csv", "form", True),
        "b": (None, "pipeDelimited", False),
    }


def test_an_operation_has_a_label_a_summary_and_tags(get: Operation) -> None:
    assert (get.label, get.summary, get.tags) == ("GET /a/{id}", "Read a", ("A",))


def test_webhooks_are_named_and_are_no_operations() -> None:
    text = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\nwebhooks: {called: {post: {operationId: w}}}\n"
    contract = parse_contract(text.encode(), "c.yaml")

    assert (contract.webhooks, contract.operations) == (("called",), ())
