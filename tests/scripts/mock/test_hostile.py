"""Malformed and hostile bytes to a real `tether-relay mock`, which answers with a problem and keeps running."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from openapi.contract import PUBLISHED
from openapi.http.heads import MAX_HEADERS, MAX_TARGET
from openapi.mock.settings import MAX_BODY
from tests.hostile.test_bytes import CREDENTIALS, HEADERS, METHODS, OTHER_PROTOCOLS, TARGETS
from tests.hostile.test_framing import BOTH, BROKEN_CHUNKS, CHUNKED, CLEAR, REFUSED
from tests.raw_http import Answered, answers_to

if TYPE_CHECKING:
    from tests.conftest import Running, Server

PATH = "/api/calls/providers"
TOKEN = b"Authorization: Bearer mock\r\n"
NOTES = """\
openapi: 3.0.3
info: {title: Notes, version: '1'}
paths:
  /notes:
    post:
      operationId: add_note
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, properties: {text: {type: string}}}}}
      responses: {'201': {description: Added., content: {application/json: {example: {id: 7}}}}}
"""
LAST = b"GET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
GET = b"GET " + PATH.encode() + b" HTTP/1.1\r\nHost: x\r\n" + TOKEN
POST = b"POST /own/notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
# More bytes than any of these bodies has, so the mock waits for the rest (test_connections.py).
ENDLESS_CHUNK = b"ffffffffffffffff\r\nabc\r\n0\r\n\r\n"

SENT: dict[str, bytes] = {
    **{f"target {target[:30]!r}": b"GET " + target + b" HTTP/1.1\r\nHost: x\r\n" + TOKEN for target in TARGETS},
    **{f"first line {line!r}": line + b"\r\nHost: x\r\n" + TOKEN for line in METHODS},
    **{f"header {lines[:30]!r}": GET + lines + b"\r\n" for lines in HEADERS},
    **{f"credentials {value!r}": GET.replace(b"Bearer mock", value) for value in CREDENTIALS},
    **{f"length {lines!r}": POST + lines + b"\r\n" for lines in REFUSED},
}
BODIES: dict[str, bytes] = {
    **{f"chunks {body!r}": CHUNKED + body for body in BROKEN_CHUNKS if body != ENDLESS_CHUNK},
    **{f"both lengths {number}": both for number, both in enumerate(BOTH)},
    **{f"clear {number}": clear for number, clear in enumerate(CLEAR)},
}


def posted(body: bytes, *headers: bytes) -> bytes:
    return POST + b"".join(header + b"\r\n" for header in headers) + b"Content-Length: %d\r\n\r\n" % len(body) + body


@pytest.fixture(scope="module")
def mock(running_server: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A mock of our contract, and of one with an operation that has a body."""
    notes = tmp_path_factory.mktemp("notes") / "notes.yaml"
    notes.write_text(NOTES)
    with running_server(str(PUBLISHED), f"/own={notes}", command=("tether-relay", "mock"), measured=True) as running:
        yield running


def is_honest(answer: Answered) -> bool:
    """Whether an answer follows the contract, or is a problem of RFC 9457 about the request."""
    if answer.status < 300:
        return True
    told: dict[str, object] = answer.json
    is_declared = told.get("success") is False and {"error", "code"} <= told.keys()
    is_problem = told.get("status") == answer.status and {"detail", "code"} <= told.keys()
    return 400 <= answer.status < 500 and (is_declared or is_problem)


def lives(mock: Server) -> bool:
    return mock.client.get(PATH, headers={"Authorization": "Bearer mock"}).status_code == 200


@pytest.mark.parametrize("name", SENT)
def test_a_malformed_head_is_answered_with_a_problem(mock: Server, name: str) -> None:
    answers = answers_to(mock, SENT[name] + b"\r\n" + LAST)

    assert answers != []
    assert all(is_honest(answer) for answer in answers)
    assert lives(mock)


