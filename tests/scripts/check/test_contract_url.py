"""`tether-relay check --contract URL`."""

from __future__ import annotations

import json
from collections.abc import Callable
from subprocess import CompletedProcess

import pytest

from openapi.contract import load_contract
from tests.frozen import FROZEN
from tests.loopback import Handler, listening
from tests.openapi.check.family.honest import Server, good_token, serving

Program = Callable[..., CompletedProcess[str]]
PUBLISHED = load_contract(FROZEN)
ELSEWHERE = {
    "openapi": "3.0.3",
    "info": {"title": "T", "version": "1"},
    "paths": {"/a": {"get": {"responses": {"200": {"$ref": "other.yaml#/a"}}}}},
}


class Published(Handler):
    """Serves the contract, and remembers the headers of its requests."""

    headers_seen: list[str]

    def do_GET(self) -> None:
        type(self).headers_seen += [name.lower() for name in self.headers]
        document = {"/c.yaml": PUBLISHED.content, "/parts.json": json.dumps(ELSEWHERE).encode()}
        body = document.get(self.path.partition("?")[0])
        self.reply(404 if body is None else 200, body or b"")


@pytest.fixture
def published() -> type[Published]:
    return type("Fresh", (Published,), {"headers_seen": []})


def test_contract_is_read_from_a_url_without_credentials(program: Program, published: type[Published]) -> None:
    token = good_token()
    with listening(published) as documents, serving(Server()) as url:
        contract = f"{documents}/c.yaml?v=1"
        done = program("check", url, "--contract", contract, "--max-requests", "20", "--token", token)

    assert done.returncode == 0
    assert "authorization" not in published.headers_seen


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/none.yaml", "answers 404; correct the URL of the document"),
        ("/parts.json", "'other.yaml#/a' refers to another document; bundle the documents into one file first"),
    ],
)
def test_unusable_url_exits_with_2(program: Program, published: type[Published], path: str, reason: str) -> None:
    with listening(published) as documents:
        done = program("check", "http://127.0.0.1:9", "--contract", documents + path)

    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
