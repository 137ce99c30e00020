"""The lines of the log: one per request, readable by programs and people, without personal data."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Eventually, Running, Server

ROOT = Path(__file__).parents[3]
PATH = "/api/calls/providers"
TIME = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ")


def lines(server: Server, **wanted: object) -> list[dict[str, Any]]:
    """The lines of a JSON log with these fields."""
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
def test_a_line_has_the_operation_but_not_the_path(
    server: Server, eventually: Eventually, method: str, path: str, expected: tuple[object, ...]
) -> None:
    """The fixture checks at its end that the output contains no path, number or id."""
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


def test_probes_are_logged_only_at_level_debug(server: Server, eventually: Eventually) -> None:
    probe = server.client.get("/livez").headers["X-Request-ID"]
    after = server.client.get("/docs").headers["X-Request-ID"]

    assert eventually(lambda: lines(server, request_id=after))
    assert lines(server, request_id=probe) == []


def test_level_warning_logs_only_failures(quiet: Server, eventually: Eventually) -> None:
    good = quiet.get().headers["X-Request-ID"]
    held = quiet.database.with_suffix(".away")
    quiet.database.rename(held)
    assert eventually(lambda: quiet.get().status_code == 500)
    failed = quiet.get().headers["X-Request-ID"]
    held.rename(quiet.database)

    assert eventually(lambda: lines(quiet, request_id=failed, event="request"))
    assert lines(quiet, request_id=good) == []
    assert [line["level"] for line in lines(quiet, request_id=failed)] == ["error", "error"]


@pytest.mark.long
def test_all_workers_hash_a_user_alike_and_another_start_differently(running_server: Running) -> None:
    def users() -> set[str]:
        with running_server("--workers", "2") as server:
            for _ in range(40):
                server.get()
            server.stop()
            return {line["user"] for line in lines(server, event="request")}

    first, second = users(), users()

    assert (len(first), len(second), len(first | second)) == (1, 1, 2)


@pytest.mark.long
def test_hashes_stay_the_same_with_a_log_key(running_server: Running) -> None:
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


@pytest.fixture(scope="module")
def uvicorn(running_server: Running) -> Iterator[Server]:
    with running_server(command=("uvicorn", "--factory", "scripts.cli.serve.asgi:create_app")) as server:
        yield server


@pytest.mark.long
def test_another_asgi_server_writes_the_same_lines(uvicorn: Server, eventually: Eventually) -> None:
    request_id = uvicorn.get().headers["X-Request-ID"]

    assert eventually(lambda: lines(uvicorn, request_id=request_id))


@pytest.mark.long
def test_messages_of_another_asgi_server_have_the_same_form_and_no_paths(
    uvicorn: Server, eventually: Eventually
) -> None:
    """Their own request log, with the whole path, is switched off."""
    uvicorn.client.get("/+14165550100/user_ada?token=abc")

    assert eventually(lambda: lines(uvicorn, logger="uvicorn.error", event="Application startup complete."))
    assert [line for line in uvicorn.output.splitlines() if "GET" in line and not line.startswith("{")] == []


def start_with(redirection: str) -> tuple[str, ...]:
    """The command that serves with another stderr."""
    program = str(Path(sys.executable).with_name("tether-relay"))
    return ("/bin/bash", "-c", f'exec "$0" "$@" {redirection}', program, "serve")


@pytest.mark.long
@pytest.mark.parametrize(
    "redirection",
    ["2>&-", "2>&- >&-", "2>/dev/full", "2> >(exit)"],
    ids=["closed", "all closed", "full", "no reader"],
)
def test_answers_do_not_fail_if_the_log_cannot_be_written(running_server: Running, redirection: str) -> None:
    with running_server(command=start_with(redirection)) as server:
        statuses = {server.get().status_code for _ in range(20)}
    with closing(sqlite3.connect(server.database)) as database:
        found = database.execute("PRAGMA integrity_check").fetchall()

    assert (statuses, found) == ({200}, [("ok",)])


@pytest.mark.long
def test_answers_do_not_wait_for_the_reader_of_the_log(running_server: Running, tmp_path: Path) -> None:
    """The pipe is full after a few hundred lines; a later line has the number of lost lines."""
    os.mkfifo(tmp_path / "log")
    with open(os.open(tmp_path / "log", os.O_RDWR | os.O_NONBLOCK), "rb", buffering=0) as reader:
        with running_server("--workers", "2", command=start_with(f"2>{tmp_path / 'log'}")) as server:
            statuses = {server.get().status_code for _ in range(800)}
            before = reader.read(1_000_000)
            statuses |= {server.get().status_code for _ in range(50)}
        after = reader.read(1_000_000)

    lost = [json.loads(line).get("lost") for line in after.splitlines()]
    assert statuses == {200}
    assert len(before) <= 65536
    assert sum(filter(None, lost)) > 100
