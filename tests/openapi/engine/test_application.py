"""The dispatcher of a contract and its handlers, called without a transport."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from handlers.errors import failure_of
from openapi.engine.application import create_dispatcher
from openapi.engine.endpoints import Answer, Incoming
from openapi.engine.errors import BindingError, ClientLeft
from openapi.engine.observation import RequestRecord

if TYPE_CHECKING:
    from openapi.engine.dispatcher import Dispatcher
    from tests.openapi.conftest import ContractOf, PackageOf

CONTRACT = """
servers: [{url: 'https://example.com/v1'}]
components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}
paths:
  /notes/{number}:
    get:
      operationId: get_note
      security: [{bearer: []}]
      parameters:
        - {in: path, name: number, required: true, schema: {type: integer}}
        - {in: query, name: as, schema: {type: string, default: text}}
      responses: {'200': {description: d, content: {application/json: {schema: {type: array}}}}}
  /notes:
    post:
      operationId: add_note
      requestBody: {required: true, content: {application/json: {schema: {type: string}}}}
      responses: {'204': {description: d}, '201': {description: d, content: {application/json: {}}}}
"""
HANDLERS = """
async def get_note(number, as_, caller, unit): return [number, as_, caller, unit]
async def add_note(body): return body, 201
"""


async def authenticate(authorization: object) -> str:
    return "somebody"


@pytest.fixture
def dispatcher(contract_of: ContractOf, package_of: PackageOf) -> Dispatcher:
    return create_dispatcher(
        [contract_of(CONTRACT)],
        package_of(notes=HANDLERS),
        errors=failure_of,
        authenticators={"bearer": authenticate},
        services={"unit": "m"},
        max_body=10,
    )


async def chunks(*parts: bytes, whole: bool = True) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
    if not whole:
        raise ClientLeft


def incoming(method: str, target: bytes, *parts: bytes, whole: bool = True) -> Incoming:
    """A request whose body arrives in parts, or ends too early."""
    path, _, query = target.partition(b"?")
    headers = [(b"content-type", b"application/json")] if parts else []
    return Incoming(method, path, query, headers, RequestRecord(method, "id"), lambda: chunks(*parts, whole=whole))


def answer(dispatcher: Dispatcher, request: Incoming) -> Answer:
    return asyncio.run(dispatcher.answer(request))


def test_a_handler_gets_the_arguments_the_caller_and_the_services(dispatcher: Dispatcher) -> None:
    answered = answer(dispatcher, incoming("GET", b"/v1/notes/5?as=html"))

    assert (answered.status, answered.body) == (200, b'[5,"html","somebody","m"]')


def test_a_body_that_arrives_in_parts_is_read_whole(dispatcher: Dispatcher) -> None:
    assert answer(dispatcher, incoming("POST", b"/v1/notes", b'"a', b'b"')).body == b'"ab"'


@pytest.mark.parametrize(
    ("method", "target", "parts", "status"),
    [
        ("GET", b"/v1/notes/five", (), 400),
        ("GET", b"/notes/5", (), 404),
        ("PUT", b"/v1/notes", (), 405),
        ("POST", b"/v1/notes", (b'"12345', b'67890"'), 413),
        ("OPTIONS", b"/v1/notes", (), 204),
        ("HEAD", b"/v1/notes/5", (), 200),
    ],
)
def test_each_request_is_answered_and_recorded(
    dispatcher: Dispatcher, method: str, target: bytes, parts: tuple[bytes, ...], status: int
) -> None:
    request = incoming(method, target, *parts)

    assert (answer(dispatcher, request).status, request.record.status) == (status, status)


def test_a_path_of_two_templates_has_the_methods_of_both(contract_of: ContractOf, package_of: PackageOf) -> None:
    latest = "  /notes/latest:\n    post: {operationId: mark, responses: {'204': {description: d}}}\n"
    handlers = package_of(notes=HANDLERS + "async def mark(): return None, 204\n")
    authenticators = {"bearer": authenticate}
    dispatcher = create_dispatcher(
        [contract_of(CONTRACT + latest)],
        handlers,
        errors=failure_of,
        authenticators=authenticators,
        services={"unit": 1},
    )
    answers = [answer(dispatcher, incoming(method, b"/v1/notes/latest")) for method in ("POST", "GET", "PUT")]

    # The second template takes numbers only.
    assert [answered.status for answered in answers] == [204, 400, 405]
    assert dict(answers[2].headers)[b"allow"] == b"GET, HEAD, OPTIONS, POST"


def test_a_client_that_leaves_gets_no_answer(dispatcher: Dispatcher) -> None:
    request = incoming("POST", b"/v1/notes", b'"a', whole=False)
    with pytest.raises(ClientLeft):
        answer(dispatcher, request)

    assert (request.record.operation, request.record.status) == ("add_note", None)


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (200, [(b"a", b"1"), (b"content-length", b"2")]),
        (204, [(b"a", b"1")]),
    ],
)
def test_an_answer_is_sent_with_its_id_and_its_length(status: int, headers: list[tuple[bytes, bytes]]) -> None:
    sent = Answer(status, ((b"a", b"1"),), b"{}").sent_headers("id")

    assert sent == [(b"x-content-type-options", b"nosniff"), (b"x-request-id", b"id"), *headers]


def test_a_binding_error_lists_every_problem(contract_of: ContractOf, package_of: PackageOf) -> None:
    handlers = package_of(notes="def add_note(body): ...")
    with pytest.raises(BindingError) as caught:
        create_dispatcher([contract_of(CONTRACT)], handlers, errors=failure_of)

    assert caught.value.problems == (
        "no handler for get_note (GET /notes/{number}): write `async def get_note(...)` in a module of "
        f"{handlers.__name__}/",
        f"the handler for add_note (POST /notes) in {handlers.__name__}.notes must be an `async def`",
    )
