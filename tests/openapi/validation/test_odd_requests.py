"""Requests that are odd on purpose are read or refused, never an error of ours."""

from __future__ import annotations

import pytest

from openapi.contract import Contract
from openapi.http.messages import Request
from openapi.parameters.request_parts import RequestParts
from openapi.validation import ContractValidator, Reading, RequestReader, refusal_of
from tests.openapi.conftest import ContractOf

CONTRACT = """
paths:
  /a:
    parameters: [{name: X-Id, in: header, schema: {type: string}}]
    post:
      operationId: post_a
      parameters:
        - {name: color, in: query, style: deepObject, schema: {$ref: '#/components/schemas/Node'}}
        - {name: 'f[x]', in: query, style: deepObject, schema: {type: object, properties: {a: {type: integer}}}}
        - {name: text, in: query, schema: {type: string, maxLength: 1}}
        - {name: x-id, in: header, schema: {type: integer}}
      requestBody:
        content:
          application/json: {schema: {type: array, items: {type: string}}}
          application/x-www-form-urlencoded: &form
            schema: &tags {type: object, properties: {tags: {type: array, items: {type: string}}}}
            encoding: {tags: {style: spaceDelimited, explode: false}}
          multipart/form-data:
            schema: *tags
            encoding: {tags: {style: form, explode: false}}
      responses: {'200': {description: d}}
    put:
      operationId: put_a
      requestBody: {content: {}}
      responses: {'200': {description: d}}
components:
  schemas:
    Node: {type: object, properties: {c: {$ref: '#/components/schemas/Node'}}, additionalProperties: {type: integer}}
"""
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def contract(contract_of: ContractOf) -> Contract:
    return contract_of(CONTRACT)


def read(contract: Contract, query: str = "", body: bytes = b"", media_type: str = "application/json") -> Reading:
    parts = RequestParts("/a", {}, query, (("Content-Type", media_type),))
    return RequestReader(contract.operation("post_a")).read(parts, body)


@pytest.mark.parametrize("query", ["color[=1", "color[a=1", "color]=1", "color[]]=1"])
def test_a_name_with_half_a_bracket_is_another_name(contract: Contract, query: str) -> None:
    assert read(contract, query).violations == []


def test_a_deep_object_may_have_brackets_in_its_own_name(contract: Contract) -> None:
    assert list(read(contract, "f[x][a]=1").values.values()) == [{"a": 1}]


def test_an_object_of_too_many_levels_is_refused(contract: Contract) -> None:
    found = read(contract, "color" + "[c]" * 1000 + "[a]=1").violations

    assert refusal_of(found) == (400, "The query parameter 'color' is wrong: its nesting is deeper than 64 levels.")


def test_a_form_of_too_many_levels_is_refused(contract: Contract) -> None:
    found = read(contract, body=b"tags" + b"[c]" * 1000 + b"=1", media_type=FORM).violations

    assert refusal_of(found) == (400, "The form cannot be read: its nesting is deeper than 64 levels.")


def test_separators_that_are_encoded_belong_to_the_items_of_a_form(contract: Contract) -> None:
    assert read(contract, body=b"tags=c%2B%2B%20a+b", media_type=FORM).body == {"tags": ["c++", "a", "b"]}


def test_the_style_of_an_encoding_is_ignored_in_multipart(contract: Contract) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="tags"\r\n\r\nHello, world\r\n--b--\r\n'

    assert read(contract, body=body, media_type="multipart/form-data; boundary=b").body == {"tags": ["Hello, world"]}


def test_a_refusal_names_ten_reasons_and_counts_the_others(contract: Contract) -> None:
    status, sentence = refusal_of(read(contract, body=b"[1,1,1,1,1,1,1,1,1,1,1,1]").violations)

    assert (status, sentence.count("is not of type"), sentence.endswith("; and 2 more.")) == (400, 10, True)


def test_header_parameters_override_one_another_whatever_their_case(contract: Contract) -> None:
    parameters = contract.operation("post_a").parameters

    assert [each.schema.type for each in parameters if each.location == "header"] == ["integer"]


def test_a_body_without_declared_media_types_is_refused_with_the_reason(contract: Contract) -> None:
    parts = RequestParts("/a", {}, "", ())
    found = RequestReader(contract.operation("put_a")).read(parts, b"x").violations

    assert refusal_of(found) == (415, "The contract declares no media type for the body.")


def test_octets_of_a_query_that_are_not_encoded_are_utf_8(contract: Contract) -> None:
    target = "/a?text=" + "é".encode().decode("latin-1")

    assert ContractValidator(contract).request(Request("POST", target)) == []
