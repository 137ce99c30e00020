"""One exchange as it passes: what is kept of it, and what the judge says."""

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
    """The response is kept back, and the client has another answer."""


class Copy:
    """A copy of a body, of at most `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._content = bytearray()
        self.whole = False
        self.too_large = False

    def add(self, message: Message) -> None:
        """Take over what a message of ASGI has of the body."""
        if not self.too_large:
            self._content += message.get("body", b"")
            self.expect(len(self._content))
        self.whole = not message.get("more_body", False)

    def expect(self, size: int) -> None:
        """Give up where there is more than the limit: half a body cannot be judged."""
        if size > self._limit:
            self.too_large = True
            self._content.clear()

    def decoded(self, headers: Fields) -> bytes:
        """The body, its codings undone; NotDecoded or WronglyCoded when that cannot be."""
        if self.too_large:
            raise NotDecoded(f"it is more than {self._limit} bytes")
        if not self.whole:
            raise NotDecoded("it did not come to its end")
        return decoded(bytes(self._content), codings_of(values_of(headers, "content-encoding")), self._limit)


class PassingExchange:
    """A request on its way, and the response to it, passed on at once and judged when the last of it has passed."""

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
        # Why bodies could not be judged.
        self.unjudged: list[str] = []

    async def receive(self) -> Message:
        """What the client sends, passed on."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._sent.add(message)
        return message

    async def send(self, message: Message) -> None:
        """What the server answers, passed on."""
        await self._send(message)
        self._note(message)

    @cached_property
    def request_violations(self) -> list[Violation]:
        """What is wrong with the request, once it has passed."""
        if not self.request.header("content-length") and not self.request.header("transfer-encoding"):
            return self._judge.request(self.request)
        try:
            body = self._sent.decoded(self.request.headers)
        except (NotDecoded, WronglyCoded) as error:
            self.unjudged.append(f"the body of the request: {error}")
            return self._judge.request(self.request, with_body=False)
        return self._judge.request(replace(self.request, body=body))

    @cached_property
    def response_violations(self) -> list[Violation]:
        """What is wrong with the response, once it has passed, or as much of it as can be judged."""
        if self.operation is None or self.response is None:
            return []
        method = self.request.method
        if not self._reads_body:
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
    """An exchange whose response does not reach the client when it violates the contract: a response whose body can be
    judged is held back until it is."""

    def __init__(self, judge: ContractValidator, scope: Scope, receive: Receive, send: Send, max_judged: int) -> None:
        super().__init__(judge, scope, receive, send, max_judged)
        self._held: list[Message] = []
        self.passing = False

    async def send(self, message: Message) -> None:
        """What the server answers, once it is known to keep the contract; AnswerWithheld when it does not."""
        self._note(message)
        if self.passing:
            await self._send(message)
            return
        self._held.append(message)
        if self._reads_body and not self._came.whole and not self._came.too_large:
            return
        if self.response_violations:
            await send_violations(self._send, self.response_violations)
            raise AnswerWithheld
        self.passing = True
        for held in self._held:
            await self._send(held)
        self._held.clear()


async def send_violations(send: Send, found: Sequence[Violation]) -> None:
    """Answer that the server behind violates the contract, and how."""
    violations = [
        {"rule": violation.rule, "where": violation.where, "reason": violation.reason, "pointer": violation.pointer}
        for violation in found
    ]
    reasons = "; ".join(map(str, found))
    sentence = f"The answer of the server behind violates the contract: {reasons}."
    await send_error(send, 502, VIOLATED, sentence, violations=violations)
