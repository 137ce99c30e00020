"""A document is downloaded within bounds, without credentials, and a failure says what to do."""

from __future__ import annotations

import time

import pytest

from openapi.check.client.download import NotDownloaded, download
from openapi.check.client.wire import ConnectionOptions
from tests.loopback import Handler, listening, reserved_port

QUICK = ConnectionOptions(timeout=1)


class Documents(Handler):
    """Answers by the path: a document, redirects, refusals, and an endless answer."""

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/openapi.json":
            self.reply(200, query.encode() or b"{}")
        elif path == "/moved":
            self.reply(302, Location="/openapi.json?moved")
        elif path == "/loop":
            self.reply(302, Location="/loop")
        elif path == "/file":
            self.reply(302, Location="file:///etc/passwd")
        elif path == "/endless":
            self.endless()
        else:
            self.reply(int(path[1:]))

    def endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        try:
            for _ in range(100):
                self.wfile.write(b"x")
                time.sleep(0.05)
        except OSError:
            self.close_connection = True


@pytest.mark.parametrize(
    ("path", "content"), [("/openapi.json", b"{}"), ("/openapi.json?a=b", b"a=b"), ("/moved", b"moved")]
)
def test_document_is_downloaded(path: str, content: bytes) -> None:
    with listening(Documents) as url:
        assert download(url + path, QUICK) == content


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/404", "answers 404; correct the URL"),
        ("/401", "answers 401; download the document with your credentials"),
        ("/403", "answers 403; download the document with your credentials"),
        ("/500", "answers 500"),
        ("/loop", "redirects more than 5 times"),
        ("/file", "redirects to 'file:///etc/passwd', which is not an http or https URL"),
        ("/endless", "no complete answer arrived within the timeout"),
    ],
)
def test_failure_is_explained(path: str, reason: str) -> None:
    with listening(Documents) as url, pytest.raises(NotDownloaded, match=reason):
        download(url + path, QUICK)


@pytest.mark.parametrize("url", ["ftp://a.example/c.yaml", "http://", "http://[", "http://a.example:0/c"])
def test_other_url_is_refused(url: str) -> None:
    with pytest.raises(NotDownloaded, match="not an http or https URL"):
        download(url, QUICK)


def test_url_with_a_user_is_refused() -> None:
    with pytest.raises(NotDownloaded, match="must not have a user"):
        download("http://me:secret@a.example/c.yaml", QUICK)


def test_unreachable_server_is_named() -> None:
    with reserved_port() as port, pytest.raises(NotDownloaded, match=f"127.0.0.1:{port} cannot be reached"):
        download(f"http://127.0.0.1:{port}/c.yaml", QUICK)
