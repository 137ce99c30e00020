"""The result of a handler becomes an answer that keeps the contract, or the 500 of the contract."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.openapi.conftest import Client, Serve

CONTRACT = """
paths:
  /a:
    post:
      operationId: echo
      requestBody: {content: {application/json: {}}}
      responses:
        '201':
          description: d
          content: {application/json; charset=utf-8: {schema: {$ref: '#/components/schemas/Note'}}}
        '204': {description: d}
        '209': {$ref: '#/components/responses/Any'}
        4XX: {description: d, content: {application/problem+json: {schema: {type: string}}, text/html: {}}}
        '404': {description: d}
        default: {description: d, content: {application/json: {schema: {type: array}}}}
        x-note: {description: no response}
  /b:
    post:
      operationId: narrow
      requestBody: {content: {application/json: {}}}
      responses: {'200': {description: d, content: {application/json: {schema: {type: integer}}}}}
  /c:
    post:
      operationId: vague
      responses: {2XX: {description: d, content: {application/json: {schema: {type: integer}}}}}
components:
  responses: {Any: {description: d, content: {application/json: {}}}}
  schemas:
    Note:
      type: object
      required: [text, secret]
      properties:
        text: {type: string}
        secret: {type: string, writeOnly: true}
        number: {type: integer, nullable: true}
"""
HANDLERS = """
async def echo(body=None):
    return tuple(body["tuple"]) if type(body) is dict and "tuple" in body else body
narrow_answers = {"set": {1}, "nan": float("nan"), "large": 2**70, "surrogate": "\\ud800"}
async def narrow(body=None):
    return narrow_answers.get(body, body) if type(body) is str else tuple(body) if type(body) is list else body
async def vague():
    return 5
"""


@pytest.fixture
def client(serve: Serve) -> Client:
    return serve(CONTRACT, HANDLERS)


@pytest.mark.parametrize(
    ("result", "status", "media_type", "body"),
    [
        ({"text": "é"}, 201, "application/json; charset=utf-8", '{"text":"é"}'),
        ({"text": "a", "number": None}, 201, "application/json; charset=utf-8", '{"text":"a","number":null}'),
        ({"tuple": [None, 204]}, 204, None, ""),
        ({"tuple": [[5], 209]}, 209, "application/json", "[5]"),
        ({"tuple": ["a", 418]}, 418, "application/problem+json", '"a"'),
        ({"tuple": [None, 404]}, 404, None, ""),
        ({"tuple": [[], 503]}, 503, "application/json", "[]"),
        ({"tuple": [[1], 203]}, 203, "application/json", "[1]"),
    ],
    ids=["lowest success", "nullable", "no content", "reference", "range", "exact", "default", "other 2xx"],
)  # fmt: skip
def test_a_result_is_sent_as_its_status_declares(
    client: Client, result: object, status: int, media_type: str | None, body: str
) -> None:
    response = client.post("/a", json=result)

    assert (response.status_code, response.headers.get("content-type"), response.text) == (status, media_type, body)


def test_headers_of_a_result_are_sent(client: Client) -> None:
    response = client.post("/a", json={"tuple": [None, 204, {"Location": "/a/1", "X-Note": "b"}]})

    assert (response.headers["location"], response.headers["x-note"]) == ("/a/1", "b")


def test_the_length_is_that_of_the_bytes(client: Client) -> None:
    assert client.post("/a", json={"text": "é"}).headers["content-length"] == "13"


def test_the_status_is_200_if_no_success_is_declared(client: Client) -> None:
    response = client.post("/c")

    assert (response.status_code, response.json()) == (200, 5)


INVALID = {
    "success": False,
    "error": "The server made a response that violates the contract.",
    "code": "RESPONSE_INVALID",
}
NOTE = "/components/schemas/Note"


@pytest.mark.parametrize(
    ("path", "result", "logged"),
    [
        ("/a", {}, f'echo answered 201 with the body: "text" is a required property ({NOTE}/required)'),
        (
            "/a",
            {"text": 5, "number": "s3cr3t"},
            f'echo answered 201 with /text: the value is not of type "string" ({NOTE}/properties/text/type); '
            f'/number: the value is not of types "null", "integer" ({NOTE}/properties/number/type)',
        ),
        (
            "/a",
            {"tuple": [["s3cr3t"], 499]},
            'echo answered 499 with the body: the value is not of type "string" '
            "(/paths/~1a/post/responses/4XX/content/application~1problem+json/schema/type)",
        ),
        ("/a", {"tuple": ["s3cr3t", 204]}, "echo declares no body for the status 204"),
        ("/a", {"tuple": ["s3cr3t", 404]}, "echo declares no body for the status 404"),
        ("/b", [5, 201], "narrow does not declare the status 201"),
        ("/b", [5, 500], "narrow does not declare the status 500"),
        (
            "/b",
            "s3cr3t",
            'narrow answered 200 with the body: the value is not of type "integer" '
            "(/paths/~1b/post/responses/200/content/application~1json/schema/type)",
        ),
        ("/b", None, 'narrow answered 200 with the body: the value is not of type "integer" '
            "(/paths/~1b/post/responses/200/content/application~1json/schema/type)"),
    ],
)  # fmt: skip
def test_an_answer_that_breaks_the_contract_is_a_500_and_logged_without_its_values(
    client: Client, caplog: pytest.LogCaptureFixture, path: str, result: object, logged: str
) -> None:
    operation = {"/a": "echo", "/b": "narrow"}[path]
    response = client.post(path, content=json.dumps(result))

    assert (response.status_code, response.json()) == (500, INVALID)
    assert caplog.record_tuples == [("openapi.engine.dispatcher", logging.ERROR, f"POST {operation}: 500: {logged}")]


@pytest.mark.parametrize("result", ["set", "nan", "large", "surrogate"])
def test_a_result_that_json_does_not_have_is_an_invalid_answer(client: Client, result: str) -> None:
    response = client.post("/b", json=result)

    assert (response.status_code, response.json()) == (500, INVALID)


STRICT = """
overlay: 1.0.0
actions:
  - target: $.components.schemas.Note
    update: {properties: {text: {minLength: 2}}, additionalProperties: false}
"""


@pytest.fixture
def strict(serve: Serve) -> Client:
    return serve(CONTRACT, HANDLERS, overlay=STRICT)


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ({"text": "s"}, f"/text: the value is shorter than 2 characters ({NOTE}/properties/text/minLength)"),
        ({"text": 5}, f'/text: the value is not of type "string" ({NOTE}/properties/text/type)'),
        (
            {"text": "ab", "more": "s3cr3t"},
            f"the body: Additional properties are not allowed ('more' was unexpected) ({NOTE}/additionalProperties)",
        ),
    ],
)
def test_an_answer_that_breaks_the_overlay_is_a_500_too(
    strict: Client, caplog: pytest.LogCaptureFixture, result: dict[str, Any], reason: str
) -> None:
    response = strict.post("/a", json=result)

    assert (response.status_code, response.json()) == (500, INVALID)
    assert caplog.messages == [f"POST echo: 500: echo answered 201 with {reason}"]


def test_an_answer_that_keeps_contract_and_overlay_is_sent(strict: Client) -> None:
    assert strict.post("/a", json={"text": "ab"}).status_code == 201
