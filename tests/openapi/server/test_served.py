"""The server of an invented contract: methods, paths, errors, and scopes other than HTTP."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message

from handlers.errors import failure_of

if TYPE_CHECKING:
    from tests.openapi.conftest import Client, Serve

OK = "responses: {'200': {description: d, content: {application/json: {schema: {type: string}}}}}"
CONTRACT = f"""
paths:
  /a:
    get: {{operationId: get_a, {OK}}}
    put: {{operationId: put_a, {OK}}}
  /only-post:
    post: {{operationId: post, {OK}}}
  /all:
    get: {{operationId: all_get, {OK}}}
    head: {{operationId: all_head, {OK}}}
    options: {{operationId: all_options, {OK}}}
    patch: {{operationId: all_patch, {OK}}}
    delete: {{operationId: all_delete, {OK}}}
    trace: {{operationId: all_trace, {OK}}}
  /fails:
    get: {{operationId: fails, {OK}}}
  /a/{{item}}:
    get:
      operationId: get_item
      parameters: [{{in: path, name: item, required: true, schema: {{type: string}}}}]
      {OK}
"""
HANDLERS = """
async def get_a(): return "got"
async def put_a(): return "put"
async def post(): return "posted"
async def all_get(): return "get"
async def all_head(): return "head"
async def all_options(): return "options"
async def all_patch(): return "patch"
async def all_delete(): return "delete"
async def all_trace(): return "trace"
async def fails(): raise ZeroDivisionError("s3cr3t")
async def get_item(item): return item
"""


@pytest.fixture
def client(serve: Serve) -> Client:
    return serve(CONTRACT, HANDLERS, documents=False, health=False)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/a", "got"),
        ("PUT", "/a", "put"),
        ("POST", "/only-post", "posted"),
        ("OPTIONS", "/all", "options"),
        ("PATCH", "/all", "patch"),
        ("DELETE", "/all", "delete"),
        ("TRACE", "/all", "trace"),
        ("GET", "/a/x%2Fy", "x/y"),
        ("GET", "/a?unknown=1", "got"),
    ],
)
def test_an_operation_answers(client: Client, method: str, path: str, body: str) -> None:
    """At its path, independently of the host of the published servers."""
    response = client.request(method, path)

    assert (response.status_code, response.json()) == (200, body)


def asked(app: Any, scope: dict[str, Any], *received: Message) -> list[Message]:
    """The messages of the application, called as by a server: a client library would hide some of them."""
    incoming, answers = list(received), []

    async def receive() -> Message:
        return incoming.pop(0)

    async def send(message: Message) -> None:
        answers.append(message)

    asyncio.run(app(scope, receive, send))
    return answers


@pytest.mark.parametrize(
    ("path", "status", "length"),
    [("/a", 200, b"5"), ("/all", 200, b"6"), ("/nowhere", 404, b"83"), ("/only-post", 405, b"94")],
    ids=["as GET", "declared itself", "not found", "not allowed"],
)
def test_head_answers_without_a_body(client: Client, path: str, status: int, length: bytes) -> None:
    """And with the length of the body for GET."""
    scope = {"type": "http", "http_version": "1.0", "method": "HEAD", "path": path, "query_string": b"", "headers": []}
    start, body = asked(client.app, scope)

    assert (start["status"], dict(start["headers"])[b"content-length"], body["body"]) == (status, length, b"")


def test_operations_are_below_the_path_of_the_first_server(serve: Serve) -> None:
    servers = "servers: [{url: https://one.example/base/v1}, {url: http://two.example/other}]"
    client = serve(servers + CONTRACT, HANDLERS)
    statuses = [client.get(path).status_code for path in ("/base/v1/a", "/a", "/other/a", "/livez")]

    assert statuses == [200, 404, 404, 200]


@pytest.mark.parametrize(
    ("path", "allow"),
    [("/a", "GET, HEAD, OPTIONS, PUT"), ("/only-post", "OPTIONS, POST"), ("/a/1", "GET, HEAD, OPTIONS")],
)
def test_options_answers_the_methods_of_a_path(client: Client, path: str, allow: str) -> None:
    response = client.request("OPTIONS", path)

    assert (response.status_code, response.headers["allow"], response.content) == (204, allow, b"")
    assert "content-length" not in response.headers


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/a", "GET, HEAD, OPTIONS, PUT"),
        ("GET", "/only-post", "OPTIONS, POST"),
        ("HEAD", "/only-post", "OPTIONS, POST"),
        ("PUT", "/all", "DELETE, GET, HEAD, OPTIONS, PATCH, TRACE"),
        ("BREW", "/a", "GET, HEAD, OPTIONS, PUT"),
        ("get", "/only-post", "OPTIONS, POST"),
    ],
)
def test_another_method_is_refused_with_the_allowed_ones(client: Client, method: str, path: str, allow: str) -> None:
    response = client.request(method, path)

    assert (response.status_code, response.headers["allow"]) == (405, allow)


@pytest.mark.parametrize(
    "path", ["/", "/b", "/a/", "//a", "/A", "/a/1/", "/base/a", "/livez", "/docs", "/openapi.json"]
)
def test_an_unknown_path_is_not_found(client: Client, path: str) -> None:
    response = client.get(path)

    assert (response.status_code, response.headers["content-type"], response.json()) == (
        404,
        "application/json",
        {"success": False, "error": "There is nothing at this path.", "code": "ROUTE_NOT_FOUND"},
    )


def test_an_unknown_error_is_only_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    response = client.get("/fails")
    (record,) = caplog.records

    assert (response.status_code, response.json()) == (
        500,
        {"success": False, "error": "The server failed. The failure has been logged.", "code": "INTERNAL_ERROR"},
    )
    assert (record.levelno, record.getMessage()) == (logging.ERROR, "GET fails: s3cr3t")
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError


def test_an_error_without_a_text_is_logged_with_its_class_name(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    serve(CONTRACT, HANDLERS.replace('ZeroDivisionError("s3cr3t")', "AssertionError")).get("/fails")

    assert caplog.messages == ["GET fails: AssertionError"]


def test_an_expected_error_is_logged_in_one_line(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    source = "from store import StoreUnavailable\n" + HANDLERS.replace("ZeroDivisionError", "StoreUnavailable")
    response = serve(CONTRACT, source).get("/fails")

    assert response.json()["code"] == "STORE_UNAVAILABLE"
    assert [(record.getMessage(), record.exc_info) for record in caplog.records] == [("GET fails: s3cr3t", None)]


def test_an_error_of_the_client_is_not_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/nowhere")
    client.post("/a")

    assert caplog.records == []


@pytest.mark.parametrize(
    "scope",
    [
        {"path": "/a/x/y", "raw_path": b"/a/x%2Fy"},
        {"path": "/mount/a/x/y", "raw_path": b"/mount/a/x%2Fy", "root_path": "/mount"},
        {"path": "/a/x", "raw_path": None},
        {"path": "/a/x y"},
    ],
    ids=["raw", "mounted", "no raw path", "no raw path, encoded"],
)
def test_the_path_is_matched_undecoded_below_its_mount_point(client: Client, scope: dict[str, Any]) -> None:
    whole = {"type": "http", "http_version": "1.0", "method": "GET", "query_string": b"", "headers": [], **scope}
    start, body = asked(client.app, whole)
    item = scope["path"].partition("/a/")[2]

    assert (start["status"], body["body"]) == (200, f'"{item}"'.encode())


def test_a_websocket_is_refused(client: Client) -> None:
    scope = {"type": "websocket", "path": "/a", "headers": []}
    answers = asked(client.app, scope, {"type": "websocket.connect"})

    assert [answer["type"] for answer in answers] == ["websocket.close"]


def test_the_lifespan_function_runs_with_the_server(serve: Serve) -> None:
    steps: list[str] = []

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        steps.append("entered")
        yield
        steps.append("left")

    app = serve(CONTRACT, HANDLERS, lifespan=lifespan).app
    answers = asked(app, {"type": "lifespan"}, {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})

    assert [answer["type"] for answer in answers] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert steps == ["entered", "left"]


@pytest.mark.parametrize("kind", ["lifespan", "unheard of"])
def test_an_unsupported_scope_raises_an_exception(client: Client, kind: str) -> None:
    """In ASGI the exception means that the kind is not supported; without a lifespan function there is no lifespan."""
    with pytest.raises(NotImplementedError, match=kind):
        asked(client.app, {"type": kind}, {"type": "lifespan.startup"})


def test_the_error_table_of_the_program_is_used(serve: Serve) -> None:
    client = serve(CONTRACT, HANDLERS, errors=lambda error: failure_of(HTTPException(404)))

    assert client.get("/fails").status_code == 404