@pytest.mark.parametrize("name", BODIES)
def test_a_malformed_body_is_answered_with_a_problem(mock: Server, name: str) -> None:
    answers = answers_to(mock, POST + BODIES[name] + LAST)

    # The body is not JSON, so it is refused either way; a request hidden in it is never answered.
    assert [answer.status for answer in answers] in ([400], [400, 404])
    assert all(is_honest(answer) for answer in answers)
    assert lives(mock)


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        pytest.param(b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n", 400, "HTTP_MALFORMED", id="bytes in the path"),
        pytest.param(GET.replace(b" HTTP", b"?a=\xff HTTP") + b"\r\n", 400, "HTTP_MALFORMED", id="bytes in the query"),
        pytest.param(GET.replace(b" HTTP", b"?a=%ff HTTP") + b"\r\n" + LAST, 200, None, id="escapes in the query"),
        pytest.param(GET.replace(PATH.encode(), b"/%zz%00") + b"\r\n" + LAST, 404, "ROUTE_NOT_FOUND", id="bad escapes"),
        pytest.param(GET + b"X: a\0b\r\n\r\n", 400, "HTTP_MALFORMED", id="NUL in a header"),
        pytest.param(GET + b"X: \xff\xfe\r\n\r\n" + LAST, 200, None, id="bytes in a header"),
        pytest.param(GET + b"Prefer: \xff\r\n\r\n" + LAST, 400, "PREFER_MALFORMED", id="bytes in Prefer"),
        pytest.param(GET + b"X-Mock-Session: \xff\r\n\r\n" + LAST, 400, "SESSION_MALFORMED", id="bytes in a session"),
        pytest.param(GET + b"Accept: json\r\n\r\n" + LAST, 400, "ACCEPT_MALFORMED", id="Accept: json"),
        pytest.param(GET + b"Content-Type: undefined\r\n\r\n" + LAST, 200, None, id="undefined type without a body"),
        pytest.param(GET + b"X: y\r\n" * 5_000 + b"\r\n" + LAST, 200, None, id="thousands of headers"),
        pytest.param(GET + b"X: y\r\n" * MAX_HEADERS + b"\r\n", 431, "HEADERS_TOO_LARGE", id="too many headers"),
        pytest.param(GET + b"X: " + b"y" * MAX_HEADERS + b"\r\n\r\n", 431, "HEADERS_TOO_LARGE", id="huge header"),
        pytest.param(
            b"GET /" + b"x" * MAX_TARGET + b" HTTP/1.1\r\n\r\n", 414, "TARGET_TOO_LONG", id="target that is too long"
        ),
        pytest.param(
            GET.replace(PATH.encode(), b"/" + b"x" * 30_000) + b"\r\n" + LAST, 404, "ROUTE_NOT_FOUND", id="long target"
        ),
        pytest.param(
            posted(b"{}").replace(b"Type: application/json", b"Type: undefined") + LAST,
            415,
            "MEDIA_TYPE_UNSUPPORTED",
            id="undefined type of a body",
        ),
        pytest.param(posted(b'{"text":"\xff"}') + LAST, 400, "REQUEST_INVALID", id="bytes in JSON"),
        pytest.param(posted(b'{"text":') + LAST, 400, "REQUEST_INVALID", id="half of JSON"),
        pytest.param(posted(b"[" * 100_000) + LAST, 400, "REQUEST_INVALID", id="deep JSON"),
        pytest.param(posted(b"") + LAST, 400, "REQUEST_INVALID", id="no body"),
        pytest.param(posted(b"x" * (MAX_BODY + 1)) + LAST, 413, "BODY_TOO_LARGE", id="huge body"),
        pytest.param(
            POST + CHUNKED + b"%x\r\n%b\r\n0\r\n\r\n" % (MAX_BODY + 1, b"x" * (MAX_BODY + 1)) + LAST,
            413,
            "BODY_TOO_LARGE",
            id="huge body in chunks",
        ),
        pytest.param(POST + CHUNKED + b"zz\r\n", 400, "HTTP_MALFORMED", id="bad size of a chunk"),
        pytest.param(
            POST + b"Content-Length: 1\r\n" + CHUNKED + b"0\r\n\r\n", 400, "HTTP_MALFORMED", id="both lengths"
        ),
        pytest.param(
            POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400, "HTTP_MALFORMED", id="conflicting lengths"
        ),
        pytest.param(
            GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\n\r\n" + LAST,
            200,
            None,
            id="websocket",
        ),
        pytest.param(b"nonsense\r\n\r\n", 400, "HTTP_MALFORMED", id="nonsense"),
    ],
)
def test_an_invalid_request_has_its_status_and_code(mock: Server, sent: bytes, status: int, code: str | None) -> None:
    first = answers_to(mock, sent)[0]

    assert (first.status, first.json.get("code")) == (status, code)
    assert lives(mock)


@pytest.mark.parametrize("name", OTHER_PROTOCOLS)
def test_another_protocol_is_refused_with_a_problem(mock: Server, name: str) -> None:
    answers = answers_to(mock, OTHER_PROTOCOLS[name] + b"\r\n\r\n")

    assert [answer.status for answer in answers] == [400]
    assert is_honest(answers[0])
    assert lives(mock)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("http-2", "This is HTTP/2, and the mock speaks HTTP/1.1"),
        ("tls", "This is TLS, and the mock speaks plain HTTP: write http://"),
    ],
)
def test_the_answer_to_another_protocol_has_a_hint(mock: Server, name: str, sentence: str) -> None:
    (answer,) = answers_to(mock, OTHER_PROTOCOLS[name])

    assert answer.json["detail"].startswith(sentence)
