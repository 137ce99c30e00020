"""The head of a request: its Host, version, target and size have the same limits in server, mock and proxy."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import pytest

from openapi.contract import PUBLISHED
from openapi.http.heads import MAX_HEADERS
from tests.raw_http import answers_to, received_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Running, Server

LINE = b"GET /livez HTTP/1.1\r\n"
PROGRAMS = ("server", "mock", "proxy")
# The mock, which is also the upstream of the proxy, does not have /livez.
ANSWERED = {"server": 200, "mock": 404, "proxy": 404}


class Program(NamedTuple):
    """A running program, and the status of its answer to a valid request."""

    name: str
    running: Server
    answered: int

    def status(self, head: bytes) -> int:
        """The status of the answer to a request with this head."""
        with self.running.connect() as connection:
            with suppress(ConnectionError):
                connection.sendall(head + b"Connection: close\r\n\r\n")
            # granian answers HTTP/1.0 with HTTP/1.0.
            (status,) = re.findall(rb"^HTTP/1\.[01] (\d{3}) ", received_from(connection))
            return int(status)


@pytest.fixture(scope="module", params=PROGRAMS)
def program(request: pytest.FixtureRequest, running_server: Running) -> Iterator[Program]:
    """Each of the three programs that serve HTTP."""
    name: str = request.param
    if name == "server":
        with running_server() as server:
            yield Program(name, server, ANSWERED[name])
        return
    with running_server(str(PUBLISHED), command=("tether-relay", "mock")) as mock:
        if name == "mock":
            yield Program(name, mock, ANSWERED[name])
            return
        with running_server(command=("tether-relay", "proxy", "--upstream", mock.url)) as proxy:
            yield Program(name, proxy, ANSWERED[name])


@pytest.mark.parametrize(
    "lines",
    [
        b"",
        b"Host:\r\n",
        b"Host: \r\n",
        b"Host: a\r\nHost: b\r\n",
        b"Host: a\r\nhost: a\r\n",
        b"Host: a b\r\n",
        b"Host: a, b\r\n",
        b"Host: a\tb\r\n",
        b"Host: a/b\r\n",
        b"Host: a?b\r\n",
        b"Host: user@a\r\n",
        b"Host: http://a\r\n",
        b"Host: a:b\r\n",
        b"Host: a:123456\r\n",
        b"Host: :80\r\n",
        b"Host: [::1\r\n",
        b"Host: ::1\r\n",
        b"Host: %zz\r\n",
        b"Host: \xff\r\n",
    ],
    ids=repr,
)
def test_a_missing_repeated_or_malformed_host_is_a_400(program: Program, lines: bytes) -> None:
    """RFC 9112 section 3.2."""
    assert program.status(LINE + lines) == 400


@pytest.mark.parametrize(
    "lines",
    [
        b"Host: a\r\n",
        b"Host: A.b-c_d.example.:80\r\n",
        b"Host: a:\r\n",
        b"Host: 127.0.0.1:80\r\n",
        b"Host: [::1]:80\r\n",
        b"Host: [v1.x]\r\n",
        b"Host: %41\r\n",
    ],
    ids=repr,
)
def test_a_valid_host_is_accepted(program: Program, lines: bytes) -> None:
    """RFC 9110 section 7.2, RFC 3986 section 3.2.2."""
    assert program.status(LINE + lines) == program.answered


def test_http_1_0_needs_no_host(program: Program) -> None:
    assert program.status(b"GET /livez HTTP/1.0\r\n") == program.answered


def test_two_hosts_are_a_400_in_http_1_0_too(program: Program) -> None:
    assert program.status(b"GET /livez HTTP/1.0\r\nHost: a\r\nHost: a\r\n") == 400


@pytest.mark.parametrize(
    "version",
    [
        b"",
        b" HTTP/0.9",
        b" HTTP/1.2",
        b" HTTP/1.10",
        b" HTTP/2",
        b" HTTP/2.0",
        b" HTTP/3.0",
        b" HTTP/9.9",
        b" HTTP/01.1",
        b" http/1.1",
        b" HTTPS/1.1",
        b" ICE/1.0",
    ],
    ids=repr,
)
def test_other_versions_of_http_are_refused(program: Program, version: bytes) -> None:
    assert program.status(b"GET /livez" + version + b"\r\nHost: a\r\n") == 400


@pytest.mark.parametrize("target", [b"/livez#f", b"/livez?a#f", b"http://a/livez#f", b"#f", b"/#"], ids=repr)
def test_a_fragment_in_a_target_is_never_passed_on(program: Program, target: bytes) -> None:
    """The parser of the server drops it, and has no setting for that; the server passes no request on."""
    status = program.status(b"GET " + target + b" HTTP/1.1\r\nHost: a\r\n")

    assert status == 400 or (program.name == "server" and target.startswith((b"/", b"http")))


@pytest.mark.parametrize("target", [b"http://a/livez", b"HTTPS://a:80/livez"], ids=repr)
def test_a_target_in_absolute_form_is_accepted(program: Program, target: bytes) -> None:
    """RFC 9112 section 3.2.2."""
    assert program.status(b"GET " + target + b" HTTP/1.1\r\nHost: other\r\n") == program.answered


@pytest.mark.parametrize("target", [b"ftp://a/livez", b"http://user:secret@a/livez", b"http://a b/livez"], ids=repr)
def test_an_odd_target_in_absolute_form_is_not_passed_on(program: Program, target: bytes) -> None:
    if program.name != "server":
        assert program.status(b"GET " + target + b" HTTP/1.1\r\nHost: a\r\n") == 400


@pytest.mark.parametrize(
    ("name", "path"), [("mock", b"/__mock/state"), ("proxy", b"/__proxy/report"), ("proxy", b"/__proxy/other")]
)
def test_the_host_of_an_absolute_target_wins(program: Program, name: str, path: bytes) -> None:
    """RFC 9112 section 3.2.2: otherwise a target could name a host that the pages of the program do not answer to."""
    if program.name == name:
        evil = program.status(b"GET http://evil.example" + path + b" HTTP/1.1\r\nHost: localhost\r\n")
        own = program.status(b"GET http://localhost" + path + b" HTTP/1.1\r\nHost: evil.example\r\n")

        assert (evil, own) == (403, 404 if path.endswith(b"other") else 200)


def headers(number: int, size: int) -> bytes:
    """`number` headers, whose names and values together have `size` bytes."""
    each = size // number
    return b"".join(b"X%04d: %s\r\n" % (index, b"y" * (each - 5)) for index in range(number))


@pytest.mark.parametrize("number", [1, 10, 90], ids=lambda number: f"{number} headers")
def test_headers_under_64_kib_are_accepted(program: Program, number: int) -> None:
    assert program.status(LINE + b"Host: a\r\n" + headers(number, MAX_HEADERS - 1024)) == program.answered


@pytest.mark.parametrize("size", [MAX_HEADERS + 1024, 2 * MAX_HEADERS, 5 * MAX_HEADERS])
@pytest.mark.parametrize("number", [1, 10, 90, 700], ids=lambda number: f"{number} headers")
def test_headers_over_64_kib_are_a_431(program: Program, number: int, size: int) -> None:
    assert program.status(LINE + b"Host: a\r\n" + headers(number, size)) == 431


def test_more_than_a_hundred_headers_are_a_431_of_the_server_alone(program: Program) -> None:
    """A limit of the server's parser; `Host` and `Connection` count."""
    most = program.status(LINE + b"Host: a\r\n" + headers(98, 1000))
    more = program.status(LINE + b"Host: a\r\n" + headers(99, 1000))

    assert (most, more) == (program.answered, 431 if program.name == "server" else program.answered)


def test_a_refusal_comes_after_the_answers_to_earlier_requests(program: Program) -> None:
    sent = (LINE + b"Host: a\r\n\r\n") * 3 + LINE + b"\r\n"
    answers = answers_to(program.running, sent + LINE + b"Host: a\r\nConnection: close\r\n\r\n")

    assert [answer.status for answer in answers][:4] == [program.answered] * 3 + [400]


def test_a_refusal_is_in_the_envelope(program: Program) -> None:
    (answer,) = answers_to(program.running, LINE + b"Connection: close\r\n\r\n")

    assert answer.json["success"] is False
    assert re.search("Host header", answer.json["error"])
