"""One exchange through the proxy: a bounded copy of it, and its violations."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

from starlette.types import Message, Receive, Scope, Send

from openapi.gateway.forwarder import send_error, target_of
from openapi.http.content_codings import NotDecoded, WronglyCoded, codings_of, decoded
from openapi.http.messages import Fields, Request, Response, fields_from, values_of
from openapi.validation import ContractValidator, Violation

VIOLATED: Final = "CONTRACT_VIOLATED"


class AnswerWithheld(Exception):
    """The response was withheld, and the client got another answer."""


class Copy:
    """A copy of a body, of at most `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._content = bytearray()
        self.whole = False
        self.too_large = False

    def add(self, message: Message) -> None:
        """Add the part of the body in an ASGI message."""
        if not self.too_large:
            self._content += message.get("body", b"")
            self.expect(len(self._content))
        self.whole = not message.get("more_body", False)

    def expect(self, size: int) -> None:
        """Drop the copy if `size` (bytes) is over the limit, because a part of a body cannot be judged."""
        if size > self._limit:
            self.too_large = True
            self._content.clear()

    def decoded(self, headers: Fields) -> bytes:
        """The decoded body. Raises NotDecoded or WronglyCoded."""
        if self.too_large:
            raise NotDecoded(f"it is more than {self._limit} bytes")
        if not self.whole:
            raise NotDecoded("it is incomplete")
        return decoded(bytes(self._content), codings_of(values_of(headers, "content-encoding")), self._limit)


class PassingExchange:
    """A request and its response, which are forwarded at once, and judged when they have passed completely."""

    def __init__(self, judge: ContractValidator, scope: Scope, receive: Receive, send: Send, max_judged: int) -> None:
        self._judge = judge
        self._receive = receive
        self._send = send
        self._began = time.perf_counter()
        self._sent = Copy(max_judged)
        self._came = Copy(max_judged)
        self._reads_body = False
        target = target_of(scope).decode("latin-1")
        self.request = Request(scope["method"], target, fields_from(scope["headers"]))
        self.operation = judge.operation(self.request)
        self.response: Response | None = None
        # The reasons why bodies were not judged.
        self.unjudged: list[str] = []

    async def receive(self) -> Message:
        """Receive a message of the client."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._sent.add(message)
        return message

    async def send(self, message: Message) -> None:
        """Forward a message of the server to the client."""
        await self._send(message)
        self._note(message)

    @cached_property
    def request_violations(self) -> list[Violation]:
        """The violations of the request, once it has passed."""
        return self._decided("the request", self._of_request())

    @cached_property
    def response_violations(self) -> list[Violation]:
        """The violations of the response, once it has passed, or once enough of it has passed to judge it."""
        return self._decided("the answer", self._of_response())

    def _decided(self, message: str, violations: list[Violation]) -> list[Violation]:
        """The violations, without those of what could not be judged, which are counted as such."""
        self.unjudged += [f"{message}: {violation}" for violation in violations if violation.is_undecided]
        return [violation for violation in violations if not violation.is_undecided]

    def _of_request(self) -> list[Violation]:
        if not self.request.header("content-length") and not self.request.header("transfer-encoding"):
            return self._judge.request(self.request)
        try:
            body = self._sent.decoded(self.request.headers)
        except (NotDecoded, WronglyCoded) as error:
            self.unjudged.append(f"the body of the request: {error}")
            return self._judge.request(self.request, with_body=False)
        if body and (reason := self._judge.unread_request(self.request)):
            self.unjudged.append(f"the body of the request: {reason}")
        return self._judge.request(replace(self.request, body=body))

    def _of_response(self) -> list[Violation]:
        if self.operation is None or self.response is None:
            if self.request.method == "OPTIONS":
                self.unjudged.append("an OPTIONS that the contract does not declare, and its answer")
            return []
        method = self.request.method
        if not self._reads_body:
            if reason := self._judge.unread_response(self.operation, method, self.response):
                self.unjudged.append(f"the body of the answer: {reason}")
            return self._judge.response(self.operation, method, self.response, with_body=False)
        violations = []
        try:
            body = self._came.decoded(self.response.headers)
        except WronglyCoded as error:
            reason = f"the content is not coded as its Content-Encoding says: {error}"
            violations = [Violation("content-encoding", "", reason, "content-encoding")]
        except NotDecoded as error:
            self.unjudged.append(f"the body of the answer: {error}")
        else:
            return self._judge.response(self.operation, method, replace(self.response, body=body))
        return violations + self._judge.response(self.operation, method, self.response, with_body=False)

    def _note(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.response = Response(message["status"], fields_from(message["headers"]))
            if self.operation is not None:
                self._reads_body = self._judge.reads_body(self.operation, self.request.method, self.response)
            length = self.response.header("content-length") or ""
            self._came.expect(int(length) if length.isdecimal() else 0)
        elif self.response is not None:
            if self._reads_body:
                self._came.add(message)
            if not message.get("more_body"):
                self.response = replace(self.response, seconds=time.perf_counter() - self._began)


class HeldBack(PassingExchange):
    """An exchange whose response only reaches the client if it keeps the contract: if its body can be judged, the
    response is held back until it has been."""

    def __init__(self, judge: ContractValidator, scope: Scope, receive: Receive, send: Send, max_judged: int) -> None:
        super().__init__(judge, scope, receive, send, max_judged)
        self._held: list[Message] = []
        self.passing = False

    async def send(self, message: Message) -> None:
        """Forward a message of the server once the response keeps the contract; raises AnswerWithheld otherwise."""
        self._note(message)
        if self.passing:
            await self._send(message)
            return
        self._held.append(message)
        if self._reads_body and not self._came.whole and not self._came.too_large:
            return
        if found := self.response_violations:
            contract = self._judge.contract
            await send_violations(self._send, [replace(v, pointer=contract.as_written(v.pointer)) for v in found])
            raise AnswerWithheld
        self.passing = True
        for held in self._held:
            await self._send(held)
        self._held.clear()


async def send_violations(send: Send, found: Sequence[Violation]) -> None:
    """Answer with a 502 that lists the violations of the upstream server."""
    violations = [
        {"rule": violation.rule, "where": violation.where, "reason": violation.reason, "pointer": violation.pointer}
        for violation in found
    ]
    reasons = "; ".join(map(str, found))
    sentence = f"The answer of the upstream server violates the contract: {reasons}."
    await send_error(send, 502, VIOLATED, sentence, violations=violations)
