"""The proxy, as a program, judges bodies of every kind that it reads, and counts those that it does not."""

from __future__ import annotations

import gzip
import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.loopback import Handler, listening
from tests.openapi.proxy.program import PATIENCE, command

JSON = "application/json"
OBJECT = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
FILES = {"type": "array", "maxItems": 2, "items": {"type": "string", "format": "binary"}}
UPLOAD = {"type": "object", "required": ["files"], "properties": {"files": FILES, "meta": OBJECT}}
PARAMETERS = [
    {"name": "ids", "in": "query", "explode": False, "schema": {"type": "array", "items": {"type": "integer"}}},
    {"name": "d", "in": "query", "style": "deepObject", "explode": True, "schema": OBJECT},
    {"name": "filter", "in": "query", "content": {JSON: {"schema": OBJECT}}},
    {"name": "X-Count", "in": "header", "schema": {"type": "integer"}},
    {"name": "seen", "in": "cookie", "schema": {"type": "boolean"}},
]
MAX_JUDGED = 20_000


def taking(media_type: str, schema: object) -> dict[str, Any]:
    return {"post": {"requestBody": {"content": {media_type: {"schema": schema}}}, "responses": ANSWERS}}


ANSWERS = {"200": {"description": "All.", "content": {JSON: {"schema": OBJECT}, "image/png": {}, "text/*": {}}}}
CONTRACT = {
    "openapi": "3.0.3",
    "info": {"title": "Bodies", "version": "1"},
    "paths": {
        "/json": taking(JSON, OBJECT),
        "/form": taking("application/x-www-form-urlencoded", OBJECT),
        "/upload": taking("multipart/form-data", UPLOAD),
        "/text": taking("text/plain", {"type": "string", "maxLength": 3}),
        "/picture": taking("image/*", {"type": "string", "format": "binary"}),
        "/query": {"get": {"parameters": PARAMETERS, "responses": ANSWERS}},
        "/": {"get": {"responses": ANSWERS}},
    },
}
GOOD = b'{"n": 1}'


