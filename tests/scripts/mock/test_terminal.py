"""The output of the mock: a line for each request, and its violations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openapi.mock.log.log import LoggedExchange
from openapi.mock.mocking import Mock
from scripts.cli.mock.command import lines_of, look_through
from tests.loopback import Handler, listening
from tests.raw_http import answers_to

if TYPE_CHECKING:
    from tests.conftest import Eventually, Running, Server

PATH = "/api/calls/providers"
HEAD = f"{PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer mock\r\n".encode()
POST = b"POST /notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
# A mock whose terminal is closed once it has started.
CLOSED = """
import os, sys
from scripts.cli import main
from scripts.cli.mock import command as mock

reading, writing = os.pipe()
os.close(reading)
announce = mock.announce
mock.announce = lambda mocked: (announce(mocked), os.dup2(writing, 1))
sys.argv[1:1] = ["mock"]
main()
"""
NOTES = """\
openapi: 3.0.3
info: {title: Notes, version: '1'}
paths:
  /notes:
    post:
      operationId: add_note
      requestBody:
        content: {application/json: {schema: {type: object, properties: {text: {type: string}}}}}
      responses: {'201': {description: Added., content: {application/json: {example: {id: 7}}}}}
"""


class Upstream(Handler):
    """Answers with a body that breaks the contract."""

    def do_GET(self) -> None:
        self.reply(200, b'{"provider":"telnyx","phoneNumber":5}', Content_Type="application/json")


@pytest.fixture(scope="module")
def mock(running_server: Running, tmp_path_factory: pytest.TempPathFactory, eventually: Eventually) -> Iterator[Server]:
    """A mock of a contract whose operation takes a body."""
    notes = tmp_path_factory.mktemp("notes") / "notes.yaml"
    notes.write_text(NOTES)
    with running_server(str(notes), command=("tether-relay", "mock"), measured=True) as running:
        # The line of the request that waited for the start.
        assert eventually(lambda: " /livez " in running.output)
        yield running


def printed(mock: Server, sent: bytes) -> list[str]:
    """The lines for the requests in these bytes, without their times; a further request marks their end."""
    before = len(mock.output.splitlines())
    answers_to(mock, sent)
    answers_to(mock, b"GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    lines = mock.output.splitlines()[before:]
    return [re.sub(r"^\d\d:\d\d:\d\d |\d+\.\d ms  ", "", line) for line in lines if " /last " not in line]


@pytest.mark.parametrize(
    ("sent", "line"),
    [
        (b"nonsense\r\n\r\n", "- - 400  This is not an HTTP request: invalid method encountered."),
        (b"\x16\x03\x01", "- - 400  This is TLS, and the mock speaks plain HTTP: write http://, not https://."),
        (
            b"GET /\x1b[31m HTTP/1.1\r\n\r\n",
            "- - 400  This is not an HTTP request: its target has a character that must be percent-encoded.",
        ),
        (
            b"GET /notes?key=secret HTTP/1.1\r\nX y: z\r\n\r\n",
            "GET /notes 400  This is not an HTTP request: invalid header token.",
        ),
        (
            b"GET /notes HTTP/1.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
            "GET /notes 431  The headers must not exceed 64 KiB.",
        ),
        (
            POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            "POST /notes 400  The body of the request is malformed: invalid character in chunk size.",
        ),
        (
            POST + b"Content-Length: 2\r\nConnection: close\r\n\r\n[]",
            'POST /notes 400  violation: The body breaks the contract: the value is not of type "object".',
        ),
    ],
    ids=["nonsense", "TLS", "escape", "header", "headers", "chunks", "contract"],
)
def test_an_invalid_request_also_has_one_line(mock: Server, sent: bytes, line: str) -> None:
    assert printed(mock, sent) == [line]


def test_violations_of_an_upstream_are_printed_below_its_answer(
    running_server: Running, eventually: Eventually
) -> None:
    with listening(Upstream) as url, running_server("--upstream", url, command=("tether-relay", "mock")) as mock:
        mock.client.get(PATH, headers={"Authorization": "Bearer mock"})
        assert eventually(lambda: mock.output.count("  violation: ") == 2)
        found = re.search(
            r"GET \S+ 200  \S+ ms  The upstream answered 200\.\n(  violation: .+\n)(  violation: .+\n)", mock.output
        )

    assert found
    assert ("/provider" in found[1], "/phoneNumber" in found[2]) == (True, True)


def test_lines_are_short_and_printable_for_any_request() -> None:
    exchange = LoggedExchange("GET", "/\x1b[31m" + "x" * 30_000, 0.0, reason="a\nb\u202e", violations=["c\r"] * 50)
    first, *others = lines_of(exchange)

    assert all(len(line) < 1_000 and line.isprintable() for line in (first, *others))
    assert others[-1] == "  and 40 more violations; the panel lists them"


def test_a_warning_is_printed_again_only_after_it_was_fixed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contract = tmp_path / "notes.yaml"
    said: set[str] = set()
    counts = []
    for example in ("{id: x}", "{id: x}", "{id: 7}", "{id: x}"):
        schema = "schema: {properties: {id: {type: integer}}}"
        contract.write_text(NOTES.replace("{example: {id: 7}}", f"{{{schema}, example: {example}}}"))
        look_through(Mock({"": contract}), said)
        counts.append(capsys.readouterr().out.count("warning: "))

    assert counts == [1, 0, 0, 1]


def test_the_mock_answers_after_its_terminal_is_closed(running_server: Running) -> None:
    with running_server(command=("python", "-c", CLOSED)) as mock:
        codes = [mock.client.get(PATH, headers={"Authorization": "Bearer mock"}).status_code for _ in range(3)]

    assert codes == [200, 200, 200]


def test_a_quiet_mock_prints_no_line(running_server: Running) -> None:
    with running_server("--quiet", command=("tether-relay", "mock")) as mock:
        answers_to(mock, b"GET " + HEAD + b"Connection: close\r\n\r\n")
        answers_to(mock, b"nonsense\r\n\r\n")

        assert ("GET" in mock.output, "no HTTP" in mock.output) == (False, False)
