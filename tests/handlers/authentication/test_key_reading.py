"""Key sets are read from a file, or over HTTP from a real server."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from handlers.authentication.key_reading import MAX_BYTES, reader_of
from handlers.authentication.key_sources import KeysUnreadable
from handlers.authentication.keys import KeyUnusable
from tests.loopback import Handler, listening

Answer = Callable[[Handler], None]


@contextmanager
def publisher(answer: Answer) -> Iterator[tuple[str, list[str]]]:
    """The URL of a server that sends this answer, and the paths of its requests."""
    paths = []

    class Keys(Handler):
        def do_GET(self) -> None:
            paths.append(self.path)
            answer(self)

    with listening(Keys) as address:
        yield f"{address}/jwks", paths


def answer_of(body: bytes, status: int = 200, **headers: str) -> Answer:
    return lambda handler: handler.reply(status, body, **headers)


def read(location: str, timeout: float = 5) -> bytes:
    async def reading() -> bytes:
        return await reader_of(location, timeout)()

    return asyncio.run(reading())


def test_a_file_is_read_anew_each_time(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    reads = reader_of(str(path), 5)

    async def write_and_read(content: bytes) -> bytes:
        path.write_bytes(content)
        return await reads()

    assert [asyncio.run(write_and_read(content)) for content in (b"one", b"two")] == [b"one", b"two"]


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeysUnreadable, match="the file cannot be read: No such file or directory"):
        read(str(tmp_path / "keys.json"))


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "keys.json")

    with pytest.raises(KeysUnreadable, match="the path is a pipe, a folder or a device, not a file"):
        read(str(tmp_path / "keys.json"))


@pytest.mark.parametrize(("size", "good"), [(MAX_BYTES, True), (MAX_BYTES + 1, False)])
def test_a_file_has_at_most_one_mebibyte(tmp_path: Path, size: int, good: bool) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(b" " * size)

    if good:
        assert len(read(str(path))) == size
    else:
        with pytest.raises(KeysUnreadable, match="the key set is larger than 1048576 bytes"):
            read(str(path))


def test_a_body_is_read_over_http() -> None:
    with publisher(answer_of(b"keys")) as (url, paths):
        assert (read(url), paths) == (b"keys", ["/jwks"])


@pytest.mark.parametrize("status", [201, 204, 304, 404, 500])
def test_another_status_is_an_error(status: int) -> None:
    with publisher(answer_of(b"", status)) as (url, _), pytest.raises(KeysUnreadable, match=f"the status {status}"):
        read(url)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with publisher(answer_of(b"", status, Location="/elsewhere")) as (url, paths):
        with pytest.raises(KeysUnreadable, match=f"the status {status}"):
            read(url)

        assert paths == ["/jwks"]


def test_more_than_one_mebibyte_is_an_error() -> None:
    with publisher(answer_of(b" " * (MAX_BYTES + 1))) as (url, _), pytest.raises(KeysUnreadable, match="larger"):
        read(url)


def test_an_endless_body_is_cut() -> None:
    def endless(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
        while True:
            handler.wfile.write(b" " * 65536)

    with publisher(endless) as (url, _), pytest.raises(KeysUnreadable, match="larger"):
        read(url)


def test_a_compressed_body_is_refused_unread() -> None:
    with (
        publisher(answer_of(b"", Content_Encoding="gzip")) as (url, _),
        pytest.raises(KeysUnreadable, match="compress"),
    ):
        read(url)


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.0 200 OK\r\n\r\n{"], ids=["no answer", "half a body"])
def test_an_answer_after_the_timeout_is_an_error(sent: bytes) -> None:
    over = threading.Event()

    def stall(handler: Handler) -> None:
        handler.wfile.write(sent)
        handler.wfile.flush()
        over.wait(30)

    with publisher(stall) as (url, _):
        started = time.monotonic()
        try:
            with pytest.raises(KeysUnreadable):
                read(url, timeout=0.2)
        finally:
            over.set()

        assert time.monotonic() - started < 5


def test_the_timeout_covers_the_whole_answer() -> None:
    over = threading.Event()

    def drip(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
        while not over.wait(0.02):
            handler.wfile.write(b" ")

    with publisher(drip) as (url, _):
        try:
            with pytest.raises(KeysUnreadable, match=r"no answer within 0\.3 seconds"):
                read(url, timeout=0.3)
        finally:
            over.set()


def test_a_refused_connection_is_an_error() -> None:
    with publisher(answer_of(b"")) as (url, _):
        pass

    with pytest.raises(KeysUnreadable, match="ConnectError"):
        read(url)


def test_a_loopback_url_does_not_use_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with publisher(answer_of(b"keys")) as (url, _):
        assert read(url) == b"keys"


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://keys.example/jwks", "over the network without TLS; use https"),
        ("http://127.0.0.1.keys.example/", "over the network without TLS; use https"),
        ("http://10.0.0.1/", "over the network without TLS; use https"),
        ("ftp://keys.example/jwks", "neither an https URL nor the path of a file"),
        ("file:///etc/keys.json", "neither an https URL nor the path of a file"),
        ("https://", "neither an https URL nor the path of a file"),
        ("https://ada:s3cr3t@keys.example/", "remove the user and password from the URL of the public keys"),
        ("https://[::1", "is not a valid URL"),
    ],
)
def test_an_invalid_or_insecure_url_is_refused(location: str, reason: str) -> None:
    with pytest.raises(KeyUnusable) as refused:
        reader_of(location, 5)

    assert reason in str(refused.value)
    assert "s3cr3t" not in str(refused.value)


@pytest.mark.parametrize("location", ["https://keys.example/jwks", "http://localhost/", "http://[::1]:80/", "a/b.json"])
def test_making_a_reader_sends_no_request(location: str) -> None:
    assert callable(reader_of(location, 5))