class Upstreams(Handler):
    """Answers every request with success: by default as the contract says, else as its X-Answer says."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        self.read_body()
        media_type, _, text = self.headers.get("X-Answer", f"{JSON} {GOOD.decode()}").partition(" ")
        self.reply(int(self.headers.get("X-Status", "200")), text.encode(), Content_Type=media_type)

    def read_body(self) -> None:
        """Read a body with a length, or in chunks."""
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            while size := int(self.rfile.readline().strip() or b"0", 16):
                self.rfile.read(size + 2)
            self.rfile.readline()
        else:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))

    do_GET = do_POST = do_OPTIONS = _answer


@dataclass
class Proxied:
    """A proxy for `CONTRACT`."""

    url: str

    def send(self, method: str, path: str, **options: Any) -> None:
        """Send one request, which the upstream accepts."""
        assert httpx.request(method, self.url + path, trust_env=False, timeout=PATIENCE, **options).is_success

    @property
    def report(self) -> dict[str, Any]:
        report: dict[str, Any] = httpx.get(f"{self.url}/__proxy/report", trust_env=False).json()
        return report


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("proxy")
    (folder / "contract.json").write_text(json.dumps(CONTRACT))
    return folder


@contextmanager
def proxied(folder: Path, *options: str) -> Iterator[tuple[Any, Proxied]]:
    with (
        listening(Upstreams) as upstream,
        command(upstream, folder, "--contract", "contract.json", "--violations", "v.jsonl", *options) as (process, url),
    ):
        yield process, Proxied(url)


@pytest.fixture(scope="module")
def proxy(folder: Path) -> Iterator[Proxied]:
    with proxied(folder, "--max-judged", str(MAX_JUDGED)) as (_, running):
        yield running


def difference(proxy: Proxied, send: Callable[[], None]) -> tuple[dict[str, int], dict[str, int]]:
    """The violations by rule and what was not judged, of what `send` sends alone."""
    before = proxy.report
    send()
    after = proxy.report
    rules, unjudged = (
        {name: count - before[key].get(name, 0) for name, count in after[key].items() if count != before[key].get(name)}
        for key in ("violations_by_rule", "not_judged")
    )
    return rules, unjudged


def file(content: bytes = b"one") -> tuple[str, tuple[str, bytes]]:
    return "files", ("one.bin", content)


META = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MALFORMED = {"Content-Type": "multipart/form-data; boundary=a"}


@pytest.mark.parametrize(
    ("method", "path", "options", "rule"),
    [
        ("POST", "/json", {"json": {"n": "x"}}, "request-body-schema"),
        ("POST", "/json", {"content": b"{", "headers": META}, "request-body-malformed"),
        ("POST", "/json", {"content": b"a", "headers": {"Content-Type": "a/b"}}, "request-media-type-undeclared"),
        ("POST", "/json", {"content": iter([b'{"n":', b'"x"}']), "headers": META}, "request-body-schema"),
        ("POST", "/json", {"content": gzip.compress(b"{}"), "headers": {**META, "Content-Encoding": "gzip"}},
         "request-body-schema"),
        ("POST", "/form", {"data": {"n": "x"}}, "request-body-schema"),
        ("POST", "/form", {"data": {"m": "1"}}, "request-body-schema"),
        ("POST", "/form", {"content": iter([b"n=", b"x"]), "headers": FORM}, "request-body-schema"),
        ("POST", "/form", {"data": {"n": ["1", "2"]}}, "request-body-schema"),
        ("POST", "/upload", {"files": [("other", b"x")]}, "request-body-schema"),
        ("POST", "/upload", {"files": [file()] * 3}, "request-body-schema"),
        ("POST", "/upload", {"files": [file(), ("meta", (None, b'{"n": "x"}', JSON))]}, "request-body-schema"),
        ("POST", "/upload", {"content": b"--b\r\n", "headers": MALFORMED}, "request-body-malformed"),
        ("POST", "/text", {"content": b"long", "headers": {"Content-Type": "text/plain"}}, "request-body-schema"),
        ("GET", "/query?d[n]=x", {}, "parameter-schema"),
        ("GET", "/query?d[m]=1", {}, "parameter-schema"),
        ("GET", "/query?ids=1,x", {}, "parameter-schema"),
        ("GET", "/query?filter=%7B%7D", {}, "parameter-schema"),
        ("GET", "/query", {"headers": {"X-Count": "x"}}, "parameter-schema"),
        ("GET", "/query", {"headers": {"Cookie": "seen=x"}}, "parameter-schema"),
        ("GET", "/", {"headers": {"X-Answer": JSON + ' {"n": "x"}'}}, "body-schema"),
        ("GET", "/", {"headers": {"X-Answer": "a/b c"}}, "media-type-undeclared"),
    ],
)  # fmt: skip
def test_bad_message_is_a_violation(proxy: Proxied, method: str, path: str, options: dict[str, Any], rule: str) -> None:
    rules, unjudged = difference(proxy, lambda: proxy.send(method, path, **options))

    assert (list(rules), unjudged) == ([rule], {})


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("POST", "/json", {"json": {"n": 1}}),
        ("POST", "/json", {}),
        ("POST", "/form", {"data": {"n": "1"}}),
        ("POST", "/upload", {"files": [file(), file(bytes(range(256)))]}),
        ("POST", "/upload", {"files": [file(), ("meta", (None, b'{"n": 1}', JSON))]}),
        (
            "POST",
            "/text",
            {"content": "abc".encode("utf-16"), "headers": {"Content-Type": "text/plain; charset=utf-16"}},
        ),
        ("GET", "/query?d[n]=1&ids=1,2&filter=%7B%22n%22:1%7D", {"headers": {"X-Count": "1", "Cookie": "seen=true"}}),
        ("GET", "/", {}),
    ],
)
def test_good_message_is_judged_and_kept(proxy: Proxied, method: str, path: str, options: dict[str, Any]) -> None:
    assert difference(proxy, lambda: proxy.send(method, path, **options)) == ({}, {})


HUGE = b'{"n": 1, "m": "' + b"x" * MAX_JUDGED + b'"}'


@pytest.mark.parametrize(
    ("method", "path", "options", "reason"),
    [
        ("POST", "/json", {"content": HUGE, "headers": META}, "request: it is more than 20000 bytes"),
        ("POST", "/json", {"content": iter([HUGE]), "headers": META}, "request: it is more than 20000 bytes"),
        ("POST", "/form", {"content": b"n=" + HUGE, "headers": FORM}, "request: it is more than 20000 bytes"),
        ("POST", "/json", {"content": gzip.compress(HUGE), "headers": {**META, "Content-Encoding": "gzip"}},
         "request: it is more than 20000 bytes once decoded"),
        ("POST", "/json", {"content": b"{}", "headers": {**META, "Content-Encoding": "compress"}},
         "request: the coding compress is not supported"),
        ("POST", "/picture", {"content": b"x", "headers": {"Content-Type": "image/png"}},
         "request: the media type image/png is not read"),
        ("GET", "/", {"headers": {"Content-Type": JSON, "Content-Length": "0"}}, ""),
        ("GET", "/", {"headers": {"X-Answer": "image/png x"}}, "answer: the media type image/png is not read"),
        ("GET", "/", {"headers": {"X-Answer": "text/event-stream x"}},
         "answer: the media type text/event-stream is not read"),
        ("GET", "/", {"headers": {"X-Status": "206"}}, "answer: the answer is partial"),
        ("GET", "/", {"headers": {"X-Answer": f"{JSON} {HUGE.decode()}"}}, "answer: it is more than 20000 bytes"),
        ("OPTIONS", "/", {}, "an OPTIONS that the contract does not declare"),
    ],
)  # fmt: skip
def test_what_is_not_judged_is_counted(
    proxy: Proxied, method: str, path: str, options: dict[str, Any], reason: str
) -> None:
    rules, unjudged = difference(proxy, lambda: proxy.send(method, path, **options))

    assert rules == {}
    assert [(reason in name, count) for name, count in unjudged.items()] == ([(True, 1)] if reason else [])


def test_body_that_the_contract_does_not_declare_is_counted(proxy: Proxied) -> None:
    _, unjudged = difference(proxy, lambda: proxy.send("GET", "/", content=b"x"))

    assert unjudged == {"the body of the request: the contract declares no body": 1}


def test_printed_report_says_what_was_not_judged(folder: Path) -> None:
    with proxied(folder) as (process, proxy):
        for _ in range(3):
            proxy.send("POST", "/picture", content=b"x", headers={"Content-Type": "image/png"})
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)

    assert process.returncode == 0
    assert "3 not judged: the body of the request: the media type image/png is not read" in " ".join(
        (folder / "stderr").read_text().split()
    )
