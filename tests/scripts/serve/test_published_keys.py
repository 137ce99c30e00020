"""A server with published keys: rotation, outages and log lines."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from tests.loopback import Handler, listening

if TYPE_CHECKING:
    from tests.conftest import Eventually, Running, Server

UNAVAILABLE = {
    "success": False,
    "error": "Tokens cannot be verified at the moment. Try again later.",
    "code": "KEYS_UNAVAILABLE",
}


class Publisher:
    """Publishes the public keys of `private`, by id, while `open` is set; `down` makes every answer a 503."""

    def __init__(self) -> None:
        self.url = ""
        self.private = {"one": Ed25519PrivateKey.generate(), "two": Ed25519PrivateKey.generate()}
        self.published = ["one"]
        self.down = False
        self.asked = 0
        self.open = threading.Event()
        self.open.set()

    def answer(self) -> tuple[int, bytes]:
        self.asked += 1
        self.open.wait()
        keys = [
            {**OKPAlgorithm.to_jwk(self.private[key_id].public_key(), as_dict=True), "kid": key_id}
            for key_id in self.published
        ]
        return (503, b"") if self.down else (200, json.dumps({"keys": keys}).encode())

    def get(self, server: Server, key_id: str) -> httpx.Response:
        claims = {"sub": "user_ada", "exp": int(time.time()) + 60}
        token = jwt.encode(claims, self.private[key_id], "EdDSA", {"kid": key_id})
        return server.client.get("/api/calls/providers", headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    published = Publisher()

    class Keys(Handler):
        def do_GET(self) -> None:
            self.reply(*published.answer())

    with listening(Keys) as address:
        published.url = f"{address}/jwks"
        yield published
        published.open.set()


@pytest.fixture
def environment(publisher: Publisher) -> dict[str, str]:
    """Settings that read the keys every second."""
    return {
        "TETHER_RELAY_JWT_SECRET": "",
        "TETHER_RELAY_JWT_JWKS_URL": publisher.url,
        "TETHER_RELAY_JWT_JWKS_REFRESH": "1",
    }


def ready(server: Server) -> tuple[int, Any]:
    response = server.client.get("/readyz")
    return response.status_code, response.json()


def test_a_published_key_verifies(running_server: Running, publisher: Publisher, environment: dict[str, str]) -> None:
    with running_server(environment=environment) as server:
        assert publisher.get(server, "one").status_code == 200
        assert ready(server) == (200, {"status": "ready", "checked": ["keys", "store"]})


@pytest.mark.long
def test_keys_rotate_without_a_restart(
    running_server: Running, publisher: Publisher, environment: dict[str, str], eventually: Eventually
) -> None:
    with running_server(environment=environment | {"TETHER_RELAY_JWT_JWKS_REFRESH": "300"}) as server:
        assert publisher.get(server, "one").status_code == 200
        publisher.published = ["two"]
        assert publisher.get(server, "two").status_code == 200
        refused = publisher.get(server, "one")

    assert (refused.status_code, refused.json()["code"], publisher.asked) == (401, "TOKEN_INVALID", 2)


@pytest.mark.long
def test_only_tokens_with_unknown_keys_wait_for_a_refresh_up_to_its_timeout(
    running_server: Running, publisher: Publisher, environment: dict[str, str], eventually: Eventually
) -> None:
    environment |= {"TETHER_RELAY_JWT_JWKS_REFRESH": "300", "TETHER_RELAY_JWT_JWKS_TIMEOUT": "2"}
    with running_server(environment=environment) as server, ThreadPoolExecutor(10) as others:
        assert publisher.get(server, "one").status_code == 200
        publisher.open.clear()
        start = time.monotonic()
        unknown = [others.submit(publisher.get, server, "two") for _ in range(10)]
        assert eventually(lambda: publisher.asked == 2)
        known = publisher.get(server, "one").status_code
        waiting = not any(asked.done() for asked in unknown)
        refused = {asked.result().json()["code"] for asked in unknown}
        took = time.monotonic() - start

    assert (known, waiting, refused, publisher.asked) == (200, True, {"TOKEN_INVALID"}, 2)
    # With some seconds for a busy machine; one refresh after another would take twenty.
    assert 2 <= took < 5


def test_a_removed_key_stops_working_at_the_next_refresh(
    running_server: Running, publisher: Publisher, environment: dict[str, str], eventually: Eventually
) -> None:
    with running_server(environment=environment) as server:
        assert publisher.get(server, "one").status_code == 200
        publisher.published = ["two"]

        assert eventually(lambda: publisher.get(server, "one").status_code == 401)


@pytest.mark.long
def test_the_last_valid_keys_stay_in_force_during_an_outage_which_is_logged(
    running_server: Running, publisher: Publisher, environment: dict[str, str], eventually: Eventually
) -> None:
    with running_server(environment=environment) as server:
        publisher.down = True
        assert eventually(lambda: "notes" in ready(server)[1])
        answer = publisher.get(server, "one")
        noted = ready(server)

    assert answer.status_code == 200
    note = "the last valid keys are in force; see the log for the reason"
    assert noted == (200, {"status": "ready", "checked": ["keys", "store"], "notes": {"keys": note}})
    assert "the keys could not be refreshed: the answer has the status 503, not 200" in server.output


@pytest.mark.long
def test_keys_that_cannot_be_read_again_expire(
    running_server: Running, publisher: Publisher, environment: dict[str, str], eventually: Eventually
) -> None:
    with running_server(environment=environment | {"TETHER_RELAY_JWT_JWKS_MAX_AGE": "1.5"}) as server:
        publisher.down = True
        assert eventually(lambda: publisher.get(server, "one").status_code == 500)
        publisher.down = False

        assert eventually(lambda: publisher.get(server, "one").status_code == 200)


@pytest.mark.long
def test_the_answer_is_500_until_keys_are_read(
    running_server: Running, publisher: Publisher, environment: dict[str, str], eventually: Eventually
) -> None:
    publisher.down = True
    with running_server(environment=environment) as server:
        answer = publisher.get(server, "one")
        readiness = ready(server)
        publisher.down = False
        healed = eventually(lambda: publisher.get(server, "one").status_code == 200)

    assert (answer.status_code, answer.json(), "www-authenticate" in answer.headers) == (500, UNAVAILABLE, False)
    assert (readiness[0], readiness[1]["error"]) == (503, "keys: KEYS_UNAVAILABLE")
    assert healed


@pytest.mark.long
def test_a_request_without_a_token_needs_no_key(
    running_server: Running, publisher: Publisher, environment: dict[str, str]
) -> None:
    publisher.down = True
    with running_server(environment=environment) as server:
        response = server.client.get("/api/calls/providers")

    assert (response.status_code, response.json()["code"]) == (401, "TOKEN_MISSING")
