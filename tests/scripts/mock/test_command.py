"""`tether-relay mock`, as a process, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from openapi.contract import PUBLISHED

if TYPE_CHECKING:
    from tests.conftest import Eventually, Running, Server

PATH = "/api/calls/providers"
TOKEN = {"Authorization": "Bearer mock"}


@pytest.fixture(scope="module")
def mock(running_server: Running) -> Iterator[Server]:
    with running_server(command=("tether-relay", "mock")) as running:
        yield running


@pytest.fixture
def fresh(mock: Server) -> Iterator[Server]:
    """The mock, as it was at start again after the test."""
    yield mock
    mock.client.post("/__mock/reset")


def received(mock: Server, sent: bytes) -> bytes:
    answer = b""
    with mock.connect() as connection:
        connection.sendall(sent)
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


@pytest.mark.parametrize(
    ("prefer", "status", "body"),
    [
        ("scenario=twilio", 200, {"provider": "twilio", "phoneNumber": "+14165550101"}),
        ("scenario=sinch", 200, {"provider": "sinch", "phoneNumber": "+14165550100"}),
        ("scenario=none", 200, {"provider": None, "phoneNumber": None}),
        ("scenario=no-number", 200, {"provider": "twilio", "phoneNumber": None}),
    ],
)
def test_prefer_selects_a_scenario(mock: Server, prefer: str, status: int, body: object) -> None:
    response = mock.client.get(PATH, headers={**TOKEN, "Prefer": prefer})

    assert (response.status_code, response.json()) == (status, body)


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, "TOKEN_MISSING"),
        ({**TOKEN, "Prefer": 'code="401"'}, 401, "UNAUTHORIZED"),
        ({**TOKEN, "Prefer": "code=500, dynamic=true"}, 500, "INTERNAL_SERVER_ERROR"),
        ({**TOKEN, "Prefer": "code=418"}, 404, "STATUS_NOT_DECLARED"),
        ({**TOKEN, "Prefer": "example=foo"}, 404, "EXAMPLE_NOT_FOUND"),
        ({**TOKEN, "Prefer": "scenario=foo"}, 404, "SCENARIO_NOT_FOUND"),
        ({**TOKEN, "Accept": "json"}, 400, "ACCEPT_MALFORMED"),
        ({**TOKEN, "Accept": "text/html"}, 406, "NOT_ACCEPTABLE"),
        ({**TOKEN, "X-Mock-Session": "a b"}, 400, "SESSION_MALFORMED"),
    ],
)
def test_an_error_states_its_reason(mock: Server, headers: dict[str, str], status: int, code: str) -> None:
    response = mock.client.get(PATH, headers=headers)

    assert (response.status_code, response.json()["code"]) == (status, code)


def test_a_choice_of_one_session_does_not_affect_others(fresh: Server) -> None:
    own = {**TOKEN, "X-Mock-Session": "one"}
    fresh.client.put("/__mock/scenario", json={"name": "twilio"}, headers=own)
    answers = [fresh.client.get(PATH, headers=headers).json()["provider"] for headers in (own, TOKEN)]

    assert answers == ["twilio", "sinch"]


@pytest.mark.parametrize("kind", ["reset", "truncate"])
def test_a_cut_connection_has_no_complete_answer(fresh: Server, kind: str) -> None:
    fresh.client.put("/__mock/fault", json={"fault": {"kind": kind}})

    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        fresh.client.get(PATH, headers=TOKEN)


def test_a_fault_ends_after_its_number_of_times(fresh: Server) -> None:
    fresh.client.put("/__mock/fault", json={"fault": {"kind": "unavailable", "times": 2, "retryAfter": 7}})
    answers = [fresh.client.get(PATH, headers=TOKEN) for _ in range(3)]

    assert [(answer.status_code, answer.headers.get("retry-after")) for answer in answers] == [
        (503, "7"),
        (503, "7"),
        (200, None),
    ]


@pytest.mark.parametrize(
    ("method", "path", "allowed"), [("GET", PATH, "GET, HEAD"), ("DELETE", PATH, None), ("GET", "/nowhere", None)]
)
def test_a_preflight_allows_what_is_declared(mock: Server, method: str, path: str, allowed: str | None) -> None:
    headers = {"Origin": "http://app.example", "Access-Control-Request-Method": method}
    response = mock.client.options(path, headers=headers)

    assert response.headers.get("access-control-allow-methods") == allowed


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", b"431"),
        (b"GET /" + b"x" * 40_000 + b" HTTP/1.1\r\n\r\n", b"414"),
    ],
    ids=["no HTTP", "bytes in the target", "headers", "target"],
)
def test_a_request_that_is_not_http_is_refused_in_the_envelope(mock: Server, sent: bytes, status: bytes) -> None:
    answer = received(mock, sent)

    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b'{"success":false,"error":"' in answer


def test_a_shared_link_does_not_redirect_to_other_hosts(mock: Server) -> None:
    answers = [mock.client.get("/__mock/use/sinch", params={"to": to}) for to in ("/x", "//evil.example", "\\\\evil")]

    assert [answer.status_code for answer in answers] == [303, 400, 400]


def test_a_page_of_another_origin_cannot_control_the_mock(mock: Server) -> None:
    response = mock.client.post("/__mock/reset", headers={"Origin": "https://evil.example"})

    assert (response.status_code, response.json()["code"]) == (403, "ORIGIN_REFUSED")


def test_a_saved_contract_is_in_force_and_a_broken_one_is_reported(
    running_server: Running, tmp_path: Path, eventually: Eventually
) -> None:
    contract = tmp_path / "contract.yaml"
    contract.write_bytes(PUBLISHED.read_bytes())
    with running_server("/one=" + str(contract), command=("tether-relay", "mock")) as mock:
        path = "/one" + PATH
        contract.write_text("paths: [")
        assert eventually(lambda: "x-mock-error" in mock.client.get(path, headers=TOKEN).headers)
        assert mock.client.get(path, headers=TOKEN).status_code == 200

        contract.write_bytes(
            PUBLISHED.read_bytes().replace(b"example:\n        provider: sinch", b"example:\n        provider: twilio")
        )
        assert eventually(lambda: mock.client.get(path, headers=TOKEN).json()["provider"] == "twilio")
        assert "x-mock-error" not in mock.client.get(path, headers=TOKEN).headers


def test_an_expired_token_is_refused_only_with_auth_jwt(running_server: Running) -> None:
    with running_server("--auth", "jwt", command=("tether-relay", "mock")) as mock:
        tokens = [mock.client.post("/__mock/token", params={"ttl": ttl}).json()["token"] for ttl in (60, -60)]
        answers = [mock.client.get(PATH, headers={"Authorization": f"Bearer {token}"}) for token in (*tokens, "mock")]

    assert [answer.status_code for answer in answers] == [200, 401, 401]
    assert [answer.json()["code"] for answer in answers[1:]] == ["TOKEN_EXPIRED", "TOKEN_INVALID"]
    assert answers[1].headers["www-authenticate"] == 'Bearer realm="tether-relay", error="invalid_token"'
