"""What no honest client sends, as bytes to a real `tether-relay mock`: it answers in the envelope, and lives on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Running, Server

PATH = "/api/calls/providers"
REST = b"Host: localhost\r\nConnection: close\r\n"


@pytest.fixture(scope="module")
def mock(running_server: Running) -> Iterator[Server]:
    with running_server(command=("tether-relay", "mock")) as running:
        yield running


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(b"GET /\xff\xfe HTTP/1.1\r\n" + REST + b"\r\n", 400, id="invalid UTF-8 in the path"),
        pytest.param(b"GET /%zz%00 HTTP/1.1\r\n" + REST + b"\r\n", 404, id="bad percent escapes"),
        pytest.param(b"GET / HTTP/1.1\r\nX-Name: a\0b\r\n" + REST + b"\r\n", 400, id="NUL in a header"),
        pytest.param(
            b"POST / HTTP/1.1\r\n" + REST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            400,
            id="conflicting lengths",
        ),
        pytest.param(b"GET /none HTTP/1.1\r\n" + REST + b"Content-Type: undefined\r\n\r\n", 404, id="undefined type"),
        pytest.param(b"GET / HTTP/1.1\r\nX-Name: " + b"a" * 100_000 + b"\r\n" + REST + b"\r\n", 431, id="huge header"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, id="HTTP/2 preface"),
        pytest.param(b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00\r\n\r\n", 400, id="TLS ClientHello"),
    ],
)
def test_hostile_bytes_are_answered_in_the_envelope_and_the_next_request_with_200(
    mock: Server, sent: bytes, status: int
) -> None:
    answer = b""
    with mock.connect() as connection:
        connection.sendall(sent)
        while chunk := connection.recv(65536):
            answer += chunk

    head, _, body = answer.partition(b"\r\n\r\n")
    honest = mock.client.get(PATH, headers={"Authorization": "Bearer mock"})
    assert int(head.split()[1]) == status
    assert json.loads(body).keys() >= {"success", "error", "code"}
    assert honest.status_code == 200
