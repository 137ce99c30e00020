"""nginx and Caddy with the examples of deploy/, in front of a real server."""

from __future__ import annotations

import json
import os
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx
import pytest

pytestmark = pytest.mark.long

if TYPE_CHECKING:
    from tests.conftest import Eventually, Server
    from tests.deploy.conftest import Proxied, Proxy, Upstream

PATH = "/api/calls/providers"
HOST = "relay.example.com"
TWO_MIB = 2 * 1024 * 1024


@pytest.fixture(scope="module")
def proxy(proxied: Proxied, server: Server) -> Iterator[Proxy]:
    """A proxy in front of the server of the module."""
    with proxied(httpx.URL(server.url).port or 0) as running:
        yield running


def credentials(server: Server) -> dict[str, str]:
    return {"Authorization": f"Bearer {server.token()}"}


def received(proxy: Proxy, sent: bytes) -> bytes:
    """All bytes received until the connection ends, which may be before everything is sent."""
    answer = b""
    with proxy.connect() as connection:
        with suppress(ConnectionError, ssl.SSLEOFError):
            connection.sendall(sent)
        with suppress(ConnectionError, ssl.SSLEOFError):
            while chunk := connection.recv(65536):
                answer += chunk
    return answer


def refusal(answer: bytes) -> tuple[bytes, object]:
    """Status and `success` of an answer from the proxy itself."""
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.split(b" ", 2)[1], json.loads(body)["success"]


def test_a_caller_is_answered(proxy: Proxy, server: Server) -> None:
    answer = proxy.request("GET", PATH, headers=credentials(server))

    assert (answer.status_code, answer.json()) == (200, {"provider": "sinch", "phoneNumber": "+14165550100"})


@pytest.mark.parametrize("name", ["cache-control", "vary", "content-type"])
def test_the_proxy_keeps_the_headers_of_the_answer(proxy: Proxy, server: Server, name: str) -> None:
    answer = proxy.request("GET", PATH, headers=credentials(server))

    assert answer.headers[name] == server.get().headers[name]


@pytest.mark.parametrize(("path", "status"), [(PATH, 401), ("/nothing", 404), ("/livez", 404)])
def test_answers_have_strict_transport_security(proxy: Proxy, path: str, status: int) -> None:
    """The proxy sends the header, also in its own answers: the server does not know TLS (RFC 6797 section 7.2)."""
    answer = proxy.request("GET", path)

    assert (answer.status_code, answer.headers["strict-transport-security"]) == (status, "max-age=31536000")


def test_the_proxy_keeps_the_challenge_of_the_server(proxy: Proxy) -> None:
    answer = proxy.request("GET", PATH)

    assert (answer.status_code, answer.json()["code"]) == (401, "TOKEN_MISSING")
    assert answer.headers["www-authenticate"] == 'Bearer realm="tether-relay"'


def test_head_has_the_length_of_get_and_no_body(proxy: Proxy, server: Server) -> None:
    head, get = (proxy.request(method, PATH, headers=credentials(server)) for method in ("HEAD", "GET"))

    assert (head.status_code, head.headers["content-length"], head.content) == (200, get.headers["content-length"], b"")


def test_a_long_token_reaches_the_server(proxy: Proxy) -> None:
    answer = proxy.request("GET", PATH, headers={"Authorization": f"Bearer {'x' * 8192}"})

    assert answer.json()["code"] == "TOKEN_INVALID"


def test_strict_transport_security_lasts_a_year(proxy: Proxy) -> None:
    assert proxy.request("GET", PATH).headers["strict-transport-security"] == "max-age=31536000"


def test_plain_http_is_refused_without_a_redirect(proxy: Proxy) -> None:
    answer = httpx.get(f"http://127.0.0.1:{proxy.plain_port}{PATH}", headers={"Host": HOST}, trust_env=False)

    assert (answer.status_code, answer.json()["code"]) == (403, "HTTPS_REQUIRED")


@pytest.mark.parametrize("path", ["/livez", "/readyz", "//livez", "/%6civez", "/docs/../readyz", "/./readyz"])
def test_the_health_endpoints_are_not_public(proxy: Proxy, path: str) -> None:
    answer = received(proxy, f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())

    assert refusal(answer) == (b"404", False)


@pytest.mark.parametrize("proxied", ["nginx"], indirect=True)
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n" % (b"x" * 17_000), b"414"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: %s\r\n\r\n" % (b"x" * 17_000), b"431"),
        (b"GET /.refusal HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"404"),
    ],
    ids=["no-http", "no-host", "long-address", "long-header", "own-page"],
)
def test_a_malformed_request_is_refused_in_the_envelope(proxy: Proxy, sent: bytes, status: bytes) -> None:
    assert refusal(received(proxy, sent)) == (status, False)


