"""The server behind a mock: what it has is passed on to it and judged, the rest the mock answers by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast
from urllib.parse import unquote

from starlette.types import Message, Receive, Scope, Send

from openapi.contract import Operation
from openapi.engine.errors import ClientLeft
from openapi.gateway.forwarder import BrokenOff, Forwarder, ForwardingError, Upstream
from openapi.http.content_codings import NotDecoded, WronglyCoded, codings_of, decoded
from openapi.http.messages import Fields, Request, Response, fields_from, values_of
from openapi.mock.answers.endpoint import MAX_BODY
from openapi.mock.answers.refusals import Refusal
from openapi.mock.requests.preferences import preferences_of_others
from openapi.mock.requests.request import Asking
from openapi.validation import ContractValidator

# Answers by which a server says that it does not have an operation, where the contract does not declare them for it.
_LACKING: Final = (404, 405, 501)
# Bytes of an answer that are judged; a longer one is passed on all the same.
_MOST_JUDGED: Final = 1024 * 1024
# What the mock says itself, for the app that asks it.
_OURS: Final = (b"access-control-", b"x-mock-")


class Behind:
    """Passes requests on to the server at `url`. ValueError says what is wrong with the URL."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._forwarder = Forwarder(Upstream(url))

    async def answer(
        self, judge: ContractValidator, operation: Operation, path: bytes, asking: Asking, receive: Receive, send: Send
    ) -> tuple[bool, Receive]:
        """Whether the server has answered the request for `path`. Where it does not have the operation nothing was
        sent, and the `receive` that comes back tells the request once more.

        Refusal when there is no answer to pass on.
        """
        body = await _received(receive)
        answer = _Answer(operation, asking, send)
        try:
            await self._forwarder.forward(_passed_on(asking.scope, path), _replay(body, receive), answer.send)
        except _Lacking as lacking:
            asking.foreword = f"The upstream does not have this: it answers {lacking.status}."
            return False, _replay(body, receive)
        except ForwardingError as error:
            raise Refusal(error.status, error.code, f"{error} It is the upstream of this mock, {self.url}.") from None
        except BrokenOff:
            raise ClientLeft from None
        asking.exchange.violations += _violations(judge, operation, path, asking, body, answer)
        return True, receive


class _Lacking(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _Answer:
    """The answer of the server behind on its way; a copy of it is kept to be judged."""

    def __init__(self, operation: Operation, asking: Asking, send: Send) -> None:
        self._operation = operation
        self._asking = asking
        self._send = send
        self.status = 0
        self.headers: Fields = ()
        # None when it is too long.
        self.body: bytearray | None = bytearray()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if self.status in _LACKING and self._operation.response_for(self.status) is None:
                raise _Lacking(self.status)
            self.headers = fields_from(message["headers"])
            kept = [field for field in message["headers"] if not _is_ours(field[0].lower())]
            self._asking.exchange.source = "upstream"
            self._asking.exchange.reason = f"The upstream answered {self.status}."
            message = {**message, "headers": kept}
        elif self.body is not None:
            self.body += message.get("body", b"")
            if len(self.body) > _MOST_JUDGED:
                self.body = None
        await self._send(message)


def _is_ours(name: bytes) -> bool:
    # The server that the mock runs in dates every answer; two dates would be one that nobody can read.
    return name.startswith(_OURS) or name == b"date"


def _violations(
    judge: ContractValidator, operation: Operation, path: bytes, asking: Asking, body: bytes, answer: _Answer
) -> list[str]:
    target = path + (b"?" + asking.query if asking.query else b"")
    request = Request(asking.exchange.method, target.decode("latin-1"), fields_from(asking.scope["headers"]), body)
    found = [f"request: {breach}" for breach in judge.request(request)]
    if answer.body is None:
        return [*found, f"not judged: the answer is longer than {_MOST_JUDGED} bytes"]
    try:
        # It was asked for no coding; what comes in one all the same is passed on so, and judged without.
        content = decoded(bytes(answer.body), codings_of(values_of(answer.headers, "content-encoding")), _MOST_JUDGED)
    except (NotDecoded, WronglyCoded) as error:
        return [*found, f"not judged: the coding of the answer cannot be undone: {error}"]
    response = Response(answer.status, answer.headers, content)
    return [*found, *map(str, judge.response(operation, request.method, response))]


def _passed_on(scope: Scope, path: bytes) -> Scope:
    """The request as the server behind is asked: without our prefix and our preferences, and in a coding that can be
    judged."""
    headers = [(name, value) for name, value in scope["headers"] if name not in (b"accept-encoding", b"prefer")]
    prefer = [value.decode("latin-1") for name, value in scope["headers"] if name == b"prefer"]
    if others := preferences_of_others(prefer):
        headers.append((b"prefer", others.encode("latin-1")))
    extensions: Mapping[str, object] = {}
    return {
        **scope,
        "headers": [*headers, (b"accept-encoding", b"identity")],
        "raw_path": path,
        "path": unquote(path),
        "root_path": "",
        "extensions": extensions,
    }


async def _received(receive: Receive) -> bytes:
    """The body of a request, whole, for it may have to be told twice."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeft
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            raise Refusal(413, "BODY_TOO_LARGE", f"A body may have {MAX_BODY} bytes.")
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that tells a body that was received, and then goes on."""
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return cast(Message, {"type": "http.request", "body": body, "more_body": False})

    return again
