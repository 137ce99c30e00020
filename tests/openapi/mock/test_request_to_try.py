"""The mock accepts the request that it prints to try."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx
import pytest

from openapi.http.messages import Request
from openapi.mock.sample_requests import request_to_try

if TYPE_CHECKING:
    from tests.openapi.mock.conftest import Asked, MockOf

SCHEMES = """\
components:
  securitySchemes:
    bearer: {type: http, scheme: bearer}
    basic: {type: http, scheme: basic}
    header: {type: apiKey, in: header, name: X-Key}
    query: {type: apiKey, in: query, name: key}
    cookie: {type: apiKey, in: cookie, name: sid}
    oauth: {type: oauth2, flows: {}}
"""
DEMANDING = """\
paths:
  /letters/{id}:
    post:
      operationId: post_letter
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}, example: a/b c}
        - {name: page, in: query, required: true, schema: {type: integer, minimum: 3}}
        - {name: X-Trace, in: header, required: true, schema: {type: string, format: uuid}}
        - {name: theme, in: cookie, required: true, schema: {type: string, enum: [dark]}}
        - {name: more, in: query, schema: {type: string}}
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [to], properties: {to: {type: string}}}}}
      responses: {'201': {description: Sent}}
"""
PATHS = "paths: {/a: {get: {operationId: get_a, security: [{%s: []}], responses: {'200': {description: A}}}}}\n"


STYLED = """\
paths:
  /p/%s:
    get:
      operationId: get_p
      parameters: [{name: p, in: %s, required: true, %s}]
      responses: {'200': {description: A}}
"""
LIST = "schema: {type: array, minItems: 2, items: {type: integer, minimum: 1, maximum: 9}}"
PAIR = "schema: {type: object, required: [a], maxProperties: 2, properties: {a: {type: integer}, b: {enum: [c]}}}"


@pytest.mark.parametrize("described", [LIST, PAIR, "content: {application/json: {schema: {type: object}}}"])
@pytest.mark.parametrize("explode", ["true", "false"])
@pytest.mark.parametrize(
    ("place", "style"),
    [
        ("path", "simple"),
        ("path", "label"),
        ("path", "matrix"),
        ("query", "form"),
        ("query", "pipeDelimited"),
        ("query", "spaceDelimited"),
        ("header", "simple"),
        ("cookie", "form"),
    ],
)
def test_the_request_has_parameters_of_every_style(
    mock_of: MockOf, place: str, style: str, explode: str, described: str
) -> None:
    how = described if "content" in described else f"style: {style}, explode: {explode}, {described}"

    assert tried(mock_of(STYLED % ("{p}" if place == "path" else "p", place, how)))[1].status_code == 200


def test_the_request_has_a_deep_object(mock_of: MockOf) -> None:
    request, response = tried(mock_of(STYLED % ("p", "query", f"style: deepObject, {PAIR}")))

    assert "p%5Ba%5D=" in request.target
    assert response.status_code == 200


@pytest.mark.parametrize("rule", ["", ", maxItems: 0"])
def test_a_form_cannot_contain_an_empty_array(mock_of: MockOf, rule: str) -> None:
    """There is no request if the form requires an empty array."""
    schema = f"{{type: object, required: [to], properties: {{to: {{type: array, items: {{type: integer}}{rule}}}}}}}"
    ask = mock_of(
        DEMANDING.replace(
            "application/json: {schema: {type: object, required: [to], properties: {to: {type: string}}}}",
            f"application/x-www-form-urlencoded: {{schema: {schema}}}",
        )
    )
    request = request_to_try(ask.mock.snapshot.operations, "off", 0.0)

    assert (request is None) == bool(rule)
    assert request is None or tried(ask)[1].status_code == 201


def tried(ask: Asked) -> tuple[Request, httpx.Response]:
    request = request_to_try(ask.mock.snapshot.operations, ask.mock.settings.auth, time.time())
    assert request is not None
    return request, ask(request.target, request.method, headers=list(request.headers), content=request.body)


@pytest.mark.parametrize("scheme", ["bearer", "basic", "header", "query", "cookie", "oauth"])
@pytest.mark.parametrize("auth", ["presence", "jwt"])
def test_the_request_has_the_required_credentials(mock_of: MockOf, scheme: str, auth: str) -> None:
    assert tried(mock_of(PATHS % scheme + SCHEMES, auth=auth))[1].status_code == 200


def test_the_request_has_only_what_the_operation_requires(mock_of: MockOf) -> None:
    request, response = tried(mock_of(DEMANDING))

    assert response.status_code == 201
    assert request.target.startswith("/letters/a%2Fb%20c?page=")
    assert "more" not in request.target


@pytest.mark.parametrize("media_type", ["application/x-www-form-urlencoded", "text/plain"])
def test_the_request_can_have_a_text_body(mock_of: MockOf, media_type: str) -> None:
    schema = "{type: string, minLength: 1}" if media_type == "text/plain" else "{type: object, required: [to]}"
    text = DEMANDING.replace(
        "application/json: {schema: {type: object, required: [to], properties: {to: {type: string}}}}",
        f"{media_type}: {{schema: {schema}}}",
    )

    assert tried(mock_of(text))[1].status_code == 201


def test_there_is_no_request_with_a_binary_body(mock_of: MockOf) -> None:
    ask = mock_of(DEMANDING.replace("application/json", "image/png"))

    assert request_to_try(ask.mock.snapshot.operations, "off", 0.0) is None


def test_an_api_key_and_a_parameter_share_one_cookie_header(mock_of: MockOf) -> None:
    text = DEMANDING.replace("operationId: post_letter", "operationId: post_letter\n      security: [{cookie: []}]")
    request, response = tried(mock_of(text + SCHEMES, auth="presence"))

    assert response.status_code == 201
    assert [value for name, value in request.headers if name == "Cookie"] == ["theme=dark; sid=mock"]


def test_the_request_is_for_the_operation_that_is_easiest_to_call(mock_of: MockOf) -> None:
    easy = "  /easy: {get: {operationId: get_easy, responses: {'200': {description: A}}}}\n"

    assert tried(mock_of(DEMANDING + easy))[0].target == "/easy"


def test_there_is_no_request_if_none_can_be_made(mock_of: MockOf) -> None:
    ask = mock_of(DEMANDING.replace("minimum: 3", "minimum: 3, maximum: 1"))

    assert request_to_try(ask.mock.snapshot.operations, "off", 0.0) is None
