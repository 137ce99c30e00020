"""The lines of the log: one for each request, readable by programs and people, and without what must not be there."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from handlers.auth import Caller
from openapi.server.observation import Exchange
from scripts.cli.logs import Output, RequestLog, Timestamp, log_config, masks, renderer, with_log_key
from scripts.cli.settings import Settings, read_settings

if TYPE_CHECKING:
    from tests.conftest import Eventually, Running, Server

ROOT = Path(__file__).parents[2]
PATH = "/api/calls/providers"
TIME = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ")


def lines(server: Server, **wanted: object) -> list[dict[str, Any]]:
    """The lines of a log in JSON that say this."""
    events = [json.loads(line) for line in server.output.splitlines() if line.startswith("{")]
    return [event for event in events if wanted.items() <= event.items()]


@pytest.fixture(scope="module")
def quiet(running_server: Running) -> Iterator[Server]:
    with running_server("--log-level", "warning") as server:
        yield server


def test_a_request_is_one_line(server: Server, eventually: Eventually) -> None:
    server.client.get(
        PATH, headers={"Authorization": f"Bearer {server.token()}", "X-Request-ID": "one-line", "Accept": "*/*"}
    )
    assert eventually(lambda: lines(server, request_id="one-line"))
    (line,) = lines(server, request_id="one-line")

    assert TIME.fullmatch(line.pop("time"))
    assert 0 < line.pop("duration_ms") < 5000
    assert re.fullmatch("[0-9a-f]{16}", line.pop("user"))
    assert line == {
        "level": "info",
        "event": "request",
        "method": "GET",
        "operation": "get_calls_providers",
        "status": 200,
        "code": None,
        "request_id": "one-line",
    }


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", PATH, ("get_calls_providers", 401, "TOKEN_MISSING", None)),
        ("POST", PATH, (None, 405, "METHOD_NOT_ALLOWED", None)),
        ("GET", "/+14165550100/user_ada", (None, 404, "ROUTE_NOT_FOUND", None)),
        ("GET", f"{PATH}?number=%2B14165550100", ("get_calls_providers", 401, "TOKEN_MISSING", None)),
        ("GET", "/docs", ("/docs", 200, None, None)),
    ],
)
def test_what_was_asked_for_is_told_without_its_path(
    server: Server, eventually: Eventually, method: str, path: str, expected: tuple[object, ...]
) -> None:
    """That no path, number or id is in the output is looked at when the server ends."""
    answer = server.client.request(method, path)
    request_id = answer.headers["X-Request-ID"]
    assert eventually(lambda: lines(server, request_id=request_id))
    (line,) = lines(server, request_id=request_id)

    assert (line["operation"], line["status"], line["code"], line["user"]) == expected


def test_the_fields_are_those_of_the_documentation(server: Server, eventually: Eventually) -> None:
    request_id = server.get().headers["X-Request-ID"]
    assert eventually(lambda: lines(server, request_id=request_id))
    section = (ROOT / "docs/operating.md").read_text().partition("## Logs")[2].partition("## ")[0]

    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(lines(server, request_id=request_id)[0])


def test_probes_are_not_told_unless_asked_for(server: Server, eventually: Eventually) -> None:
    probe = server.client.get("/livez").headers["X-Request-ID"]
    after = server.client.get("/docs").headers["X-Request-ID"]

    assert eventually(lambda: lines(server, request_id=after))
    assert lines(server, request_id=probe) == []


def test_a_higher_level_tells_failures_alone(quiet: Server, eventually: Eventually) -> None:
    good = quiet.get().headers["X-Request-ID"]
    held = quiet.database.with_suffix(".away")
    quiet.database.rename(held)
    assert eventually(lambda: quiet.get().status_code == 500)
    failed = quiet.get().headers["X-Request-ID"]
    held.rename(quiet.database)

    assert eventually(lambda: lines(quiet, request_id=failed, event="request"))
    assert lines(quiet, request_id=good) == []
    assert [line["level"] for line in lines(quiet, request_id=failed)] == ["error", "error"]


def test_all_workers_write_the_same_for_a_user_and_another_start_does_not(running_server: Running) -> None:
    def users() -> set[str]:
        with running_server("--workers", "2") as server:
            for _ in range(40):
                server.get()
            server.stop()
            return {line["user"] for line in lines(server, event="request")}

    first, second = users(), users()

    assert (len(first), len(second), len(first | second)) == (1, 1, 2)


def test_a_key_makes_the_hashes_last(running_server: Running) -> None:
    def user() -> Any:
        with running_server(environment={"TETHER_RELAY_LOG_KEY": "a key of the operator"}) as server:
            server.get()
            server.stop()
            return lines(server, event="request")[0]["user"]

    assert user() == user()


def test_text_is_for_people(running_server: Running, eventually: Eventually) -> None:
    with running_server("--log-format", "text") as server:
        server.get()

        assert eventually(lambda: re.search(r"info +\] request +.*status=200", server.output))


def test_other_servers_write_the_lines_too(running_server: Running, eventually: Eventually) -> None:
    command = ("uvicorn", "--factory", "scripts.cli.asgi:create_app")
    with running_server(command=command) as server:
        request_id = server.get().headers["X-Request-ID"]

        assert eventually(lambda: lines(server, request_id=request_id))


# --- in this process -----------------------------------------------------------------------------


@pytest.fixture
def settings() -> Settings:
    return read_settings(log_format="json", jwt_secret="s" * 40)


def exchange(**about: Any) -> Exchange:
    return Exchange(**{"method": "GET", "request_id": "r", "operation": "get_a", "status": 200, **about})


def told(settings: Settings, event: Exchange, level: int = logging.INFO) -> list[dict[str, Any]]:
    written: list[bytes] = []
    RequestLog(written.append, renderer(settings), b"key", level)(event)
    return [json.loads(line) for line in written]


@pytest.mark.parametrize(
    ("event", "level"),
    [
        (exchange(), "info"),
        (exchange(status=404, operation=None), "info"),
        (exchange(status=500), "error"),
        (exchange(status=503, operation="/readyz"), "error"),
        (exchange(operation="/readyz"), "debug"),
        (exchange(status=None), "info"),
    ],
)
def test_the_level_follows_from_the_status(settings: Settings, event: Exchange, level: str) -> None:
    assert [line["level"] for line in told(settings, event, logging.DEBUG)] == [level]


def test_who_left_before_the_answer_is_told(settings: Settings) -> None:
    (line,) = told(settings, exchange(status=None))

    assert (line["status"], line["code"]) == (None, "CLIENT_GONE")


def test_a_method_that_nobody_has_heard_of_is_not_repeated(settings: Settings) -> None:
    assert told(settings, exchange(method="X" * 10_000))[0]["method"] == "OTHER"


def test_a_user_is_a_hash_by_the_key(settings: Settings) -> None:
    (line,) = told(settings, exchange(caller=Caller("user_ada", None)))

    assert line["user"] == "231e093d16826a73"


def test_a_key_is_made_once_for_all_workers(settings: Settings) -> None:
    keyed = with_log_key(settings)

    assert keyed.log_key is not None
    assert with_log_key(keyed) is keyed


def test_the_time_is_utc_with_milliseconds() -> None:
    times = iter([0.0, 0.0419, 1_800_000_000.999])
    timestamp = Timestamp(lambda: next(times))

    assert [timestamp() for _ in range(3)] == [
        "1970-01-01T00:00:00.000Z",
        "1970-01-01T00:00:00.041Z",
        "2027-01-15T08:00:00.999Z",
    ]


def test_lines_that_cannot_be_written_are_lost_and_counted() -> None:
    """Whoever reads the pipe has stopped, and no request may wait for it."""
    reading, writing = os.pipe()
    write = Output(writing)
    for _ in range(200):
        write(b"x" * 1023 + b"\n")
    read = os.read(reading, 1_000_000)
    write(b"after\n")
    told = os.read(reading, 1_000_000)
    os.close(reading)
    os.close(writing)

    lost = 200 - read.count(b"\n")
    assert lost > 0
    assert told == b'{"event":"%d lines of the log were lost: its reader is too slow"}\nafter\n' % lost


@pytest.mark.parametrize("closed", ["reading", "both"])
def test_an_output_that_is_closed_breaks_nothing(closed: str) -> None:
    reading, writing = os.pipe()
    write = Output(writing)
    os.close(reading)
    if closed == "both":
        os.close(writing)
    write(b"line\n")
    if closed != "both":
        os.close(writing)


def test_a_file_is_written_to(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as file:
        Output(file.fileno())(b"line\n")

    assert (tmp_path / "log").read_bytes() == b"line\n"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln failed", "Bearer [token] failed"),
        ("row (+14165550100, sinch)", "row ([number], sinch)"),
        (f"the key {'s' * 40}!", "the key [secret]!"),
        ("1 + 2 = 3, +1, 2026-11-24T02:39:32Z", "1 + 2 = 3, +1, 2026-11-24T02:39:32Z"),
    ],
)
def test_what_must_stand_in_no_log_is_masked(settings: Settings, text: str, masked: str) -> None:
    assert masks(settings)(text) == masked


def test_a_failure_is_logged_with_its_traceback_in_one_line(
    settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    handler = log_config(settings)["handlers"]["stderr"]["()"]()
    logger = logging.Logger("a.logger")
    logger.addHandler(handler)
    try:
        raise ValueError("of +14165550100")
    except ValueError:
        logger.exception("it %s", "failed", extra={"request_id": "r"})
    (line,) = capfd.readouterr().err.splitlines()
    event = json.loads(line)

    assert TIME.fullmatch(event.pop("time"))
    assert event.pop("exception").endswith("ValueError: of [number]")
    assert event == {"level": "error", "event": "it failed", "logger": "a.logger", "request_id": "r"}


@pytest.mark.parametrize(
    ("format", "terminal", "json_"), [("auto", False, True), ("auto", True, False), ("text", False, False)]
)
def test_auto_is_text_in_a_terminal(monkeypatch: pytest.MonkeyPatch, format: str, terminal: bool, json_: bool) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stderr", stream)
    line = renderer(read_settings(log_format=format))({"time": "T", "level": "info", "event": "request", "status": 200})

    assert line.startswith(b"{") == json_
    assert line.endswith(b"\n")


def test_the_key_is_never_shown() -> None:
    assert "hidden" not in repr(read_settings(log_key=SecretStr("hidden")))