def test_headers_of_two_megabytes_are_refused(proxy: Proxy) -> None:
    lines = b"".join(b"X-Many-%d: %s\r\n" % (number, b"x" * 1024) for number in range(TWO_MIB // 1024))
    answer = received(proxy, b"GET / HTTP/1.1\r\nHost: %s\r\n%s\r\n" % (HOST.encode(), lines))

    assert answer[:12] in (b"", b"HTTP/1.1 431")
    assert proxy.request("GET", PATH).status_code == 401


def test_a_header_of_two_megabytes_is_refused(proxy: Proxy) -> None:
    answer = received(proxy, b"GET / HTTP/1.1\r\nHost: %s\r\nX: %s\r\n\r\n" % (HOST.encode(), b"x" * TWO_MIB))

    assert answer[:12] in (b"", b"HTTP/1.1 431")
    assert proxy.request("GET", PATH).status_code == 401


def test_a_body_of_two_megabytes_is_refused(proxied: Proxied, upstream: Upstream) -> None:
    with proxied(upstream.port) as proxy:
        answer = proxy.request("POST", PATH, content=b"x" * TWO_MIB)

    # nginx refuses by the Content-Length; Caddy counts the bytes, and aborts the request.
    assert (answer.status_code in (413, 502), answer.json()["success"]) == (True, False)
    assert upstream.longest <= TWO_MIB // 2


def test_a_connection_whose_headers_drip_is_cut(proxy: Proxy) -> None:
    """The limit for headers is ten seconds in the examples, and one second here."""
    with proxy.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        start = time.monotonic()
        with suppress(ConnectionError, ssl.SSLEOFError):
            # Bounded, so that the test fails instead of hanging if the proxy waits forever.
            for _ in range(50):
                connection.sendall(b"X")
                connection.settimeout(0.1)
                with suppress(TimeoutError):
                    while connection.recv(1024):
                        pass
                    break

    assert 0.5 < time.monotonic() - start < 4


@pytest.mark.parametrize("hosts", [b"", b"Host: relay.example.com\r\nHost: x\r\n"], ids=["none", "two"])
def test_a_request_without_exactly_one_host_is_refused(proxy: Proxy, hosts: bytes) -> None:
    """RFC 9112 section 3.2; the server itself accepts such requests."""
    answer = received(proxy, b"GET / HTTP/1.1\r\n" + hosts + b"Connection: close\r\n\r\n")

    assert answer[:12] == b"HTTP/1.1 400"


def test_a_client_that_never_reads_is_disconnected(proxy: Proxy) -> None:
    """The limit is ten or thirty seconds in the examples, and one or two here; the server itself waits forever."""
    requests = b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: %s\r\n\r\n" % HOST.encode() * 1000
    with proxy.connect() as connection:
        connection.sendall(requests)
        cut = select.poll()
        # Wait for the end of the connection without reading.
        cut.register(connection, 0)

        assert [event for _, event in cut.poll(20_000)] == [select.POLLERR | select.POLLHUP]


def test_a_client_that_ends_its_side_is_answered(proxied: Proxied, upstream: Upstream, eventually: Eventually) -> None:
    """A client that closes its sending side and still reads; the server itself treats it as gone."""
    upstream.open.clear()
    with proxied(upstream.port) as proxy, proxy.connect() as connection:
        connection.sendall(b"GET %s HTTP/1.1\r\nHost: %s\r\n\r\n" % (PATH.encode(), HOST.encode()))
        assert eventually(lambda: upstream.requests)
        # Shut down TCP only: Python would end TLS, and so the reading, too.
        with socket.socket(fileno=os.dup(connection.fileno())) as plain:
            plain.shutdown(socket.SHUT_WR)
        upstream.open.set()

        assert connection.recv(15) == b"HTTP/1.1 200 OK"


def test_a_server_that_is_down_is_reported_in_the_envelope(proxied: Proxied, unused: int) -> None:
    with proxied(unused) as proxy:
        answer = proxy.request("GET", PATH)

    assert (answer.status_code, answer.headers["content-type"]) == (502, "application/json")
    assert (answer.json()["success"], answer.json().keys()) == (False, {"success", "error", "code"})


def test_forwarded_headers_of_a_client_are_replaced(proxied: Proxied, upstream: Upstream) -> None:
    claims = {
        "X-Forwarded-For": "6.6.6.6",
        "X-Forwarded-Proto": "gopher",
        "X-Forwarded-Host": "x",
        "Forwarded": "for=6",
    }
    with proxied(upstream.port) as proxy:
        proxy.request("GET", PATH, headers=claims)

    assert {name: upstream.requests[0].get(name) for name in claims} == {
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": HOST,
        "Forwarded": None,
    }


def test_connections_to_the_server_are_reused_and_nothing_is_cached(proxied: Proxied, upstream: Upstream) -> None:
    with proxied(upstream.port) as proxy:
        for _ in range(3):
            proxy.request("GET", PATH)

    assert (len(upstream.requests), len(upstream.clients)) == (3, 1)


@pytest.mark.parametrize("proxied", ["nginx"], indirect=True)
def test_concurrent_requests_of_an_address_are_limited(
    proxied: Proxied, upstream: Upstream, eventually: Eventually
) -> None:
    """The limit is a hundred in the example, and two here."""
    upstream.open.clear()
    with proxied(upstream.port) as proxy:
        held = [threading.Thread(target=proxy.request, args=("GET", PATH)) for _ in range(2)]
        for thread in held:
            thread.start()
        assert eventually(lambda: len(upstream.requests) == 2)
        answer = proxy.request("GET", PATH)
        upstream.open.set()
        for thread in held:
            thread.join()

    assert (answer.status_code, answer.json()["code"]) == (429, "TOO_MANY_CONNECTIONS")
