"""Faults of a message on the wire, which usual clients hide."""

from __future__ import annotations

import socket
import ssl
import struct
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from openapi.check.client import wire
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
