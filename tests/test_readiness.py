"""`/readyz` of a real server names the part that is not ready; only the log has the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Eventually, Running, Server

STORE_LOST = "store: STORE_UNAVAILABLE"
KEYS_MISSING = "keys: KEYS_UNAVAILABLE"


@pytest.fixture
def keyless(running_server: Running) -> Iterator[Server]:
    """A server without keys, because the file of published keys is missing."""
    settings = {"TETHER_RELAY_JWT_SECRET": "", "TETHER_RELAY_JWT_JWKS_URL": "/nowhere/keys.json"}
    with running_server(environment=settings) as server:
        yield server


def lose_store(server: Server) -> None:
    server.database.rename(server.database.with_name("elsewhere"))


def answer(server: Server) -> tuple[int, str]:
    response = server.client.get("/readyz")
    body = response.json()
    assert body == {"success": False, "error": body["error"], "code": "NOT_READY"}
    return response.status_code, body["error"]


def test_a_missing_store_is_named(own_server: Server) -> None:
    lose_store(own_server)

    assert answer(own_server) == (503, STORE_LOST)


def test_missing_keys_are_named(keyless: Server) -> None:
    assert answer(keyless) == (503, KEYS_MISSING)


def test_all_parts_that_are_not_ready_are_named(keyless: Server) -> None:
    lose_store(keyless)

    assert answer(keyless) == (503, f"{KEYS_MISSING}; {STORE_LOST}")


def test_the_reason_is_in_the_log(own_server: Server, eventually: Eventually) -> None:
    lose_store(own_server)
    answer(own_server)

    assert eventually(
        lambda: f"GET /readyz: store: The store {own_server.database} does not exist" in own_server.output
    )
