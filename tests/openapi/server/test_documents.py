"""The endpoints that are not part of the contract: documents and health."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import pytest
from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from tests.openapi.conftest import Client, Serve

CONTRACT = """
paths: {/a: {get: {operationId: a, responses: {'200': {$ref: '#/components/responses/R'}}}}}
components: {responses: {R: {description: 'é {{ braces }}'}}}
"""
HANDLERS = "async def a(): return None"
ADDRESSES = ["/openapi.yaml", "/openapi.json", "/docs", "/livez", "/readyz"]


@pytest.fixture
def client(serve: Serve) -> Client:
    return serve(CONTRACT, HANDLERS)


def test_the_yaml_is_the_published_file_byte_for_byte(client: Client) -> None:
    response = client.get("/openapi.yaml")

    assert response.headers["content-type"] == "application/yaml"
    assert response.content.endswith(CONTRACT.encode())


def test_the_json_is_the_document_with_its_references(client: Client) -> None:
    assert client.get("/openapi.json").json() == {
        "openapi": "3.0.3",
        "info": {"title": "Invented", "version": "1"},
        "servers": [],
        "paths": {"/a": {"get": {"operationId": "a", "responses": {"200": {"$ref": "#/components/responses/R"}}}}},
        "components": {"responses": {"R": {"description": "é {{ braces }}"}}},
    }


def test_everything_that_the_page_loads_is_served_by_this_server(client: Client) -> None:
    loaded = re.findall(r'(?:src|href)="(/[^"]+)"', client.get("/docs").text)
    responses = [client.get(path) for path in loaded]

    assert [(response.status_code, response.headers["content-type"]) for response in responses] == [
        (200, "text/css; charset=utf-8"),
        (200, "text/javascript; charset=utf-8"),
        (200, "text/javascript; charset=utf-8"),
    ]


def test_the_page_can_load_from_this_server_only(client: Client) -> None:
    policy = client.get("/docs").headers["content-security-policy"]

    assert "default-src 'none'; script-src 'self';" in policy


def test_livez_uses_no_other_part(serve: Serve) -> None:
    async def check() -> None:
        raise OSError("gone")

    response = serve(CONTRACT, HANDLERS, checks={"store": check}).get("/livez")

    assert (response.status_code, response.json()) == (200, {"status": "alive"})


def test_readyz_is_200_if_every_part_is_ready(serve: Serve) -> None:
    async def check() -> None:
        return None

    response = serve(CONTRACT, HANDLERS, checks={"store": check, "keys": check}).get("/readyz")

    assert (response.status_code, response.json()) == (200, {"status": "ready", "checked": ["store", "keys"]})
    assert response.headers["cache-control"] == "no-store"


def test_a_ready_part_can_have_a_note(serve: Serve) -> None:
    async def good() -> None:
        return None

    async def noted() -> str:
        return "not for long"

    response = serve(CONTRACT, HANDLERS, checks={"store": good, "keys": noted}).get("/readyz")

    body = {"status": "ready", "checked": ["store", "keys"], "notes": {"keys": "not for long"}}
    assert (response.status_code, response.json()) == (200, body)


def test_not_ready_names_every_failed_part_with_the_code_of_its_error(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """The exact error is only in the log, not in the answer."""

    async def good() -> None:
        return None

    async def unknown() -> None:
        raise OSError("/srv/relay is gone")

    async def known() -> None:
        raise HTTPException(413, "too much")

    response = serve(CONTRACT, HANDLERS, checks={"store": unknown, "clock": good, "keys": known}).get("/readyz")

    assert (response.status_code, response.headers["cache-control"], response.json()) == (
        503,
        "no-store",
        {"success": False, "error": "store: INTERNAL_ERROR; keys: BODY_TOO_LARGE", "code": "NOT_READY"},
    )
    assert caplog.messages == ["GET /readyz: store: /srv/relay is gone; keys: 413: too much"]


def test_a_part_whose_check_times_out_is_not_ready(monkeypatch: pytest.MonkeyPatch, serve: Serve) -> None:
    async def hang() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("openapi.server.health.PATIENCE", 0.01)
    response = serve(CONTRACT, HANDLERS, checks={"store": hang}).get("/readyz")

    assert (response.status_code, response.json()["error"]) == (503, "store: no answer within 0.01 s")


@pytest.mark.parametrize("path", ADDRESSES)
def test_the_endpoints_of_the_server_allow_get_only(client: Client, path: str) -> None:
    response = client.post(path)

    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    ("options", "statuses"),
    [
        ({}, [200] * 5),
        ({"documents": False}, [404] * 3 + [200] * 2),
        ({"health": False}, [200] * 3 + [404] * 2),
    ],
)
def test_the_endpoints_of_the_server_can_be_switched_off(
    serve: Serve, options: dict[str, Any], statuses: list[int]
) -> None:
    client = serve(CONTRACT, HANDLERS, **options)

    assert [client.get(path).status_code for path in ADDRESSES] == statuses
