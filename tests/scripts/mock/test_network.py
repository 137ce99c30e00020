"""The connections of the mock and its start, as a process over HTTP."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from click.testing import CliRunner

from scripts.cli import main
from scripts.cli.mock.command import mock as command

if TYPE_CHECKING:
    from tests.conftest import Eventually, Running, Server

PATH = "/api/calls/providers"
TOKEN = {"Authorization": "Bearer mock"}
SESSION = {"X-Mock-Session": "one"}
WAYS: dict[str, tuple[dict[str, str] | None, dict[str, str]]] = {
    # The headers of an earlier choice, if any, and then the headers of the request.
    "Prefer": (None, {"Prefer": "scenario=offline"}),
    "cookie": (None, {"Cookie": "mock-scenario=offline"}),
    "session": (SESSION, SESSION),
    "session cookie": ({"Cookie": "mock-session=two"}, {"Cookie": "mock-session=two"}),
    "everybody": ({}, {}),
}


@pytest.fixture(scope="module")
def mock(running_server: Running) -> Iterator[Server]:
    with running_server("--scenario", "none", command=("tether-relay", "mock"), measured=True) as running:
        yield running


@pytest.fixture
def fresh(mock: Server) -> Iterator[Server]:
    """The mock, as it was at start again after the test."""
    yield mock
    mock.client.post("/__mock/reset")


def test_the_option_scenario_sets_the_first_scenario(mock: Server) -> None:
    assert mock.client.get(PATH, headers=TOKEN).json() == {"provider": None, "phoneNumber": None}


@pytest.mark.parametrize("way", WAYS)
def test_offline_resets_the_connection_however_it_is_chosen(fresh: Server, way: str) -> None:
    choosing, headers = WAYS[way]
    if choosing is not None:
        fresh.client.put("/__mock/scenario", json={"name": "offline"}, headers=choosing)

    with pytest.raises(httpx.ReadError, match="reset"):
        fresh.client.get(PATH, headers={**TOKEN, **headers})


def test_a_request_that_hangs_has_no_answer_until_the_client_leaves(fresh: Server, eventually: Eventually) -> None:
    fresh.client.put("/__mock/fault", json={"fault": {"kind": "hang"}}, headers=SESSION)

    with pytest.raises(httpx.ReadTimeout):
        fresh.client.get(PATH, headers={**TOKEN, **SESSION}, timeout=0.2)
    assert fresh.client.get(PATH, headers=TOKEN).status_code == 200
    assert eventually(lambda: fresh.client.get("/__mock/requests", headers=SESSION).json())
    (logged,) = fresh.client.get("/__mock/requests", headers=SESSION).json()
    assert (logged["status"], logged["reason"]) == (None, "Fault: hang.")


@pytest.mark.parametrize("headers", [TOKEN, {}], ids=["answered", "refused"])
def test_a_truncated_answer_is_shorter_than_its_content_length(fresh: Server, headers: dict[str, str]) -> None:
    fresh.client.put("/__mock/fault", json={"fault": {"kind": "truncate"}})

    with fresh.client.stream("GET", PATH, headers=headers) as response:
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
            response.read()
        announced = int(response.headers["content-length"])
    assert response.num_bytes_downloaded == announced // 2


def test_a_waiting_request_ends_when_its_client_disconnects(fresh: Server, eventually: Eventually) -> None:
    fresh.client.put("/__mock/fault", json={"fault": {"delay": 100}})
    with pytest.raises(httpx.ReadTimeout):
        fresh.client.get(PATH, headers=TOKEN, timeout=0.02)

    assert eventually(lambda: fresh.client.get("/__mock/requests").json())


def test_the_stream_of_events_reaches_a_client(fresh: Server) -> None:
    with fresh.client.stream("GET", "/__mock/events") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "retry: 500"
        fresh.client.get(PATH, headers=TOKEN)
        assert next(line for line in lines if line) == "event: request"
        assert '"operation":"get_calls_providers"' in next(lines)


def test_the_terminal_has_a_line_for_each_request_without_its_query(fresh: Server, eventually: Eventually) -> None:
    fresh.client.get(f"{PATH}?key=secret", headers=TOKEN)

    assert eventually(lambda: f"GET {PATH} 200  none  " in fresh.output)
    assert "secret" not in fresh.output


def test_a_websocket_is_answered_as_http(mock: Server) -> None:
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "eA==",
    }

    assert mock.client.get(PATH, headers={**TOKEN, **headers}).status_code == 200


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--scenario", "nope"], "--scenario: unknown scenario 'nope'; the scenarios are twilio, sinch"),
        (["--scenario", "twillio"], "Did you mean 'twilio'?"),
        (["https://a.test/b.yaml"], "https://a.test/b.yaml is a URL, and contracts must be files: download it"),
        (["/a=https://a.test/b.yaml"], "https://a.test/b.yaml is a URL"),
        (["crm=/tmp/c.yaml"], "crm=/tmp/c.yaml: No such file; a prefix begins with a slash: write /crm=/tmp/c.yaml"),
        (["nowhere.yaml"], "nowhere.yaml: cannot be read"),
        (["--scenarios", "nowhere.yaml"], "nowhere.yaml: cannot be read"),
        (["--scenarios", "bad.yaml"], "bad.yaml#/scenarios/one/operations/get_calls_provider: there is no operation"),
        (["/a b=x.yaml"], "'/a b' is not a prefix; write, for example, /billing=x.yaml"),
        (["/__mock=x.yaml"], "is not a prefix"),
        (["a.yaml", "b.yaml"], "a.yaml and b.yaml both have no prefix; write /one=a.yaml /two=b.yaml"),
    ],
)
def test_a_failed_start_is_one_line_with_the_reason(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    sentence: str,
) -> None:
    (tmp_path / "bad.yaml").write_text(
        "scenarios: {one: {description: It is., operations: {get_calls_provider: {status: 200}}}}"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["tether-relay", "mock", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    error = capsys.readouterr().err

    assert ended.value.code == 2
    assert sentence in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("--errors", "the mock always refuses requests that break the contract"),
        ("-d", "write --dynamic"),
        ("--prot", "'--port'"),
    ],
)
def test_an_option_of_prism_is_refused_with_the_alternative(option: str, sentence: str) -> None:
    refused = CliRunner().invoke(command, [option])

    assert refused.exit_code == 2
    assert sentence in refused.output
