"""Authentication: the authenticators by scheme, in the order of the contract."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from handlers.authentication.auth import TokenInvalid, TokenMissing

if TYPE_CHECKING:
    from tests.openapi.conftest import Client, Serve

OK = "responses: {'200': {description: d, content: {application/json: {}}}}"
CONTRACT = f"""
security: [{{token: []}}]
paths:
  /token: {{get: {{operationId: by_token, {OK}}}}}
  /basic: {{get: {{operationId: by_password, security: [{{basic: []}}], {OK}}}}}
  /either: {{get: {{operationId: either, security: [{{key: []}}, {{basic: [], token: []}}, {{token: [a]}}], {OK}}}}}
  /public: {{get: {{operationId: public, security: [], {OK}}}}}
  /optional: {{get: {{operationId: optional, security: [{{token: []}}, {{}}], {OK}}}}}
  /arguments:
    post:
      operationId: arguments
      requestBody: {{required: true, content: {{application/json: {{}}}}}}
      {OK}
components:
  securitySchemes:
    token: {{type: http, scheme: Bearer}}
    basic: {{type: http, scheme: basic}}
    key: {{type: apiKey, in: header, name: X-Key}}
"""
HANDLERS = """
async def by_token(caller): return caller
async def by_password(caller): return caller
async def either(caller): return caller
async def public(caller="nobody"): return caller
async def optional(caller="nobody"): return caller
async def arguments(caller, body): return [caller, body]
"""


async def by_token(authorization: Sequence[bytes]) -> object:
    if not authorization:
        raise TokenMissing
    if authorization != [b"Bearer good"]:
        raise TokenInvalid
    return "token"


async def by_password(authorization: Sequence[bytes]) -> object:
    return f"password of {len(authorization)}"


@pytest.fixture
def client(serve: Serve) -> Client:
    return serve(CONTRACT, HANDLERS, authenticators={"bearer": by_token, "basic": by_password})


@pytest.mark.parametrize(
    ("path", "caller"),
    [
        ("/token", "token"),
        ("/basic", "password of 1"),
        ("/either", "token"),
        ("/public", "nobody"),
        ("/optional", "nobody"),
    ],
)
def test_the_authenticator_of_the_scheme_gives_the_caller(client: Client, path: str, caller: str) -> None:
    """The first of several requirements that can be checked decides; an operation with an empty one is public."""
    assert client.get(path, headers={"authorization": "Bearer good"}).json() == caller


def test_every_authorization_header_reaches_the_authenticator(client: Client) -> None:
    response = client.get("/basic", headers=[("Authorization", "a"), ("authorization", "b"), ("x-authorization", "c")])

    assert response.json() == "password of 2"


@pytest.mark.parametrize(("headers", "code"), [({}, "TOKEN_MISSING"), ({"authorization": "x"}, "TOKEN_INVALID")])
def test_a_request_without_valid_credentials_is_refused(client: Client, headers: dict[str, str], code: str) -> None:
    response = client.get("/token", headers=headers)

    assert (response.status_code, response.json()["code"]) == (401, code)


def test_credentials_are_checked_before_the_arguments(client: Client) -> None:
    assert client.post("/arguments", content=b"{").status_code == 401


def test_a_handler_gets_its_caller_and_its_arguments(client: Client) -> None:
    response = client.post("/arguments", content=b"{}", headers={"authorization": "Bearer good"})

    assert response.json() == ["token", {}]


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer good"}], ids=["refused", "answered"])
def test_an_answer_for_a_caller_must_not_be_cached(client: Client, headers: dict[str, str]) -> None:
    response = client.get("/token", headers=headers)

    assert (response.headers["cache-control"], response.headers["vary"]) == ("no-store", "Authorization")


@pytest.mark.parametrize("path", ["/public", "/optional"])
def test_a_public_answer_can_be_cached(client: Client, path: str) -> None:
    assert not {"cache-control", "vary"} & client.get(path).headers.keys()
