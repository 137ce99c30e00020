"""The paths below /__mock, in process: access, the control API, the stream of events, and the log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import jwt
import orjson
import pytest

from openapi.contract import load_contract
from openapi.http.hosts import is_known, is_loopback
from openapi.http.messages import Request, Response
from openapi.mock.control.pages import CONTROL
from openapi.mock.mocking import Mock
from openapi.mock.scenarios.scenario_file import SCENARIOS
from openapi.mock.transport.cors import is_preflight, origin_headers, preflight_headers
from openapi.validation import ContractValidator

if TYPE_CHECKING:
    from tests.openapi.mock.conftest import Asked, MockOf

PATH = "/api/calls/providers"
TOKEN = {"Authorization": "Bearer mock"}
EVIL = {"Origin": "https://evil.example"}


@pytest.fixture(scope="module")
def mocked(asked: Callable[[Mock], Asked]) -> Asked:
    return asked(Mock(scenario_file=SCENARIOS))


@pytest.fixture
def ask(mocked: Asked) -> Asked:
    """A mock of the published contract, in its state at start."""
    mocked.mock.state.reset(None)
    mocked.mock.log.clear()
    return mocked


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "localhost:2212",
        "LOCALHOST",
        "app.localhost:1",
        "127.0.0.1:2212",
        "192.168.1.7",
        "[::1]:2212",
        "mock:2212",
        "devbox.example:2212",
    ],
)
def test_addresses_and_unregistrable_names_are_known_hosts(host: str | None) -> None:
    assert is_known(host, "Devbox.example")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:2212", "localhost.evil.example", "[", "a.b:c"]
)
def test_registrable_names_are_unknown_hosts(host: str) -> None:
    assert not is_known(host, "127.0.0.1")


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("http://localhost:3000", True),
        ("http://app.localhost", True),
        ("https://[::1]:1", True),
        ("https://evil.example", False),
        ("http://localhost.evil.example", False),
        ("null", False),
        ("http://[", False),
    ],
)
def test_only_origins_on_this_machine_are_loopback(origin: str, expected: bool) -> None:
    assert is_loopback(origin) is expected


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/__mock/reset"), ("GET", "/__mock/requests"), ("GET", "/__mock/events"), ("GET", "/__mock")],
)
def test_a_rebound_host_is_refused(ask: Asked, method: str, path: str) -> None:
    headers = {"Host": "evil.example:2212", "Origin": "http://evil.example:2212"}
    response = ask(path, method, headers=headers)

    assert (response.status_code, response.json()["code"]) == (403, "HOST_REFUSED")
    assert "http://127.0.0.1:2212" in response.json()["error"]


def test_operations_answer_for_every_host(ask: Asked) -> None:
    assert ask(PATH, headers={**TOKEN, "Host": "api.example"}).status_code == 200


def test_a_page_of_another_origin_can_neither_change_nor_read(ask: Asked) -> None:
    changed, read = ask("/__mock/reset", "POST", headers=EVIL), ask("/__mock/requests", headers=EVIL)

    assert (changed.status_code, changed.json()["code"]) == (403, "ORIGIN_REFUSED")
    assert "access-control-allow-origin" not in read.headers


@pytest.mark.parametrize("origin", ["http://localhost:3000", "http://devbox:2212"])
def test_a_page_from_this_machine_can_change_and_read(ask: Asked, origin: str) -> None:
    response = ask("/__mock/reset", "POST", headers={"Origin": origin, "Host": "devbox:2212"})

    assert (response.status_code, response.headers["access-control-allow-origin"]) == (200, origin)


@pytest.mark.parametrize(
    ("origin", "allowed"), [("http://localhost:3000", True), ("https://evil.example", False), ("http://[", False)]
)
def test_a_preflight_of_the_control_api_is_granted_only_to_this_machine(ask: Asked, origin: str, allowed: bool) -> None:
    headers = {"Origin": origin, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-a"}
    response = ask("/__mock/scenario", "OPTIONS", headers=headers)

    assert response.status_code == 204
    assert ("PUT" in response.headers.get("access-control-allow-methods", "")) is allowed


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/__mock/state", None),
        ("PUT", "/__mock/scenario", {"name": "none"}),
        ("PUT", "/__mock/scenario", {"name": "nope"}),
        ("DELETE", "/__mock/scenario", None),
        ("PUT", "/__mock/fault", {"fault": {"delay": [0, 1], "share": 0.5, "times": 3}}),
        ("DELETE", "/__mock/fault", None),
        ("PUT", "/__mock/source", {"operation": "get_calls_providers", "source": "mock"}),
        ("PUT", "/__mock/source", {"operation": "get_calls_providers", "source": "upstream"}),
        ("GET", "/__mock/sample", None),
        ("GET", "/__mock/sample?operation=nope", None),
        ("POST", "/__mock/token", None),
        ("POST", "/__mock/token?ttl=x", None),
        ("GET", "/__mock/requests", None),
        ("GET", "/__mock/requests/999", None),
        ("GET", "/__mock/use/sinch", None),
        ("GET", "/__mock/use/nope", None),
        ("DELETE", "/__mock/requests", None),
        ("POST", "/__mock/reset", None),
    ],
)
def test_the_control_api_keeps_its_contract(ask: Asked, method: str, path: str, body: object) -> None:
    ask(PATH, headers=TOKEN)
    got = ask(path, method, json=body)
    judge = ContractValidator(load_contract(CONTROL))
    operation = judge.operation(Request(method, path))
    response = Response(got.status_code, tuple(got.headers.multi_items()), got.content, 0.0)

    assert operation is not None
    assert judge.response(operation, method, response) == []


def test_the_mock_accepts_its_sample_request(ask: Asked) -> None:
    sample = ask("/__mock/sample?operation=get_calls_providers").json()

    assert ask(sample["target"], sample["method"], headers=dict(sample["headers"])).status_code == 200


def test_an_impossible_sample_request_has_a_reason(mock_of: MockOf) -> None:
    ask = mock_of(
        "paths: {/a: {post: {operationId: a, responses: {'200': {description: A}}, requestBody: {required: true,"
        " content: {multipart/form-data: {schema: {type: object}}}}}}}"
    )
    sentences = [ask(f"/__mock/sample{query}").json()["error"] for query in ("?operation=a", "")]

    assert "a multipart/form-data body is not" in sentences[0]
    assert sentences[1] == "The mock cannot make a sample request for any operation."


@pytest.mark.parametrize(
    ("path", "code", "sentence"),
    [
        ("/__mock/requests/999", "REQUEST_NOT_FOUND", "The log does not contain the request 999."),
        ("/__mock/use/nope", "SCENARIO_NOT_FOUND", "There is no scenario 'nope'. Available scenarios: twilio"),
    ],
)
def test_unknown_numbers_and_scenarios_are_not_found(ask: Asked, path: str, code: str, sentence: str) -> None:
    response = ask(path)

    assert (response.status_code, response.json()["code"]) == (404, code)
    assert response.json()["error"].startswith(sentence)


@pytest.mark.parametrize(
    ("link", "host", "to", "location"),
    [
        (
            "/sinch",
            "127.0.0.1:1",
            "http://localhost:2/a",
            "http://localhost:1/__mock/use/sinch?to=http%3A%2F%2Flocalhost%3A2%2Fa",
        ),
        ("", "127.0.0.1:1", "http://localhost:2/a", "http://localhost:1/__mock/use?to=http%3A%2F%2Flocalhost%3A2%2Fa"),
        ("/sinch", "localhost", "http://127.0.0.1/", "http://127.0.0.1/__mock/use/sinch?to=http%3A%2F%2F127.0.0.1%2F"),
        ("/sinch", "localhost:1", "http://localhost:2/", "http://localhost:2/"),
        ("/sinch", "127.0.0.1:1", "/a", "/a"),
        ("/sinch", "[::1]:1", "http://localhost:2/", "http://localhost:2/"),
    ],
)
def test_a_link_also_sets_its_cookie_for_the_host_of_the_page(
    ask: Asked, link: str, host: str, to: str, location: str
) -> None:
    response = ask(f"/__mock/use{link}", params={"to": to}, headers={"Host": host})

    assert (response.status_code, response.headers["location"]) == (303, location)
    assert response.headers["set-cookie"].startswith("mock-scenario=")


def test_the_control_document_is_served(ask: Asked) -> None:
    assert ask("/__mock/openapi.yaml").content == CONTROL.read_bytes()


def test_the_panel_is_served_with_a_strict_policy(ask: Asked) -> None:
    response, head = ask("/__mock"), ask("/__mock", "HEAD")

    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert (head.content, head.headers["content-length"]) == (b"", str(len(response.content)))


HTML = "text/html,application/xhtml+xml,*/*;q=0.8"


def test_a_browser_at_the_root_is_redirected_to_the_panel(ask: Asked) -> None:
    response = ask("/", headers={"Accept": HTML})

    assert (response.status_code, response.headers["location"]) == (303, "/__mock")
    assert ask("/__mock/").content == ask("/__mock").content


@pytest.mark.parametrize(("method", "path", "accept"), [("GET", "/", "*/*"), ("POST", "/", HTML), ("GET", "/x", HTML)])
def test_other_requests_to_unknown_paths_are_404(ask: Asked, method: str, path: str, accept: str) -> None:
    assert ask(path, method, headers={"Accept": accept}).status_code == 404


def test_a_contract_with_the_path_root_answers_there(mock_of: MockOf) -> None:
    ask = mock_of("paths: {/: {get: {responses: {'204': {description: A}}}}}")

    assert ask("/", headers={"Accept": HTML}).status_code == 204


@pytest.mark.parametrize("ttl", [30, -30])
def test_a_token_has_the_requested_lifetime(ask: Asked, ttl: int) -> None:
    minted = ask(f"/__mock/token?ttl={ttl}", "POST").json()
    claims = jwt.decode(minted["token"], options={"verify_signature": False})
    (logged,) = [ask(PATH, headers={"Authorization": f"Bearer {minted['token']}"})]

    assert logged.status_code == 200
    assert minted["expiresAt"].endswith("Z")
    assert abs(claims["exp"] - claims["iat"] - max(ttl, 0)) <= 1


@pytest.mark.parametrize(("auth", "noted"), [("presence", True), ("off", True), ("jwt", False)])
def test_a_token_has_a_note_if_its_expiry_is_not_checked(mock_of: MockOf, auth: str, noted: bool) -> None:
    minted = mock_of("paths: {/a: {get: {responses: {'200': {description: A}}}}}", auth=auth)("/__mock/token", "POST")

    assert ("only with --auth jwt" in minted.json().get("note", "")) is noted


@pytest.mark.parametrize(
    ("method", "target", "sentence"),
    [
        ("POST", "token?tll=30", "Unknown query parameter 'tll'; allowed: ttl. Did you mean 'ttl'?"),
        ("POST", "reset?now", "Unknown query parameter 'now'; allowed: none."),
        ("GET", "use/sinch?too=/", "Unknown query parameter 'too'; allowed: to. Did you mean 'to'?"),
    ],
)
def test_an_unknown_query_parameter_is_refused(ask: Asked, method: str, target: str, sentence: str) -> None:
    response = ask(f"/__mock/{target}", method)

    assert (response.status_code, response.json()["error"]) == (400, sentence)


def test_a_logged_request_has_details_and_a_snippet_without_secrets(ask: Asked) -> None:
    ask(f"{PATH}?access_token=secret", headers={**TOKEN, "Cookie": "sid=secret", "X-Mock-Session": "one"})
    (logged,) = ask("/__mock/requests", headers={"X-Mock-Session": "one"}).json()
    whole = ask(f"/__mock/requests/{logged['number']}").json()
    text = ask(f"/__mock/requests/{logged['number']}/snippet?as=curl").json()["text"]

    assert (logged["operation"], logged["status"], logged["session"]) == ("get_calls_providers", 200, "one")
    assert orjson.loads(whole["response"]["body"])["provider"] == "sinch"
    assert ["authorization", "Bearer ***"] in whole["request"]["headers"]
    assert "secret" not in orjson.dumps(whole).decode() + text
    assert ask("/__mock/requests", headers={"X-Mock-Session": "two"}).json() == []


def test_the_curl_command_keeps_the_session_cookie_only(ask: Asked) -> None:
    ask(PATH, headers={**TOKEN, "Cookie": "sid=secret; mock-session=one"})
    (logged,) = ask("/__mock/requests").json()
    text = ask(f"/__mock/requests/{logged['number']}/snippet?as=curl").json()["text"]

    assert ("mock-session=one" in text, "secret" in text) == (True, False)


def test_api_keys_are_not_in_the_log(mock_of: MockOf) -> None:
    ask = mock_of(
        """\
        paths: {/a: {get: {operationId: get_a, responses: {'200': {description: A}}}}}
        components:
          securitySchemes:
            one: {type: apiKey, in: header, name: X-Key}
            two: {type: apiKey, in: query, name: key}
        """
    )
    for path in ("/a", "/nowhere"):
        ask(f"{path}?key=secret&page=2", headers={"X-Key": "secret"})
    logged = ask("/__mock/requests").json()

    assert [request["target"] for request in logged] == ["/a?key=***&page=2", "/nowhere?key=***&page=2"]
    assert all("secret" not in ask(f"/__mock/requests/{request['number']}").text for request in logged)


async def events(ask: Asked, count: int, meanwhile: Callable[[], Any]) -> list[tuple[str, Any]]:
    """The first `count` events of the stream; `meanwhile` runs once the stream is open."""
    parts: asyncio.Queue[bytes] = asyncio.Queue()
    leaving = asyncio.Event()

    async def receive() -> dict[str, object]:
        await leaving.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        parts.put_nowait(message.get("body", b""))

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/__mock/events",
        "raw_path": b"/__mock/events",
        "query_string": b"",
        "headers": [],
    }
    stream = asyncio.ensure_future(ask.app(scope, receive, send))
    assert (await parts.get(), await parts.get()) == (b"", b"retry: 500\n\n")
    await meanwhile()
    found = []
    for _ in range(count):
        kind, data = (await asyncio.wait_for(parts.get(), 10)).decode().strip().split("\n")
        found.append((kind.removeprefix("event: "), orjson.loads(data.removeprefix("data: "))))
    leaving.set()
    await asyncio.wait_for(stream, 10)
    return found


def test_the_stream_has_events_for_requests_and_choices(ask: Asked) -> None:
    ask("/__mock/state")

    async def meanwhile() -> None:
        await ask.send(PATH, headers=TOKEN)
        await ask.send("/__mock/scenario", "PUT", json={"name": "none"})

    (first, request), (second, state) = asyncio.run(events(ask, 2, meanwhile))

    assert (first, request["operation"], request["status"]) == ("request", "get_calls_providers", 200)
    assert (second, state) == ("state", {})


def test_a_stream_without_events_sends_comments(ask: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openapi.mock.control.pages._PAUSE", 0.01)

    async def first() -> bytes:
        sent: asyncio.Queue[bytes] = asyncio.Queue()

        async def send(message: Any) -> None:
            sent.put_nowait(message.get("body", b""))

        scope = {"type": "http", "method": "GET", "path": "/__mock/events", "query_string": b"", "headers": []}
        stream = asyncio.ensure_future(ask.app(scope, asyncio.Event().wait, send))  # type: ignore[arg-type]
        found = [await sent.get() for _ in range(3)][-1]
        stream.cancel()
        return found

    assert asyncio.run(first()) == b": still here\n\n"


def test_a_preflight_is_granted_with_the_requested_headers() -> None:
    headers = {
        "origin": "http://a",
        "access-control-request-method": "GET",
        "access-control-request-headers": "x-a, x-b",
        "access-control-request-private-network": "true",
    }
    answer = dict(preflight_headers(headers, ["PUT", "GET"]))

    assert is_preflight("OPTIONS", headers)
    assert not is_preflight("OPTIONS", {"origin": "http://a"})
    assert answer[b"access-control-allow-methods"] == b"GET, PUT"
    assert answer[b"access-control-allow-headers"] == b"x-a, x-b"
    assert answer[b"access-control-allow-private-network"] == b"true"


def test_malformed_requested_headers_are_not_echoed() -> None:
    answer = dict(preflight_headers({"origin": "http://a", "access-control-request-headers": "x\r\ny: z"}, ["GET"]))

    assert b"access-control-allow-headers" not in answer


def test_a_request_without_an_origin_gets_no_cors_headers() -> None:
    assert origin_headers({}) == [(b"vary", b"Origin")]
