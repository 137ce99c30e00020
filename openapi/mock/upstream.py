"""The upstream of a mock: forwards requests to it and validates the traffic; the mock answers what it lacks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, cast
from urllib.parse import unquote

from starlette.types import Message, Receive, Scope

from openapi.engine.errors import BodyTooLarge
from openapi.gateway.forwarder import BrokenOff, Forwarder, ForwardingError, Upstream
from openapi.http.content_codings import NotDecoded, WronglyCoded, codings_of, decoded
from openapi.http.messages import Fields, Response, fields_from, values_of
from openapi.mock.answers.decision import Decision
from openapi.mock.answers.plan import MockPlan
from openapi.mock.answers.refusals import Refusal
from openapi.mock.requests.preferences import preferences_of_others
from openapi.mock.requests.request import MockRequest
from openapi.mock.settings import MAX_BODY
from openapi.mock.snapshot import Target
from openapi.mock.transport.channel import ClientChannel
from openapi.mock.transport.cors import Pair
from openapi.parameters.request_parts import RequestParts
from openapi.validation import ContractValidator, Violation

# Statuses that mean that a server lacks an operation, if the contract does not declare them for the operation.
_LACKING: Final = (404, 405, 501)
# The most bytes of a response that is validated; a longer one is only forwarded.
_MOST_VALIDATED: Final = 1024 * 1024
# Headers that the mock itself sends.
_OWN_HEADERS: Final = (b"access-control-", b"x-mock-")

# Sends the head of a response, with the headers that explain a decision.
StartResponse: TypeAlias = Callable[[Decision, int, list[Pair]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Lacking:
    """The upstream lacks the operation: it has answered `status`, and nothing was sent to the client."""

    status: int

    @property
    def foreword(self) -> str:
        """The reason why the mock answers."""
        return f"The upstream does not have this operation: it answered {self.status}."


class UpstreamMode:
    """Forwards requests to the server at `url`. Raises ValueError if the URL is invalid."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._forwarder = Forwarder(Upstream(url))

    async def read(self, channel: ClientChannel) -> bytes:
        """The whole body of a request, which the mock may have to read too; Refusal if it is too large."""
        try:
            return await channel.read(MAX_BODY)
        except BodyTooLarge:
            raise Refusal(413, "BODY_TOO_LARGE", f"The body must not exceed {MAX_BODY} bytes.") from None

    async def forward(
        self,
        plan: MockPlan,
        target: Target,
        request: MockRequest,
        body: bytes,
        channel: ClientChannel,
        start: StartResponse,
    ) -> Decision | Lacking:
        """Forward a request, and the response of the upstream to the client; the decision, or Lacking.

        Raises Refusal if the upstream gives no response.
        """
        passing = _Passing(plan, channel, start)
        try:
            await self._forwarder.forward(_forwarded(request, target), _replayed(body, channel.receive), passing.send)
        except _NotThere:
            return Lacking(passing.status)
        except ForwardingError as error:
            raise Refusal(error.status, error.code, f"{error} The upstream of this mock is {self.url}.") from None
        except BrokenOff:
            return passing.decision
        if channel.status is None or target.mounted is None:
            # The client left before the response.
            return passing.decision
        parts = request.parts(target.raw_path, target.path_values)
        found = tuple(_violations(target.mounted.validator, request.method, parts, body, passing))
        return replace(passing.decision, violations=found)


class _NotThere(Exception):
    """The upstream lacks the operation."""


class _Passing:
    """Forwards the response of the upstream, and keeps a copy for validation."""

    def __init__(self, plan: MockPlan, channel: ClientChannel, start: StartResponse) -> None:
        self.operation = plan.mocked.operation
        self.decision = Decision(operation=plan.name)
        self._channel = channel
        self._start = start
        self.status = 0
        self.headers: Fields = ()
        # None if it is too long.
        self.body: bytearray | None = bytearray()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if self.status in _LACKING and self.operation.response_for(self.status) is None:
                raise _NotThere
            headers: list[Pair] = message["headers"]
            self.headers = fields_from(headers)
            reason = f"The upstream answered {self.status}."
            self.decision = replace(self.decision, reason=reason, source="upstream")
            kept = [field for field in headers if not _is_own(field[0].lower())]
            await self._start(self.decision, self.status, kept)
            return
        part = message.get("body", b"")
        if self.body is not None:
            self.body += part
            if len(self.body) > _MOST_VALIDATED:
                self.body = None
        await self._channel.send_part(part, more=message.get("more_body", False))


def _is_own(name: bytes) -> bool:
    # The mock's own server adds a Date to every answer, and two are invalid.
    return name.startswith(_OWN_HEADERS) or name == b"date"


def _violations(
    validator: ContractValidator, method: str, parts: RequestParts, body: bytes, passed: _Passing
) -> Iterator[str]:
    for violation in validator.request_for(passed.operation, parts, body):
        yield f"{_judgement(violation)}request: {violation}"
    if passed.body is None:
        yield f"not validated: the answer is longer than {_MOST_VALIDATED} bytes"
        return
    try:
        # The mock requested no coding. A coded answer is forwarded unchanged, and decoded for validation.
        codings = codings_of(values_of(passed.headers, "content-encoding"))
        content = decoded(bytes(passed.body), codings, _MOST_VALIDATED)
    except (NotDecoded, WronglyCoded) as error:
        yield f"not validated: the answer cannot be decoded: {error}"
        return
    response = Response(passed.status, passed.headers, content)
    for violation in validator.response(passed.operation, method, response):
        yield f"{_judgement(violation)}{violation}"


def _judgement(violation: Violation) -> str:
    return "not validated: " if violation.is_undecided else ""


def _forwarded(request: MockRequest, target: Target) -> Scope:
    """The request for the upstream: without the prefix and the preferences of the mock, and with an Accept-Encoding
    that allows no coding."""
    headers = [field for field in request.raw_headers if field[0] not in (b"accept-encoding", b"prefer")]
    if others := preferences_of_others(values_of(request.fields, "prefer")):
        headers.append((b"prefer", others.encode("latin-1")))
    extensions: Mapping[str, object] = {}
    return {
        "type": "http",
        "method": request.method,
        "headers": [*headers, (b"accept-encoding", b"identity")],
        "raw_path": target.raw_path,
        "path": unquote(target.raw_path),
        "query_string": request.query,
        "root_path": "",
        "extensions": extensions,
    }


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that returns a body that was already received, and then continues with the next messages."""
    returned = False

    async def again() -> Message:
        nonlocal returned
        if returned:
            return await receive()
        returned = True
        return cast(Message, {"type": "http.request", "body": body, "more_body": False})

    return again
