"""The mock of documents with what OpenAPI 3.1 and 3.2 add beside schemas."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openapi.contract import load_contract
from openapi.http.messages import Response
from openapi.http.streams import read_items
from openapi.mock.mocking import Mock
from openapi.mock.settings import MockSettings
from openapi.validation.validator import ContractValidator

if TYPE_CHECKING:
    from tests.openapi.mock.conftest import Asked

DOCUMENT = """
openapi: 3.2.0
$self: https://api.example.com/openapi
info: {title: Later, version: '1'}
tags: [{name: a, kind: nav, parent: b}, {name: b}]
webhooks:
  called: {post: {responses: {'200': {description: d}}}}
components:
  pathItems:
    Shared: {get: {responses: {'200': {description: d, content: {application/json: {schema: {const: 7}}}}}}}
  mediaTypes:
    Chat: {schema: {$ref: '#/components/schemas/Message'}}
  securitySchemes:
    tls: {type: mutualTLS}
  schemas:
    Message: {type: object, required: [text], properties: {text: {type: string}}}
paths:
  /shared: {$ref: '#/components/pathItems/Shared'}
  /secret: {get: {security: [{tls: []}], responses: {'200': {description: d}}}}
  /search:
    query:
      parameters:
        - in: querystring
          name: q
          required: true
          content:
            application/x-www-form-urlencoded:
              schema:
                type: object
                required: [limit]
                properties: {limit: {type: integer, maximum: 9}, tags: {type: array, items: {type: string}}}
      requestBody: {content: {application/json: {$ref: 'https://api.example.com/openapi#/components/mediaTypes/Chat'}}}
      responses: {'200': {description: d}, '400': {description: d}}
  /json:
    get:
      parameters:
        - in: querystring
          name: q
          content: {application/json: {schema: {type: object, properties: {limit: {type: integer}}}}}
      responses: {'200': {description: d}, '400': {description: d}}
  /lines: {get: {responses: {'200': {description: d, content: {application/jsonl: {itemSchema: {type: integer}}}}}}}
  /records:
    additionalOperations:
      COPY: {responses: {'200': {description: d, content: {application/json-seq: {itemSchema: {type: boolean}}}}}}
  /events:
    get:
      responses:
        '200':
          description: d
          content:
            text/event-stream:
              itemSchema: {type: object, required: [event], properties: {event: {enum: [add, stop]}}}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("later") / "contract.yaml"
    path.write_text(DOCUMENT)
    return path


@pytest.fixture
def mock(file: Path, asked: Callable[[Mock], Asked]) -> Asked:
    return asked(Mock({"": file}, None, MockSettings(auth="presence"), None))


def test_a_path_item_among_the_components_is_served(mock: Asked) -> None:
    assert mock("/shared").json() == 7


def test_a_webhook_is_not_served(mock: Asked) -> None:
    assert mock("/called", "POST").status_code == 404


def test_mutual_tls_needs_no_credentials_in_the_request(mock: Asked) -> None:
    assert mock("/secret").status_code == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [("limit=3&tags=a&tags=b", 200), ("limit=3&tags=a", 200), ("limit=30", 400), ("tags=a", 400), ("", 400)],
)
def test_the_query_string_is_one_parameter(mock: Asked, query: str, status: int) -> None:
    assert mock(f"/search?{query}", "QUERY").status_code == status


@pytest.mark.parametrize(
    ("query", "status"), [("%7B%22limit%22:3%7D", 200), ("%7B%22limit%22:%22a%22%7D", 400), ("{", 400)]
)
def test_the_query_string_can_be_json(mock: Asked, query: str, status: int) -> None:
    assert mock(f"/json?{query}").status_code == status


def test_a_query_has_the_body_that_a_reference_describes(mock: Asked) -> None:
    assert mock("/search?limit=3", "QUERY", json={"text": 5}).status_code == 400


def test_another_method_is_answered_and_allowed(mock: Asked) -> None:
    assert mock("/records", "COPY").status_code == 200
    assert "COPY" in mock("/records", "OPTIONS").headers["allow"]


@pytest.mark.parametrize(
    ("method", "path", "kind"), [("GET", "/lines", int), ("COPY", "/records", bool), ("GET", "/events", dict)]
)
def test_a_stream_has_items_of_its_schema(mock: Asked, method: str, path: str, kind: type) -> None:
    answer = mock(path, method)
    items = read_items(answer.headers["content-type"].partition(";")[0], answer.content)

    assert items
    assert all(type(item) is kind for item in items)


def test_an_item_that_breaks_its_schema_is_a_violation_at_the_schema(file: Path) -> None:
    contract = load_contract(file, lenient=True)
    operation = next(each for each in contract.operations if each.path == "/lines")
    answer = Response(200, (("content-type", "application/jsonl"),), b'1\n"a"\n')

    violations = ContractValidator(contract).response(operation, "GET", answer)

    assert [(violation.rule, violation.where) for violation in violations] == [("body-schema", "/1")]
    assert violations[0].pointer == "/paths/~1lines/get/responses/200/content/application~1jsonl/itemSchema/type"
