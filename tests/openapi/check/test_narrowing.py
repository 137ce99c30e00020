"""The value that a generated request fails for is found: each is sent alone, to real servers."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest

from openapi.check import Options
from openapi.check.client.session import Session
from openapi.check.fuzzing.narrowing import Culprit, Narrowing
from openapi.check.planning import connection_of
from openapi.examples.requests import SampleRequest
from openapi.findings.causes import causes_of
from openapi.http.messages import Request
from tests.openapi.check.family.honest import Reply, serving
from tests.openapi.check.family.small import Small, checked, contract_of, found, reply, responses

WORD = {"name": "q", "in": "query", "schema": {"type": "string"}}
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
BODY = {"content": {"application/json": {"schema": {"type": "object", "properties": {"size": {"type": "integer"}}}}}}
THINGS = contract_of(
    {
        "/things/{id}": {"get": {"parameters": [ID, WORD, LIMIT], "responses": responses()}},
        "/things": {"post": {"requestBody": BODY, "responses": responses()}},
    }
)
GET, POST = THINGS.operations
VALID = {
    GET.label: SampleRequest("GET", "/things/1"),
    POST.label: SampleRequest("POST", "/things", body=b'{"name": "a"}'),
}


def is_failure(status: int) -> bool:
    return status >= 500


def narrowed(
    target: str,
    fails: Callable[[Request], bool],
    *known: str,
    body: bytes = b"",
    times: int = 1,
    otherwise: int = 200,
) -> list[Culprit] | None:
    """The culprits of a request, at a server that fails on some requests."""

    def answer(request: Request) -> Reply:
        return reply(status=500 if fails(request) else otherwise)

    operation = POST if body else GET
    server = Small({"GET /api/things/{id}": answer, "POST /api/things": answer})
    with serving(server) as url:
        narrowing = Narrowing(Session(f"{url}/api", connection_of(Options())), VALID)
        request = Request(operation.method.upper(), f"/api{target}", (), body)
        for _ in range(times - 1):
            narrowing.culprits(operation, request, is_failure, known, "server-error")
        return narrowing.culprits(operation, request, is_failure, known, "server-error")


def asks(name: str) -> Callable[[Request], bool]:
    return lambda request: name in parse_qs(request.query, keep_blank_values=True)


@pytest.mark.parametrize(
    ("target", "fails", "expected"),
    [
        ("/things/1?q=a&limit=3", asks("q"), [("query q", '"a"')]),
        ("/things/1?q=&limit=3", asks("q"), [("query q", '""')]),
        (
            "/things/1?q=a&limit=3",
            lambda r: asks("q")(r) or asks("limit")(r),
            [("query q", '"a"'), ("query limit", '"3"')],
        ),
        ("/things/%27?q=a", lambda r: "%27" in r.target, [("path id", "'")]),
        ("/things/1?q=a&limit=3", lambda r: asks("q")(r) and asks("limit")(r), []),
        ("/things/1?other=a", asks("other"), []),
        ("/things/1?q=a", lambda r: False, []),
    ],
    ids=["value", "empty", "two", "path", "only together", "undeclared", "only once"],
)
def test_each_value_that_alone_makes_the_server_fail_is_a_culprit(
    target: str, fails: Callable[[Request], bool], expected: list[tuple[str, str]]
) -> None:
    culprits = narrowed(target, fails)

    assert [(culprit.where, culprit.text) for culprit in culprits or ()] == expected


def test_property_of_a_body_is_a_culprit() -> None:
    body = json.dumps({"name": "a", "size": -1, "tags": []}).encode()

    culprits = narrowed("/things", lambda request: json.loads(request.body).get("size") == -1, body=body)

    assert [(culprit.where, culprit.text) for culprit in culprits or ()] == [("body size", "-1")]


@pytest.mark.parametrize("body", [b"null", b"[1]", b"{"])
def test_body_that_is_no_object_is_a_culprit(body: bytes) -> None:
    culprits = narrowed("/things", lambda request: request.body == body, body=body)

    assert [(culprit.where, culprit.text) for culprit in culprits or ()] == [("body", body.decode())]


def test_undeclared_properties_of_a_body_are_one_culprit() -> None:
    body = json.dumps({"name": "a", "x": 1, "y": [2]}).encode()

    culprits = narrowed("/things", lambda request: len(json.loads(request.body)) > 1, body=body)

    assert [(culprit.where, culprit.text) for culprit in culprits or ()] == [
        ("body", '{"name": "a", "x": 1, "y": [2]}')
    ]


def test_value_of_a_path_is_no_culprit_if_another_value_is_not_found() -> None:
    def fails(request: Request) -> bool:
        return "/things/1" not in request.target

    assert narrowed("/things/2?q=a", fails, otherwise=404) == []


def test_exchange_of_a_culprit_has_no_other_optional_value() -> None:
    culprits = narrowed("/things/1?limit=3&q=a", asks("q"))

    assert [culprit.exchange.request.target for culprit in culprits or ()] == ["/api/things/1?q=a"]


def test_known_culprit_is_not_found_again() -> None:
    assert narrowed("/things/1?q=a", asks("q"), "query q") is None


def test_another_culprit_beside_a_known_one_is_found() -> None:
    culprits = narrowed("/things/1?q=a&limit=3", lambda request: bool(request.query), "query q")

    assert [culprit.where for culprit in culprits or ()] == ["query limit"]


def test_few_requests_of_an_operation_are_narrowed() -> None:
    asked = 0

    def fails(request: Request) -> bool:
        nonlocal asked
        asked += 1
        return True

    narrowed("/things/1?q=a", fails, times=50)

    assert asked < 20


def listed(status: int) -> Callable[[Request], Reply]:
    """The answers of a server that does not take an empty `q`."""
    return lambda request: reply(status=status) if parse_qs(request.query, True).get("q") == [""] else reply()


LISTS = contract_of({path: {"get": {"parameters": [WORD, LIMIT], "responses": responses()}} for path in ("/a", "/b")})


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (500, 'query q: "" is answered with 500'),
        (400, 'query q: "" follows the contract, and is answered with 400'),
    ],
)
def test_finding_of_a_generated_request_names_the_value(status: int, message: str) -> None:
    server = Small({"GET /a": listed(status), "GET /b": listed(status)})

    verdict = checked(LISTS, server, generate=True, skip=("status-undeclared", "invalid-accepted"))

    assert {text for _, _, text in found(verdict)} == {message}
    (cause,) = causes_of(verdict.findings)
    assert (cause.operations, cause.subject) == (("GET /a", "GET /b"), "query q")
