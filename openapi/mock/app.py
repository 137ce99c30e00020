"""The mock as an ASGI application: route, decide, answer, log."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from dataclasses import replace
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from openapi.engine.errors import BodyTooLarge, ClientLeft
from openapi.mock.answers.decision import Decision, undeclared_answer
from openapi.mock.answers.plan import MockPlan
from openapi.mock.answers.refusals import Refusal, RequestInvalid, failure_by_status, failure_of
from openapi.mock.answers.undeclared import PANEL, decide_undeclared, granted_preflight, preflight_problem
from openapi.mock.control.pages import Pages
from openapi.mock.log.entry import log_entry
from openapi.mock.log.log import MOST_BODY
from openapi.mock.mocking import Mock
from openapi.mock.requests.request import MockRequest
from openapi.mock.settings import MAX_BODY
from openapi.mock.snapshot import Target
from openapi.mock.transport.channel import ClientChannel
from openapi.mock.transport.cors import Pair, exposing, origin_headers
from openapi.parameters.request_parts import RequestParts

logger = logging.getLogger(__name__)

_LONGEST_HEADER: Final = 1000
_NOT_IN_HEADERS: Final = re.compile("[^ -~]")


def create_mock(mock: Mock) -> ASGIApp:
    """The application of a mock: its contracts, and below ``/__mock`` its control API and panel."""
    return _Application(mock)


class _Application:
    def __init__(self, mock: Mock) -> None:
        self._mock = mock
        self._pages = Pages(mock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await _refuse_other(scope, receive, send)
            return
        raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
        request = MockRequest(scope["method"], raw_path, scope["query_string"], scope["headers"], time.time())
        channel = ClientChannel(scope, receive, send, kept=MOST_BODY)
        if raw_path == PANEL or raw_path.startswith(PANEL + b"/"):
            await self._pages(request, channel)
        else:
            await _Exchange(self._mock, request, channel).run()


class _Exchange:
    """One request and its answer, from routing to the log."""

    def __init__(self, mock: Mock, request: MockRequest, channel: ClientChannel) -> None:
        self._mock = mock
        self._request = request
        self._channel = channel
        self._decision = Decision()

    async def run(self) -> None:
        """Route, decide, answer, log."""
        started = time.perf_counter()
        try:
            if self._request.has_malformed_session:
                sentence = "The name of a session must be 1 to 64 letters, digits, dots, hyphens and underscores."
                raise Refusal(400, "SESSION_MALFORMED", sentence)
            target = self._mock.snapshot.route(self._request.raw_path, self._request.method)
            self._decision = Decision(operation=target.operation)
            self._decision = await self._decide(target)
            await self._answer()
        except ClientLeft:
            pass
        except Exception as error:
            if not isinstance(error, Refusal):
                logger.exception("%s failed", self._decision.operation)
            await self._fail(error)
        finally:
            seconds = time.perf_counter() - started
            masking = self._mock.snapshot.masking
            self._mock.log.add(log_entry(self._request, self._decision, self._channel, masking, seconds))

    async def _decide(self, target: Target) -> Decision:
        """The decision about the request; Refusal if the upstream cannot be used."""
        request, plan = self._request, target.plan
        if (granted := granted_preflight(request, target)) is not None:
            return granted
        if plan is None:
            return decide_undeclared(request, target, self._mock.settings.envelope)
        body, foreword = None, ""
        upstream = self._mock.upstream
        if upstream is not None and plan.is_for_upstream(request):
            body = await upstream.read(self._channel)
            outcome = await upstream.forward(plan, target, request, body, self._channel, self._start)
            if isinstance(outcome, Decision):
                return outcome
            foreword = outcome.foreword
        parts = request.parts(target.raw_path, target.path_values)
        decision = plan.decide(request, await self._refusal(plan, parts, body))
        is_open = preflight_problem(request, target) is None
        return replace(decision, foreword=foreword, open_to_origin=is_open) if foreword or not is_open else decision

    async def _refusal(self, plan: MockPlan, parts: RequestParts, body: bytes | None) -> Refusal | None:
        """The refusal of the request, if any. The body is received last, so that a request without credentials is
        refused before it."""
        refusal = plan.refusal(self._request, parts, time.time())
        if refusal is not None:
            return refusal
        if body is None and plan.takes_body:
            try:
                body = await self._channel.read(MAX_BODY)
            except BodyTooLarge:
                failure = failure_by_status(413)
                return RequestInvalid(failure.status, failure.code, failure.message)
        return plan.violation(parts, body)

    async def _answer(self) -> None:
        """Carry out the decision."""
        answer, hit = self._decision.answer, self._decision.hit
        if hit is not None:
            await asyncio.sleep(hit.milliseconds / 1000)
        kind = None if hit is None else hit.fault.kind
        if answer is not None:
            await self._start(self._decision, answer.status, answer.sent_headers(self._request.id))
            await (self._channel.send_half if kind == "truncate" else self._channel.send_body)(answer.body)
        elif hit is not None:
            await self._channel.send_nothing(reset=kind == "reset")

    async def _fail(self, error: Exception) -> None:
        """Answer with the error, unless an answer has begun."""
        if self._channel.status is None:
            failure = failure_of(error)
            answer = undeclared_answer(failure, self._mock.settings.envelope)
            is_declared = self._decision.operation is None
            self._decision = Decision(answer, failure.message, self._decision.operation, is_declared=is_declared)
            await self._answer()

    async def _start(self, decision: Decision, status: int, headers: list[Pair]) -> None:
        """Send the head of a response, with X-Mock-Reason, X-Mock-Error and the headers of CORS."""
        self._decision = decision
        sent = [*headers, (b"x-mock-reason", _ascii(decision.explanation))]
        if self._mock.errors:
            sent.append((b"x-mock-error", _ascii("; ".join(self._mock.errors.values()))))
        if decision.open_to_origin:
            sent += origin_headers(self._request.headers)
            sent.append(exposing(sent))
        await self._channel.start(status, sent)


def _ascii(text: str) -> bytes:
    return _NOT_IN_HEADERS.sub("?", text[:_LONGEST_HEADER]).encode()


async def _refuse_other(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a websocket; for any other scope, raise an exception, which is how ASGI reports that it is not
    supported."""
    if scope["type"] != "websocket":
        raise NotImplementedError(scope["type"])
    await send({"type": "websocket.close"})
