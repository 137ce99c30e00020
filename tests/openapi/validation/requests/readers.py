"""The five parts of the program that read requests, all with the same contract, and their verdicts.

The server and the mock refuse a wrong request; the mock with an upstream, the proxy and the validator report it. The
upstream server accepts every request.
"""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Final
from urllib.parse import unquote

from starlette.types import ASGIApp, Message

from handlers.errors import failure_of
from openapi.contract import Contract, load_contract
from openapi.gateway.forwarder import Forwarder, Upstream
from openapi.http.messages import Request
from openapi.mock.app import create_mock
from openapi.mock.mocking import Mock
from openapi.mock.settings import MockSettings
from openapi.mock.upstream import UpstreamMode
from openapi.proxy.app import Proxy
from openapi.proxy.traffic import Traffic, ViolationRecord
from openapi.server import create_server
from openapi.validation import ContractValidator
from tests.loopback import Handler, listening
from tests.openapi.validation.requests.notation import OK, UNDECLARED

REFUSED: Final = "refused"
_HANDLERS: Final = "readers_handlers"


class Taking(Handler):
    """A server that accepts every request, with a new connection for each."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.reply(200, b"{}", Content_Type="application/json")

    do_POST = do_GET


class Readers:
    """The readers of one contract, with the upstream server at `url`; handlers are written to `folder`."""

    def __init__(self, document: Mapping[str, Any], folder: Path, url: str, runner: asyncio.Runner) -> None:
        file = folder / "contract.json"
        file.write_text(json.dumps(document))
        contract = load_contract(file)
        self._runner = runner
        self._server = create_server([contract], _handlers(contract, folder), errors=failure_of)
        self._mock = create_mock(Mock({"": file}, settings=MockSettings(auth="off")))
        self._upstream = create_mock(Mock({"": file}, settings=MockSettings(auth="off"), upstream=UpstreamMode(url)))
        self._violations: list[ViolationRecord] = []
        self._validator = ContractValidator(contract)
        traffic = Traffic(contract, url)
        self._proxy = Proxy(Forwarder(Upstream(url)), self._validator, traffic, observe=self._violations.extend)

    def verdicts(self, request: Request) -> dict[str, str]:
        """The verdict of each reader: `OK`, or the broken rule if the reader names it."""
        return {
            "server": self._status(self._server, request),
            "mock": self._status(self._mock, request),
            "mock with an upstream": self._logged(request),
            "proxy": self._reported(request),
            "validator": _verdict([violation.rule for violation in self._validator.request(request)]),
        }

    def _status(self, app: ASGIApp, request: Request) -> str:
        status, _ = self._send(app, request)
        return OK if status == 200 else str(status)

    def _logged(self, request: Request) -> str:
        self._send(self._upstream, request)
        entry = json.loads(self._send(self._upstream, Request("GET", "/__mock/requests"))[1])[-1]
        self._send(self._upstream, Request("DELETE", "/__mock/requests"))
        if entry["source"] != "upstream":
            return f"not forwarded: {entry['reason']}"
        return REFUSED if any(text.startswith("request: ") for text in entry["violations"]) else OK

    def _reported(self, request: Request) -> str:
        self._violations.clear()
        status, _ = self._send(self._proxy, request)
        if status != 200:
            return f"not forwarded: {status}"
        return _verdict([found["rule"] for found in self._violations if found["of"] == "request"])

    def _send(self, app: ASGIApp, request: Request) -> tuple[int, bytes]:
        return self._runner.run(send(app, request))


def expected(verdict: str) -> dict[str, str]:
    """The verdicts of the five readers for a request with this verdict: some give only a status, and the log of the
    mock has a sentence."""
    status = OK if verdict == OK else "415" if verdict == UNDECLARED else "400"
    log = OK if verdict == OK else REFUSED
    return {"server": status, "mock": status, "mock with an upstream": log, "proxy": verdict, "validator": verdict}


@contextmanager
def reading(document: Mapping[str, Any], folder: Path) -> Iterator[Readers]:
    """The readers of a contract, with an upstream server that accepts every request."""
    with listening(Taking) as url, asyncio.Runner() as runner:
        yield Readers(document, folder, url, runner)


async def send(app: ASGIApp, request: Request) -> tuple[int, bytes]:
    """The status and the body of the answer to a request. It is sent byte for byte, because a client library would
    encode it again."""
    fields = [("host", "localhost"), *request.headers]
    if request.body:
        fields.append(("content-length", str(len(request.body))))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(request.path),
        "raw_path": request.path.encode(),
        "query_string": request.query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in fields],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "extensions": {},
    }
    received: list[Message] = [{"type": "http.request", "body": request.body, "more_body": False}]
    sent: list[Message] = []
    answered = asyncio.Event()

    async def receive() -> Message:
        if received:
            return received.pop()
        await answered.wait()
        return {"type": "http.disconnect"}

    async def take(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, take)
    answered.set()
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


def _verdict(rules: list[str]) -> str:
    return " and ".join(sorted(set(rules))) or OK


def _handlers(contract: Contract, folder: Path) -> ModuleType:
    """A package whose handlers answer every operation."""
    package = folder / _HANDLERS
    package.mkdir()
    (package / "__init__.py").touch()
    source = "".join(f"async def {one.operation_id}(**given): return {{}}\n" for one in contract.operations)
    (package / "answers.py").write_text(source)
    importlib.invalidate_caches()
    return importlib.import_module(_HANDLERS)
