"""The body of a request: JSON of a declared media type, limited in size, validated with its schema."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import pytest
from starlette.types import Message

if TYPE_CHECKING:
    import httpx

    from tests.openapi.conftest import Client, Serve

CONTRACT = """
paths:
  /required:
    post:
      operationId: required
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: '#/components/schemas/Note'}}
          Application/Merge+JSON: {schema: {type: object, maxProperties: 0}}
      responses: &ok {'200': {description: d, content: {application/json: {}}}}
  /optional:
    post:
      operationId: optional
      requestBody: {$ref: '#/components/requestBodies/Anything'}
      responses: *ok
components:
  requestBodies: {Anything: {content: {application/json: {}}}}
  schemas:
    Note:
      type: object
      required: [text, id]
      properties: {id: {type: string, readOnly: true}, text: {type: string, nullable: true}}
"""
HANDLERS = """
async def required(body): return {"body": body}
async def optional(body="none"): return {"body": body}
"""
MAX_BODY = 100


@pytest.fixture
def client(serve: Serve) -> Client:
    return serve(CONTRACT, HANDLERS, max_body=MAX_BODY)


def refusal(response: httpx.Response) -> tuple[int, str, str]:
    return response.status_code, response.json()["code"], response.json()["error"]


def sent(client: Client, target: str, content: Any, media_type: str | None = "application/json") -> httpx.Response:
    return client.post(target, content=content, headers={"content-type": media_type} if media_type is not None else {})


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/json", {"text": "é"}),
        ("application/json", {"text": None, "more": [1]}),
        ("application/json; charset=utf-8", {"text": "a"}),
        ("APPLICATION/JSON", {"text": "a"}),
        ("application/merge+json", {}),
        (None, {"text": "a"}),
    ],
)
def test_a_valid_body_reaches_the_handler(client: Client, media_type: str | None, body: object) -> None:
    """Without Content-Type it is read as the first declared media type."""
    response = sent(client, "/required", json.dumps(body), media_type)

    assert (response.status_code, response.json()) == (200, {"body": body})


@pytest.mark.parametrize("body", [None, 5, "a", [], {}, False])
def test_a_body_without_a_schema_is_any_json(client: Client, body: object) -> None:
    assert sent(client, "/optional", json.dumps(body)).json() == {"body": body}


def test_an_optional_body_can_be_omitted(client: Client) -> None:
    assert client.post("/optional").json() == {"body": "none"}


def test_a_missing_required_body_is_refused(client: Client) -> None:
    message = "The request has no body, and this operation needs one."

    assert refusal(client.post("/required")) == (400, "REQUEST_INVALID", message)


@pytest.mark.parametrize(
    "content", [b"{", b"{'text': 1}", b"\xff", b'"\xff"', b"NaN", b'{"text": "\\ud800"}', b"[" * 99]
)
def test_invalid_json_is_refused(client: Client, content: bytes) -> None:
    status, code, message = refusal(sent(client, "/required", content))

    assert (status, code, message.partition(":")[0]) == (400, "REQUEST_INVALID", "The body is not valid JSON")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"text": "a", "id": 5}, '/id: the value is not of type "string"'),
        ({}, '"text" is a required property'),
        ({"text": 5}, '/text: the value is not of types "null", "string"'),
        ([], 'the value is not of type "object"'),
        (None, 'the value is not of type "object"'),
    ],
)
def test_a_body_that_breaks_its_schema_is_refused(client: Client, body: object, reason: str) -> None:
    message = f"The body breaks the contract: {reason}."

    assert refusal(sent(client, "/required", json.dumps(body))) == (400, "REQUEST_INVALID", message)


def test_a_refusal_does_not_repeat_the_body(client: Client) -> None:
    assert "s3cr3t" not in sent(client, "/required", '{"text": ["s3cr3t"]}').text


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "", "json", "application/jsonx"])
def test_another_media_type_is_refused(client: Client, media_type: str) -> None:
    message = "The body must be application/json or application/merge+json."

    assert refusal(sent(client, "/required", '{"text": "a"}', media_type)) == (415, "MEDIA_TYPE_UNSUPPORTED", message)


@pytest.mark.parametrize(("size", "status"), [(MAX_BODY, 200), (MAX_BODY + 1, 413), (50 * MAX_BODY, 413)])
def test_a_body_that_is_too_large_is_refused(client: Client, size: int, status: int) -> None:
    assert sent(client, "/optional", b'"' + b"a" * (size - 2) + b'"').status_code == status


def test_a_body_in_chunks_is_put_together(client: Client) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for chunk in (b'{"te', b"", b'xt": "\xc3', b'\xa9"}'):
            yield chunk

    assert sent(client, "/required", chunks()).json() == {"body": {"text": "é"}}


def test_a_body_in_chunks_is_not_read_beyond_the_limit(client: Client) -> None:
    taken: list[int] = []

    async def chunks() -> AsyncIterator[bytes]:
        for number in range(1000):
            taken.append(number)
            yield b" " * 60

    assert (sent(client, "/required", chunks()).status_code, taken) == (413, [0, 1])


def test_a_client_that_leaves_during_its_body_gets_no_answer(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """And nothing is logged: it is not an error of the server."""
    received: list[Message] = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    ]
    answers: list[Message] = []

    async def receive() -> Message:
        return received.pop(0)

    async def send(message: Message) -> None:
        answers.append(message)

    async def leave() -> None:
        scope = {
            "type": "http",
            "http_version": "1.0",
            "method": "POST",
            "path": "/required",
            "query_string": b"",
            "headers": [],
        }
        await client.app(scope, receive, send)

    asyncio.run(leave())

    assert (answers, caplog.messages) == ([], [])


@pytest.mark.parametrize("number", [2**63, 2**64, 10**30, -(10**30)])
def test_an_integer_of_any_size_is_read_exactly(serve: Serve, number: int) -> None:
    text = CONTRACT.replace("text: {type: string, nullable: true}", "text: {type: string}, n: {type: integer}")

    handlers = HANDLERS.replace('{"body": body}', 'str(body["n"])', 1)

    assert serve(text, handlers).post("/required", json={"text": "a", "n": number}).json() == str(number)


def test_an_integer_of_thousands_of_digits_is_refused(serve: Serve) -> None:
    content = b'{"text": "a", "n": ' + b"1" * 5000 + b"}"
    text = CONTRACT.replace("text: {type: string, nullable: true}", "text: {type: string}, n: {type: integer}")

    assert sent(serve(text, HANDLERS), "/required", content).status_code == 400


def test_a_value_that_a_pattern_cannot_judge_does_not_reach_the_handler(serve: Serve) -> None:
    """The handler may rely on the contract, so that data that could not be judged is refused."""
    pattern = r"^(a|aa)+\1?$"
    client = serve(
        CONTRACT.replace("type: string, nullable", f"type: string, pattern: '{pattern}', nullable"), HANDLERS
    )
    judged = sent(client, "/required", json.dumps({"text": "aaa"}))
    status, code, reason = refusal(sent(client, "/required", json.dumps({"text": "a" * 60 + "!"})))

    assert (judged.status_code, status, code) == (200, 400, "REQUEST_INVALID")
    assert "cannot be judged" in reason
