"""The costs of the mock: imports at its start, and memory."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openapi.contract import PUBLISHED
from openapi.mock.log.log import MOST_BODY, MOST_BYTES

if TYPE_CHECKING:
    from tests.conftest import Running, Server

ROOT = Path(__file__).parents[3]
MIB = 1024 * 1024
NOTES = f"""\
openapi: 3.0.3
info: {{title: Notes, version: '1'}}
paths:
  /notes:
    post:
      operationId: add_note
      requestBody: {{content: {{text/plain: {{schema: {{type: string}}}}}}}}
      responses:
        '201': {{description: Added., content: {{text/plain: {{example: {"y" * MOST_BODY}}}}}}}
"""
# Builds and announces a mock, which answers one request of our contract, one with a body and one of its own API. Prints
# the imported modules after the first answer and after the last one.
IMPORTED = """
import asyncio, sys
from scripts.cli import main
from scripts.cli.mock import command as mock, server as mock_server

async def ask(app, method, path, body=b""):
    headers = [(b"host", b"localhost:2212"), (b"authorization", b"Bearer mock"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": headers}
    sent = []

    async def receive():
        return {"type": "http.request", "body": body}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    assert sent[0]["status"] == 200, sent

def tell():
    print("imported", *sorted({name.partition(".")[0] for name, module in sys.modules.items() if module}))

async def asked(app):
    await ask(app, "GET", "/api/calls/providers")
    tell()
    await ask(app, "POST", "/notes/notes", b'"a note"')
    await ask(app, "GET", "/__mock/state")
    await ask(app, "PUT", "/__mock/scenario", b'{"name": "200"}')
    tell()

mock.run = lambda app, *others: asyncio.run(asked(app))
sys.argv = ["tether-relay", "mock", *sys.argv[1:]]
main()
"""


@pytest.fixture(scope="module")
def imports(running_server: Running, tmp_path_factory: pytest.TempPathFactory) -> list[set[str]]:
    """The modules that a mock has imported after its first answer, and after answers of each kind."""
    notes = tmp_path_factory.mktemp("imports") / "notes.yaml"
    notes.write_text(NOTES.replace("text/plain", "application/json").replace("'201'", "'200'"))
    contracts = [str(PUBLISHED), f"/notes={notes}"]
    command = [sys.executable, "-W", "ignore", "-c", IMPORTED, *contracts, "--port", "65535"]
    done = subprocess.run(command, cwd=ROOT, env={"PATH": os.defpath}, capture_output=True, text=True, check=True)
    printed = [set(line.split()[1:]) for line in done.stdout.splitlines() if line.startswith("imported ")]
    assert len(printed) == 2
    return printed


@pytest.fixture
def imported(imports: list[set[str]]) -> set[str]:
    """The modules that a mock has imported after its first answer."""
    return imports[0]


@pytest.fixture(scope="module")
def mock(running_server: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A mock of a contract whose operation takes a body."""
    notes = tmp_path_factory.mktemp("notes") / "notes.yaml"
    notes.write_text(NOTES)
    with running_server(str(notes), "--quiet", command=("tether-relay", "mock")) as running:
        yield running


def memory(mock: Server) -> int:
    """The memory of a mock, in bytes."""
    found = re.search(r"^VmRSS:\s+(\d+) kB$", Path(f"/proc/{mock.process.pid}/status").read_text(), re.MULTILINE)
    assert found
    return 1024 * int(found[1])


def post(mock: Server, count: int, size: int) -> None:
    """Send this many requests with a body of this size in turn; each answer has `MOST_BODY` bytes."""
    sent = b"POST /notes HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % size
    sent += b"x" * size
    with mock.connect() as connection:
        for _ in range(count):
            connection.sendall(sent)
            received = 0
            while received < MOST_BODY:
                received += len(connection.recv(MIB))


def test_the_list_of_imports_has_the_parts_of_a_mock(imported: set[str]) -> None:
    """Otherwise the next test would prove nothing."""
    assert {"openapi", "scripts", "uvicorn", "jsonschema_rs"} <= imported


@pytest.mark.parametrize(
    "package",
    [
        "connexion",
        "granian",
        "httpx",
        "hypothesis",
        "jsonschema",
        "pydantic",
        "pytest",
        "rich",
        "schemathesis",
        "store",
    ],
)
def test_the_first_answer_imports_only_what_it_needs(imported: set[str], package: str) -> None:
    assert package not in imported


def test_a_body_and_the_mocks_own_api_need_no_connexion(imports: list[set[str]]) -> None:
    assert "connexion" not in imports[1]


@pytest.mark.long
def test_the_memory_after_many_large_requests_is_bounded_by_the_log(mock: Server) -> None:
    post(mock, 10, MOST_BODY)
    mock.client.get("/__mock/requests")  # loads the control API, which takes some 20 MiB once
    before = memory(mock)
    post(mock, 2_000, 2 * MOST_BODY)
    logged = mock.client.get("/__mock/requests").json()

    # The last 500 requests without a limit would have four times as much.
    assert memory(mock) - before < MOST_BYTES + 16 * MIB
    assert 100 < len(logged) < 200


def test_the_largest_bodies_leak_no_memory(mock: Server) -> None:
    post(mock, 1, 8 * MIB)
    before = memory(mock)
    post(mock, 20, 8 * MIB)

    assert memory(mock) - before < 24 * MIB
