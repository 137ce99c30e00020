"""The mock as an application: several contracts, requests that are for no operation, and internal errors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from openapi.mock.mocking import Mock
from openapi.mock.settings import MockSettings
from openapi.mock.snapshot import Snapshot

if TYPE_CHECKING:
    from tests.openapi.mock.conftest import Asked, MockOf

HEAD = "openapi: 3.0.3\ninfo: {title: Invented, version: '1'}\n"
ONE = "paths: {/a: {get: {operationId: get_a, responses: {'200': {description: A}}}}}\n"
LIKE = ONE.replace("/a", "'/like/{id}'").replace("get_a", "get_like").replace("A}}", "A}, '404': {description: B}}")


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory, asked: Callable[[Mock], Asked]) -> Asked:
    """Two contracts, one below the prefix of the other."""
    folder = tmp_path_factory.mktemp("contracts")
    sources = {"/one": folder / "one.yaml", "/one/two": folder / "two.yaml"}
    sources["/one"].write_text(HEAD + ONE)
    sources["/one/two"].write_text(HEAD + LIKE)
    return asked(Mock(sources, settings=MockSettings(auth="off")))


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/one/a", 200),
        ("/one/two/like/1", 200),
        ("/one/like/1", 404),
        ("/onea", 404),
        ("/a", 404),
        ("/one/openapi.yaml", 200),
        ("/openapi.yaml", 404),
    ],
)
def test_each_contract_answers_below_its_prefix(several: Asked, target: str, status: int) -> None:
    assert several(target).status_code == status


def test_operations_of_several_contracts_have_prefixed_names(several: Asked) -> None:
    state = several("/__mock/state").json()

    assert [operation["id"] for operation in state["operations"]] == ["one/get_a", "one/two/get_like"]
    assert [contract["prefix"] for contract in state["contracts"]] == ["/one", "/one/two"]


def test_a_scenario_of_one_contract_does_not_affect_another(several: Asked) -> None:
    several.put("scenario", name="404")

    assert [several(target).status_code for target in ("/one/a", "/one/two/like/1")] == [200, 404]
    several("/__mock/reset", "POST")
    refused = several.put("scenario", name="404", operation="one/get_a")
    assert refused.json()["error"] == "The scenario '404' does not apply to the operation 'one/get_a'."


@pytest.mark.parametrize("headers", [{"X-Mock-Session": "a b"}, {"Cookie": "mock-session=" + "x" * 65}])
def test_a_malformed_session_name_is_refused(mock_of: MockOf, headers: dict[str, str]) -> None:
    response = mock_of(ONE)("/a", headers=headers)

    assert (response.status_code, response.json()["code"]) == (400, "SESSION_MALFORMED")
    assert response.headers["x-mock-reason"].startswith("The name of a session must be")


def test_a_bug_of_the_mock_is_answered_with_500_and_logged(
    mock_of: MockOf, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a mistake")

    ask = mock_of(ONE)
    monkeypatch.setattr(Snapshot, "route", fail)
    response = ask("/a")

    assert (response.status_code, response.json()["code"]) == (500, "MOCK_FAILED")
    assert "a mistake" in caplog.text


def test_a_websocket_is_closed_and_other_scopes_are_not_supported(mock_of: MockOf) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> dict[str, object]:
        return {"type": "websocket.connect"}

    app: Any = mock_of(ONE).app
    asyncio.run(app({"type": "websocket"}, receive, send))
    with pytest.raises(NotImplementedError):
        asyncio.run(app({"type": "lifespan"}, receive, send))

    assert sent == [{"type": "websocket.close"}]


@pytest.mark.parametrize(
    ("method", "path", "allowed"), [("GET", "/a", "GET, HEAD"), ("PUT", "/a", None), ("GET", "/nowhere", None)]
)
def test_a_preflight_is_granted_only_for_declared_methods(
    mock_of: MockOf, method: str, path: str, allowed: str | None
) -> None:
    headers = {"Origin": "http://app.example", "Access-Control-Request-Method": method}
    response = mock_of(ONE)(path, "OPTIONS", headers=headers)

    assert response.headers.get("access-control-allow-methods") == allowed
    assert ("access-control-allow-origin" in response.headers) is (allowed is not None)


@pytest.mark.parametrize(
    ("target", "method", "reason"),
    [
        (
            "/b",
            "GET",
            "CORS preflight for GET: no operation has this path. The page sees a CORS failure.",
        ),
        (
            "/a",
            "PUT",
            "CORS preflight for PUT: the path does not support this method. The page sees a CORS failure.",
        ),
    ],
)
def test_the_log_has_the_reason_of_a_failed_preflight(mock_of: MockOf, target: str, method: str, reason: str) -> None:
    ask = mock_of(ONE)
    ask(target, "OPTIONS", headers={"Origin": "http://app.test", "Access-Control-Request-Method": method})

    assert ask("/__mock/requests").json()[-1]["reason"] == reason


def test_a_hang_ends_when_the_client_leaves(mock_of: MockOf) -> None:
    ask = mock_of(ONE)
    ask.put("fault", fault={"kind": "hang"})

    async def leave() -> list[Any]:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        messages = iter([{"type": "http.request"}, {"type": "http.disconnect"}])

        async def receive() -> Any:
            return next(messages)

        scope = {"type": "http", "method": "GET", "path": "/a", "query_string": b"", "headers": []}
        await ask.app(scope, receive, send)
        return sent

    assert asyncio.run(leave()) == []
    (logged,) = ask("/__mock/requests").json()
    assert (logged["status"], logged["reason"]) == (None, "Fault: hang.")


@pytest.mark.parametrize("to", ["/x?y=1", "http://localhost:3000/app", "https://app.localhost/"])
def test_a_shared_link_redirects_to_paths_and_to_this_machine(several: Asked, to: str) -> None:
    response = several("/__mock/use/200", params={"to": to})

    assert (response.status_code, response.headers["location"]) == (303, to)


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "https://evil.example",
        "javascript:x",
        "x",
        "\\\\x",
        "http://[",
        "/a b",
        "http://localhost@evil",
    ],
)
def test_a_shared_link_does_not_redirect_elsewhere(several: Asked, to: str) -> None:
    assert several("/__mock/use/200", params={"to": to}).status_code == 400
