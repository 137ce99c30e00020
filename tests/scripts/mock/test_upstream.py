"""`tether-relay mock --upstream URL` forwards requests to the upstream, and mocks what it lacks."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from openapi.mock.mocking import Mock
from openapi.mock.upstream import UpstreamMode
from tests.loopback import Handler, listening

if TYPE_CHECKING:
    from tests.conftest import Running, Server

PATH = "/api/calls/providers"
TOKEN = {"Authorization": "Bearer mock"}
THINGS: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Things", "version": "1"},
    "paths": {
        "/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {
                "operationId": "getThing",
                "responses": {
                    "200": {"description": "x", "content": {"application/json": {"schema": {"type": "object"}}}},
                    "404": {"description": "x"},
                },
            },
        },
        "/things": {
            "post": {
                "operationId": "createThing",
                "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
                "responses": {"201": {"description": "x", "content": {"application/json": {"example": {"id": 7}}}}},
            }
        },
    },
}
OTHER = {
    "parameters": [{"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}],
    "delete": {"operationId": "deleteThing", "responses": {"204": {"description": "x"}}},
}


@contextmanager
def behind(
    answer: bytes = b'{"provider":"twilio","phoneNumber":"+14165550199"}', status: int = 200, **more: str
) -> Iterator[Any]:
    """A server with this answer, and the requests that it received."""
    headers = {"Content_Type": "application/json", "Access_Control_Allow_Origin": "https://other", **more}
    got: list[tuple[str, str, bytes, dict[str, str]]] = []

    class Origin(Handler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            got.append((self.command, self.path, body, {name.lower(): value for name, value in self.headers.items()}))
            self.reply(status, answer, **headers)

        do_POST = do_GET

    with listening(Origin) as url:
        yield url, got


@contextmanager
def mocking(running_server: Running, url: str, *arguments: str) -> Iterator[Server]:
    with running_server("--upstream", url, *arguments, command=("tether-relay", "mock")) as mock:
        yield mock


def last(mock: Server) -> dict[str, Any]:
    """The last entry of the log."""
    entry: dict[str, Any] = mock.client.get("/__mock/requests").json()[-1]
    return entry


def test_an_operation_of_the_upstream_is_answered_by_it_with_cors(running_server: Running) -> None:
    with behind() as (url, got), mocking(running_server, url) as mock:
        response = mock.client.get(PATH + "?a=1", headers={**TOKEN, "Origin": "http://app.test"})
        entry = last(mock)

    assert response.json() == {"provider": "twilio", "phoneNumber": "+14165550199"}
    assert response.headers.get_list("access-control-allow-origin") == ["http://app.test"]
    assert len(response.headers.get_list("date")) == 1
    assert response.headers["x-mock-reason"].startswith("The upstream answered 200.")
    assert (got[0][1], got[0][3]["authorization"]) == (PATH + "?a=1", "Bearer mock")
    assert (entry["source"], entry["operation"], entry["violations"]) == ("upstream", "get_calls_providers", [])


def test_an_answer_that_breaks_the_contract_is_forwarded_and_its_violations_are_shown(running_server: Running) -> None:
    with behind(b'{"provider":"telnyx","phoneNumber":5}') as (url, _), mocking(running_server, url) as mock:
        response = mock.client.get(PATH, headers=TOKEN)
        entry = last(mock)

    assert response.content == b'{"provider":"telnyx","phoneNumber":5}'
    assert len(entry["violations"]) == 2


@pytest.mark.parametrize("status", [404, *(pytest.param(status, marks=pytest.mark.long) for status in (405, 501))])
def test_an_operation_that_the_upstream_lacks_is_mocked(running_server: Running, status: int) -> None:
    with behind(b"{}", status) as (url, _), mocking(running_server, url) as mock:
        response = mock.client.get(PATH, headers=TOKEN)
        entry = last(mock)

    assert response.json() == {"provider": "sinch", "phoneNumber": "+14165550100"}
    assert f"The upstream does not have this operation: it answered {status}." in response.headers["x-mock-reason"]
    assert entry["source"] == "mock"


def test_a_status_that_the_contract_declares_is_an_answer(running_server: Running, tmp_path: Path) -> None:
    contract = tmp_path / "things.json"
    contract.write_text(json.dumps(THINGS))
    with behind(b"", 404) as (url, _), mocking(running_server, url, str(contract)) as mock:
        response = mock.client.get("/things/1")

    assert response.status_code == 404
    assert response.headers["x-mock-reason"].startswith("The upstream answered 404.")


def test_a_body_that_the_upstream_did_not_read_reaches_the_mock(running_server: Running, tmp_path: Path) -> None:
    contract = tmp_path / "things.json"
    contract.write_text(json.dumps(THINGS))
    with behind(b"", 404) as (url, got), mocking(running_server, url, f"/v2={contract}") as mock:
        response = mock.client.post("/v2/things", json={"a": 1})
        wrong = mock.client.post("/v2/things", content=b"{", headers={"Content-Type": "application/json"})

    assert got[0][:3] == ("POST", "/things", b'{"a":1}')
    assert (response.status_code, response.json()) == (201, {"id": 7})
    assert wrong.status_code == 400


def test_preferences_for_the_mock_are_answered_by_the_mock(running_server: Running) -> None:
    with behind() as (url, got), mocking(running_server, url) as mock:
        preferred = mock.client.get(PATH, headers={**TOKEN, "Prefer": "scenario=none"})
        mock.client.put("/__mock/scenario", json={"name": "sinch"})
        chosen = mock.client.get(PATH, headers=TOKEN)

    assert preferred.json() == {"provider": None, "phoneNumber": None}
    assert chosen.json()["provider"] == "sinch"
    assert got == []


def test_other_preferences_are_forwarded(running_server: Running) -> None:
    with behind() as (url, got), mocking(running_server, url) as mock:
        headers = [*TOKEN.items(), ("Prefer", "return=minimal, example="), ("Prefer", "wait=10")]
        mock.client.get(PATH, headers=headers)
        mock.client.get(PATH, headers={**TOKEN, "Prefer": "dynamic=false, handling=strict"})
        mock.client.get(PATH, headers={**TOKEN, "Prefer": "example="})

    assert [sent.get("prefer") for *_, sent in got] == ["return=minimal, wait=10", None]


def test_operations_can_be_routed_before_the_first_request() -> None:
    mock = Mock(upstream=UpstreamMode("http://127.0.0.1:1"))
    target = mock.snapshot.route(PATH.encode(), "GET")

    assert (target.operation, target.mounted) == ("get_calls_providers", mock.snapshot.mounts[""])


def test_paths_that_differ_only_in_parameter_names_are_validated(running_server: Running, tmp_path: Path) -> None:
    things = THINGS["paths"]["/things/{id}"]
    contract = tmp_path / "things.json"
    contract.write_text(json.dumps(THINGS | {"paths": {"/things/{id}": things, "/things/{name}": OTHER}}))
    with behind(b"[]") as (url, _), mocking(running_server, url, str(contract)) as mock:
        response = mock.client.get("/things/1")
        (violation,) = last(mock)["violations"]

    assert response.json() == []
    assert "object" in violation


def test_the_source_of_an_operation_is_switched(running_server: Running) -> None:
    with behind() as (url, got), mocking(running_server, url) as mock:
        before = mock.client.get("/__mock/state").json()
        after = mock.client.put("/__mock/source", json={"operation": "get_calls_providers", "source": "mock"}).json()
        response = mock.client.get(PATH, headers=TOKEN)

    sources = [{each["id"]: each["source"] for each in state["operations"]} for state in (before, after)]
    assert (before["upstream"], sources[0]["get_calls_providers"]) == (url, "upstream")
    assert sources[1]["get_calls_providers"] == "mock"
    assert (response.json()["provider"], got) == ("sinch", [])


def test_an_unreachable_upstream_is_reported(running_server: Running) -> None:
    with behind() as (url, _):
        pass
    with mocking(running_server, url) as mock:
        response = mock.client.get(PATH, headers=TOKEN)

    assert (response.status_code, response.json()["code"]) == (502, "UPSTREAM_UNREACHABLE")
    assert url in response.json()["error"]


def test_without_an_upstream_it_cannot_be_chosen(running_server: Running) -> None:
    with running_server(command=("tether-relay", "mock")) as mock:
        refused = mock.client.put("/__mock/source", json={"operation": "get_calls_providers", "source": "upstream"})

    assert refused.status_code == 400
    assert "--upstream" in refused.json()["error"]


def test_an_invalid_url_is_refused(running_server: Running) -> None:
    with running_server("--upstream", "localhost:1", command=("tether-relay", "mock"), wait=False) as mock:
        assert mock.process.wait(30) == 2
        assert mock.output.startswith("tether-relay: --upstream: ")


@pytest.mark.long
@pytest.mark.parametrize(
    ("content", "violations"),
    [
        (gzip.compress(b'{"provider":"twilio","phoneNumber":"+14165550199"}'), 0),
        (gzip.compress(b'{"provider":"twilio","phoneNumber":5}'), 1),
        (b"no gzip", 1),
    ],
    ids=["valid", "invalid", "wrongly coded"],
)
def test_an_answer_with_an_unrequested_coding_is_decoded_and_validated(
    running_server: Running, content: bytes, violations: int
) -> None:
    with behind(content, Content_Encoding="gzip") as (url, _), mocking(running_server, url) as mock:
        with mock.client.stream("GET", PATH, headers=TOKEN) as response:
            passed = b"".join(response.iter_raw())
        entry = last(mock)

    assert passed == content
    assert len(entry["violations"]) == violations


def test_a_large_answer_is_forwarded_whole_without_validation(running_server: Running) -> None:
    large = json.dumps({"provider": "sinch", "padding": "x" * 2_000_000}).encode()
    with behind(large) as (url, _), mocking(running_server, url) as mock:
        response = httpx.get(mock.url + PATH, headers=TOKEN, trust_env=False)
        entry = last(mock)

    assert response.content == large
    assert entry["violations"] == ["not validated: the answer is longer than 1048576 bytes"]
