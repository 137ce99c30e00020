"""A shell runs the `curl` lines, and the request that arrives is compared with the original."""

from __future__ import annotations

import base64
import json
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from openapi.http.curl import curl, curl_options
from openapi.http.masking import Secrets
from openapi.http.messages import Fields, Request
from openapi.http.shell import Expansion, Part
from openapi.http.token_variables import variables
from tests.openapi.check.between import Authority, tls
from tests.openapi.findings.verdicts import TOKEN

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
# Headers that curl adds and no rule depends on.
ADDED = ("host", "user-agent", "accept", "content-length")
SECRETS = Secrets(tokens=(TOKEN,))


class Recorder:
    """A server that keeps the bytes of each request."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.received: list[bytes] = []

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with connection:
                    self.received.append(self._message(connection))
                    connection.sendall(ANSWER)

    def _message(self, connection: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        while len(body) < int(lengths[0] if lengths else 0):
            body += connection.recv(65536)
        return head + b"\r\n\r\n" + body


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        recorder = Recorder(listener)
        thread = threading.Thread(target=recorder.serve)
        thread.start()
        yield recorder
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.fixture
def pasted(recorder: Recorder, tool: Callable[[str], str], tmp_path: Path) -> Callable[..., Request]:
    """The request that arrives when a shell runs the line for a request."""
    tool("curl")

    def paste(request: Request, shell: str = "/bin/sh", secrets: Secrets = SECRETS) -> Request:
        line = curl(request, recorder.url, secrets)
        environment = {"PATH": "/usr/bin:/bin", "TOKEN": TOKEN, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
        done = subprocess.run([shell], input=line.encode(), env=environment, capture_output=True, cwd=tmp_path)
        assert done.returncode == 0, (line, done.stderr)
        head, _, body = recorder.received.pop().partition(b"\r\n\r\n")
        first, *fields = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        pairs = [(name, value.strip()) for name, _, value in (field.partition(":") for field in fields)]
        headers = tuple(pair for pair in pairs if pair[0].lower() not in ADDED)
        return Request(method, target, headers, body)

    return paste


HOSTILE = {
    "plain": "plain",
    "single quote": "it's",
    "double quote": 'say "hi"',
    "substitution": "$(touch pwned) `touch pwned` ${HOME} $TOKEN",
    "history": "wow! !! !$ !-1",
    "backslashes": "a\\b\\\\c\\n\\",
    "percent": "100%s %d %%",
    "unicode as UTF-8": "zoë 😀".encode().decode("latin-1"),
    "bytes that are not UTF-8": "\xff\xfe\x80",
    "marks that turn the direction": "\u202eevil".encode().decode("latin-1"),
    "tab": "a\tb",
    "hyphen first": "-X --config /etc/passwd",
    "at sign first": "@/etc/passwd",
    "brackets": "[1-9]{a,b}",
    "glob": "* ? ~ # ; & | < > ( )",
}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_a_header_arrives_byte_for_byte(pasted: Callable[..., Request], value: str) -> None:
    request = Request("GET", "/", (("X-Value", value),))

    assert pasted(request) == request


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_a_body_arrives_byte_for_byte(pasted: Callable[..., Request], value: str) -> None:
    request = Request("POST", "/", (("Content-Type", "text/plain"),), value.encode("latin-1"))

    assert pasted(request) == request


@pytest.mark.parametrize(
    "body",
    [
        b"two\nlines\n",
        b"\r\n\r\n",
        bytes(range(1, 256)),
        b"\x00 with NUL \x00",
        b"'\\''\xff",
        b"a" * 200_000,
        f'{{"token":"{TOKEN}"}}'.encode(),
        b"\xff" + TOKEN.encode() + b"\x00%s",
    ],
    ids=["lines", "line ends", "every byte", "NUL", "quotes and bytes", "long", "token", "token among bytes"],
)
def test_binary_and_long_bodies_arrive_byte_for_byte(pasted: Callable[..., Request], body: bytes) -> None:
    request = Request("PUT", "/", (), body)

    assert pasted(request) == request


@pytest.mark.parametrize(
    "target",
    [
        "/a/../b/./c",
        "/a//b",
        "//a",
        "/%2e%2e/%2F%00",
        "/a?b=[1-3]&c={x,y}",
        "/a?q=it's+$(id)+`id`+!!+\\",
        "/a#not-a-fragment",
        "*",
        "/caf\xc3\xa9",
        "/\xff",
        "/a?access_token=" + TOKEN,
        f"/a?q={TOKEN}&r='",
    ],
)
def test_a_target_arrives_unchanged(pasted: Callable[..., Request], target: str) -> None:
    request = Request("GET", target)

    assert pasted(request) == request


@pytest.mark.parametrize(
    "method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "A'B"]
)
def test_a_method_arrives_unchanged(pasted: Callable[..., Request], method: str) -> None:
    request = Request(method, "/a")

    assert pasted(request) == request


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_repeated_headers_arrive_in_their_order(pasted: Callable[..., Request], shell: str) -> None:
    headers: Fields = (("X-A", "1"), ("x-b", ""), ("X-A", "2"), ("Content-Type", "application/json"))
    request = Request("POST", "/a", headers, b'{"a": "\xc3\xa9"}')

    assert pasted(request, shutil.which(shell) or shell) == request


def test_a_body_without_a_content_type_arrives_without_one(pasted: Callable[..., Request]) -> None:
    request = Request("POST", "/a", (), b"a=b")

    assert pasted(request) == request


def _jwt(header: object, claims: object, signature: str) -> str:
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, claims))
    return ".".join((*parts, signature))


HEAD, PAYLOAD, SIGNATURE = TOKEN.split(".")
NONE = _jwt({"alg": "none"}, {}, "").partition(".")[0]
DERIVED = {
    "the token": f"Bearer {TOKEN}",
    "another scheme": f"Basic {TOKEN}",
    "something behind it": f"Bearer {TOKEN}x",
    "twice": f"Bearer {TOKEN}{TOKEN}",
    "without a signature": f"Bearer {HEAD}.{PAYLOAD}.",
    "in Base64": "Basic " + base64.b64encode(TOKEN.encode()).decode(),
    "unsigned": f"Bearer {NONE}.{PAYLOAD}.",
    "another algorithm": f"Bearer {NONE}.{PAYLOAD}.c29tZXRoaW5nIGVsc2UgYWx0b2dldGhlcg",
    "made up": "Bearer not.a.token",
    "made up, of another form": "Bearer garbage",
    "empty": "Bearer",
}


@pytest.mark.parametrize("value", DERIVED.values(), ids=DERIVED)
def test_credentials_derived_from_the_token_arrive_unchanged(pasted: Callable[..., Request], value: str) -> None:
    request = Request("GET", "/a", (("Authorization", value),))

    assert pasted(request) == request


HIDDEN = {
    **{name: ("Authorization", value) for name, value in DERIVED.items()},
    "nearly the true signature": ("Authorization", f"Bearer {HEAD}.{PAYLOAD}.X{SIGNATURE[1:]}"),
    "the true signature turned around": (
        "Authorization",
        f"Bearer {HEAD}.{PAYLOAD}."
        + base64.urlsafe_b64encode(bytes(b ^ 255 for b in b"signature of the token")).decode(),
    ),
    "expired": (
        "Authorization",
        f"Bearer {HEAD}.{_jwt({}, {'sub': 'user_fay', 'exp': 1}, '').split('.')[1]}.{SIGNATURE[::-1]}",
    ),
    "in a cookie": ("Cookie", f"a=1; session={TOKEN}"),
    "in any other header": ("X-Anything", f"<{TOKEN}>"),
}


@pytest.mark.parametrize(("name", "value"), HIDDEN.values(), ids=HIDDEN)
def test_no_part_of_the_token_is_shown(name: str, value: str) -> None:
    request = Request("GET", f"/a?t={TOKEN}", ((name, value),), TOKEN.encode())

    shown = curl(request, "http://localhost", SECRETS) + repr(SECRETS.request(request)) + repr(SECRETS)

    assert [part for part in (PAYLOAD, SIGNATURE, SIGNATURE[8:]) if part in shown] == []


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (f"Bearer {TOKEN}", '"Authorization: Bearer $TOKEN"'),
        (f"Bearer {TOKEN}x", '"Authorization: Bearer ${TOKEN}x"'),
        (HIDDEN["nearly the true signature"][1], '"Authorization: Bearer ${TOKEN%.*}.' + "A" * len(SIGNATURE) + '"'),
        (HIDDEN["expired"][1], '"Authorization: Bearer $EXPIRED_TOKEN"'),
    ],
)
def test_credentials_are_variables_between_double_quotes(value: str, line: str) -> None:
    assert curl(Request("GET", "/a", (("Authorization", value),)), "http://h", SECRETS) == (
        f"curl -i --path-as-is http://h/a -H {line}"
    )


@pytest.mark.parametrize(
    ("url", "given", "words"),
    [
        ("http://h", {"ca_bundle": Path("ca.pem"), "insecure": True}, ()),
        ("https://h", {"ca_bundle": Path("my ca.pem")}, ("--cacert", "'my ca.pem'")),
        ("https://h", {"insecure": True}, ("-k",)),
        ("https://h", {"client_cert": (Path("c.pem"), Path("k.pem"))}, ("--cert", "c.pem", "--key", "k.pem")),
        ("https://h", {"client_cert": (Path("c.pem"), None)}, ("--cert", "c.pem")),
        ("http://h", {"proxy": "http://p:81"}, ("-x", "http://p:81")),
        ("http://h", {"proxy": "http://me:word@p:81"}, ("-x", "http://p:81", "-U", '"$PROXY_USER"')),
    ],
)
def test_curl_gets_the_connection_options_of_the_check(url: str, given: dict[str, Any], words: tuple[str, ...]) -> None:
    assert curl_options(url, **given) == words


def test_a_line_reaches_a_server_with_tls(recorder: Recorder, tool: Callable[[str], str], tmp_path: Path) -> None:
    tool("curl")
    authority = Authority(tmp_path, "authority")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("server"))
    with tls(recorder.url, context) as url:
        line = curl(Request("GET", "/a"), url, SECRETS, curl_options(url, ca_bundle=authority.certificate))
        done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, cwd=tmp_path)

    assert (done.returncode, recorder.received.pop()[:7]) == (0, b"GET /a ")


def test_the_variables_of_a_line_are_explained() -> None:
    line = curl(Request("GET", "/a", (("Authorization", HIDDEN["expired"][1]),)), "http://h", SECRETS)

    assert variables(line) == {"EXPIRED_TOKEN": "a token like TOKEN whose `exp` is in the past"}


def test_the_user_and_the_password_of_the_address_are_omitted() -> None:
    assert curl(Request("GET", "/a"), "http://me:word@h:1/base") == "curl -i --path-as-is http://h:1/a"


@pytest.mark.parametrize(
    ("sent", "line"),
    [
        (Request("GET", "/a"), "curl -i http://h/a"),
        (Request("HEAD", "/a"), "curl -i --head http://h/a"),
        (Request("PURGE", "/a"), "curl -i -X PURGE http://h/a"),
        (Request("GET", "/a/../b?c[]={d}"), "curl -i --globoff --path-as-is 'http://h/a/../b?c[]={d}'"),
        (Request("GET", "/a b#c"), "curl -i http://h/a%20b"),
        (
            Request("POST", "/a", (("Content-Type", "text/plain"), ("X-A", "")), b"b"),
            "curl -i http://h/a \\\n  -H 'Content-Type: text/plain' \\\n  -H 'X-A;' \\\n  --data-raw b",
        ),
    ],
)
def test_a_readable_command_has_only_the_options_that_it_needs(sent: Request, line: str) -> None:
    assert curl(sent, "http://h", readable=True) == line


def test_the_masking_of_the_caller_is_used() -> None:
    class Hidden(Secrets):
        def header(self, name: str, value: str) -> tuple[Part, ...]:
            return (Expansion("$SECRET"),) if name == "X-A" else super().header(name, value)

    request = Request("GET", "/a", (("X-A", "1"), ("X-B", "2")))

    assert curl(request, "http://h", Hidden(), readable=True).splitlines()[1:] == [
        '  -H "X-A: $SECRET" \\',
        "  -H 'X-B: 2'",
    ]


def test_a_body_that_a_proxy_did_not_keep_is_a_file() -> None:
    request = Request("POST", "/a", (("Content-Length", "3"), ("Content-Type", "text/plain")))

    assert curl(request, "http://h") == (
        "curl -i --path-as-is -X POST http://h/a -H 'Content-Type: text/plain' -H 'Expect:' --data-binary \"@$BODY\""
    )
