"""The record and the id of each request."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import pytest

from openapi.engine.observation import RequestRecord
from openapi.server.observation import Observation, record_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import Message, Receive, Scope, Send

    from tests.openapi.conftest import Client, Serve

CONTRACT = """
components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}
paths:
  /a/{item}:
    get:
      operationId: get_item
      security: [{bearer: []}]
      parameters: [{in: path, name: item, required: true, schema: {type: integer}}]
      responses: {'200': {description: d, content: {application/json: {schema: {type: integer}}}}}
  /fails:
    get:
      operationId: fails
      responses: {'200': {description: d, content: {application/json: {schema: {type: integer}}}}}
"""
HANDLERS = """
async def get_item(item): return item
async def fails(): raise ZeroDivisionError("s3cr3t")
"""


async def authenticate(authorization: object) -> str:
    return "somebody"


@pytest.fixture
def seen() -> list[RequestRecord]:
    return []


@pytest.fixture
def client(serve: Serve, seen: list[RequestRecord]) -> Client:
    return serve(CONTRACT, HANDLERS, authenticators={"bearer": authenticate}, observers=[seen.append])


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/a/1", ("get_item", 200, None, "somebody")),
        ("HEAD", "/a/1", ("get_item", 200, None, "somebody")),
        ("GET", "/a/x", ("get_item", 400, "REQUEST_INVALID", "somebody")),
        ("OPTIONS", "/a/1", (None, 204, None, None)),
        ("POST", "/a/1", (None, 405, "METHOD_NOT_ALLOWED", None)),
        ("GET", "/fails", ("fails", 500, "INTERNAL_ERROR", None)),
        ("GET", "/livez", ("/livez", 200, None, None)),
        ("GET", "/unknown", (None, 404, "ROUTE_NOT_FOUND", None)),
    ],
)
def test_observers_get_a_record_of_each_answer(
    client: Client, seen: list[RequestRecord], method: str, path: str, expected: tuple[object, ...]
) -> None:
    client.request(method, path)

    (told,) = seen
    assert (told.method, told.operation, told.status, told.code, told.caller) == (method, *expected)


def test_the_duration_is_in_seconds(client: Client, seen: list[RequestRecord]) -> None:
    client.get("/a/1")

    assert 0 < seen[0].seconds < 5


def test_a_client_that_left_before_the_answer_has_no_status(serve: Serve, seen: list[RequestRecord]) -> None:
    """The body was never complete, so there was no answer."""
    contract = """
        paths:
          /a:
            post:
              operationId: echo
              requestBody: {content: {application/json: {schema: {type: string}}}}
              responses: {'200': {description: d}}
    """
    app = serve(contract, "async def echo(body=None): return None", observers=[seen.append]).app
    scope = {"type": "http", "http_version": "1.0", "method": "POST", "path": "/a", "query_string": b""}
    headers = [(b"content-type", b"application/json"), (b"content-length", b"9")]

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    async def ask() -> None:
        await app({**scope, "headers": headers}, receive, send)

    asyncio.run(ask())

    assert [(told.operation, told.status) for told in seen] == [("echo", None)]


@pytest.mark.parametrize("sent", ["a", "0192f0c1-7e1b.2_3", "x" * 64])
def test_a_short_and_plain_request_id_is_kept(client: Client, seen: list[RequestRecord], sent: str) -> None:
    response = client.get("/a/1", headers={"X-Request-ID": sent})

    assert (response.headers["X-Request-ID"], seen[0].request_id) == (sent, sent)


@pytest.mark.parametrize("sent", ["", "x" * 65, "a b", "a\tb", "a,b", 'a"b', "é", "{}"])
def test_any_other_request_id_is_replaced(client: Client, sent: str) -> None:
    response = client.get("/a/1", headers={"X-Request-ID": sent.encode()})

    assert re.fullmatch("[0-9a-f]{16}", response.headers["X-Request-ID"])


@pytest.mark.parametrize("path", ["/a/1", "/a/x", "/fails", "/livez", "/docs", "/unknown"])
def test_every_answer_has_a_unique_request_id(client: Client, path: str) -> None:
    first, second = (client.get(path).headers["X-Request-ID"] for _ in range(2))

    assert first != second


def test_a_failure_is_logged_with_the_id(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/fails", headers={"X-Request-ID": "abc"})

    assert [vars(record)["request_id"] for record in caplog.records] == ["abc"]


@pytest.mark.parametrize("path", ["/a/1", "/a/x", "/fails", "/livez", "/docs", "/openapi.json", "/unknown"])
def test_browsers_must_not_guess_media_types(client: Client, path: str) -> None:
    assert client.get(path).headers["X-Content-Type-Options"] == "nosniff"


# --- batches -------------------------------------------------------------------------------------


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that answers at once, and whose lifespan ends at once."""
    if scope["type"] == "http":
        record_of(scope).status = 200
    else:
        await send({"type": "lifespan.shutdown.complete"})


def observe(within: float, requests: int, after: Callable[[], Awaitable[None]] | None = None) -> list[int]:
    """The number of records that observers had after each request, and after the server stopped."""
    told: list[RequestRecord] = []
    counts: list[int] = []

    async def serve() -> None:
        app = Observation(answer, [told.append], within=within)
        for _ in range(requests):
            await app({"type": "http", "method": "GET", "headers": []}, nothing, nothing)
            counts.append(len(told))
        if after is not None:
            await after()
            counts.append(len(told))
        await app({"type": "lifespan"}, nothing, nothing)
        counts.append(len(told))

    async def nothing(*about: object) -> Any:
        return None

    asyncio.run(serve())
    return counts


def test_records_are_passed_at_once_by_default() -> None:
    assert observe(within=0, requests=2) == [1, 2, 2]


def test_records_are_passed_in_batches_within_the_time() -> None:
    assert observe(within=0.001, requests=2, after=lambda: asyncio.sleep(0.1)) == [0, 0, 2, 2]


def test_pending_records_are_passed_when_the_server_stops() -> None:
    assert observe(within=60, requests=2) == [0, 0, 2]


def test_a_full_batch_is_passed_at_once() -> None:
    assert observe(within=60, requests=257)[254:] == [0, 256, 256, 257]


def test_a_failing_observer_does_not_affect_the_others(caplog: pytest.LogCaptureFixture) -> None:
    told: list[RequestRecord] = []

    def fail(record: RequestRecord) -> None:
        raise OSError("the disk is full")

    async def nothing(*about: object) -> Any:
        return None

    app = Observation(answer, [fail, told.append])
    asyncio.run(asyncio.wait_for(app({"type": "http", "method": "GET", "headers": []}, nothing, nothing), 5))

    assert (len(told), caplog.messages) == (1, ["an observer failed"])
