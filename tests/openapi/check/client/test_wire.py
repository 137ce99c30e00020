"""Faults of a message on the wire, which usual clients hide."""

from __future__ import annotations

import socket
import ssl
import struct
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from openapi.check.client import wire
from openapi.check.client.sendable import NotSendable
from openapi.check.client.wire import ConnectionOptions, Exchange, TargetUnreachable, exchange
from openapi.http.messages import Request
from tests.openapi.check.between import Authority, tls
from tests.openapi.gateway.bytewise import Answer, behind, read_all, sending

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def asked(answer: Answer, method: str = "GET", timeout: float = 10.0) -> Exchange:
    with behind(answer) as url:
        return exchange(urlsplit(url), Request(method, "/"), ConnectionOptions(timeout=timeout))


def faults(done: Exchange) -> list[tuple[str, str]]:
    return [(fault.rule, fault.reason) for fault in done.faults]


def test_valid_answer_has_no_faults() -> None:
    done = asked(sending(OK))

    assert (done.response and done.response.body, done.faults) == (b"ok", ())


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\nhello\r\n0\r\n\r\n"
SIZES = [b"-5", b"+5", b"0x5", b" 5", b"5_0", b"", b"5" * 21, "\uff15".encode(), b"5 5", b"\x005"]


@pytest.mark.parametrize("size", SIZES)
def test_malformed_chunk_size_is_a_fault(size: bytes) -> None:
    assert [rule for rule, _ in faults(asked(sending(CHUNKED % size)))] == ["http-malformed"]


@pytest.mark.parametrize("length", [*SIZES[:3], *SIZES[4:], b"5, 6"])
def test_malformed_content_length_is_a_fault(length: bytes) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\nhello" % length

    assert [rule for rule, _ in faults(asked(sending(answer)))] == ["http-malformed"]


@pytest.mark.parametrize("lines", [b"Content-Length: 5, 5", b"Content-Length: 5\r\ncontent-length: 5"])
def test_repeated_content_length_is_a_fault(lines: bytes) -> None:
    found = faults(asked(sending(b"HTTP/1.1 200 OK\r\n" + lines + b"\r\n\r\nhello")))

    assert found == [("http-malformed", "it has more than one Content-Length (RFC 9110 section 8.6)")]


def test_conflicting_content_lengths_are_a_fault() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"

    assert [rule for rule, _ in faults(asked(sending(answer)))] == ["http-malformed"]


@pytest.mark.parametrize("name", ["X Api Key", "X-Ä", "", "X:Y", "X\r\nY: z"])
def test_header_name_that_http_cannot_send_is_refused_before_a_connection(name: str) -> None:
    with pytest.raises(NotSendable, match="HTTP cannot send a header with the name"):
        exchange(urlsplit("http://127.0.0.1:1"), Request("GET", "/", ((name, "a"),)), ConnectionOptions())


@pytest.mark.parametrize("value", ["a\r\nb: c", "€", " a", "a ", "\0", "\x7f"])
def test_header_value_that_http_cannot_send_is_refused_before_a_connection(value: str) -> None:
    with pytest.raises(NotSendable, match="HTTP cannot send the value of the header X-A"):
        exchange(urlsplit("http://127.0.0.1:1"), Request("GET", "/", (("X-A", value),)), ConnectionOptions())


def test_request_has_the_accept_header_of_curl() -> None:
    heads: list[bytes] = []

    def answer(connection: socket.socket, head: bytes) -> None:
        heads.append(head)
        connection.sendall(OK)

    asked(answer)

    assert [line for line in heads[0].split(b"\r\n") if line.lower().startswith(b"accept:")] == [b"Accept: */*"]


@pytest.mark.parametrize(
    ("method", "answer", "rule", "reason"),
    [
        ("GET", b"", "no-answer", "the connection was closed without an answer"),
        ("GET", b"HTTP/1.1 103 Early Hints\r\n\r\n", "no-answer", "the connection was closed without an answer"),
        ("GET", b"HTTP/1.1 102 Processing\r\n\r\n" * 101 + OK, "no-answer", "no answer follows 100 interim ones (1xx)"),
        ("GET", b"HTTP/1.1 101 Switching Protocols\r\n\r\n", "http-malformed", "cannot be read as HTTP/1.1"),
        ("GET", OK[:-1], "content-length", "closed before the end of the declared content"),
        ("GET", OK + b"more", "content-length", "4 bytes follow the end of the answer"),
        ("HEAD", OK, "head-body", "2 bytes of content follow the answer to HEAD"),
        ("GET", b"220 mail.example ESMTP\r\n\r\n", "http-malformed", "cannot be read as HTTP/1.1"),
        ("GET", OK.replace(b"Length: 2", b"Length: two"), "http-malformed", "cannot be read as HTTP/1.1"),
    ],
)
def test_fault_of_an_answer_is_recorded_under_its_rule(method: str, answer: bytes, rule: str, reason: str) -> None:
    ((found, said),) = faults(asked(sending(answer), method))

    assert found == rule
    assert reason in said


def test_reset_is_a_fault() -> None:
    def reset(connection: socket.socket, head: bytes) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    assert faults(asked(reset)) == [("no-answer", "the connection was reset before the end of the answer")]


def test_missing_answer_after_the_timeout_is_a_fault() -> None:
    silent: Answer = lambda connection, head: read_all(connection)  # noqa: E731

    done = asked(silent, timeout=0.2)

    assert (done.response, faults(done)) == (None, [("no-answer", "no complete answer arrived within the timeout")])


def test_endless_answer_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_LARGEST", 100_000)
    endless = b"HTTP/1.1 200 OK\r\n\r\n" + bytes(1_000_000)

    assert faults(asked(sending(endless))) == [("no-answer", "the answer does not end after 100000 bytes")]


def test_refused_connection_raises_target_unreachable() -> None:
    with pytest.raises(TargetUnreachable, match="cannot be reached"):
        exchange(urlsplit("http://127.0.0.1:1"), Request("GET", "/"), ConnectionOptions())


def test_certificate_must_have_the_name_of_the_server(tmp_path: Path) -> None:
    """The certificate is for 127.0.0.1."""
    authority = Authority(tmp_path, "authority")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("server"))
    trusting = ConnectionOptions(tls=ssl.create_default_context(cafile=authority.certificate))
    with behind(sending(OK)) as plain, tls(plain, context) as url:
        right = exchange(urlsplit(url), Request("GET", "/"), trusting)
        with pytest.raises(TargetUnreachable, match="certificate verify failed"):
            exchange(urlsplit(url.replace("127.0.0.1", "localhost")), Request("GET", "/"), trusting)

    assert right.faults == ()
