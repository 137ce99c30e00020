"""The entry of the log for a request, its decision and its answer. All entries of answered requests are made here."""

from __future__ import annotations

from openapi.http.masking import shown
from openapi.mock.answers.decision import Decision
from openapi.mock.log.log import LoggedExchange
from openapi.mock.masking import NO_CONTRACT, LogMasking
from openapi.mock.requests.request import MockRequest
from openapi.mock.transport.channel import ClientChannel


def log_entry(
    request: MockRequest, decision: Decision, channel: ClientChannel, masking: LogMasking, seconds: float
) -> LoggedExchange:
    """The entry of a completed request, without its number; `seconds` is its duration."""
    status, reason, refusal = channel.status, decision.reason, channel.refusal
    if status is None and refusal is not None:
        # The server has answered a body that it could not read completely.
        status, reason = refusal.status, refusal.sentence
    return LoggedExchange(
        method=request.method,
        target=shown(masking.target(request.target)),
        at=request.at,
        session=request.session,
        operation=decision.operation,
        scenario=decision.scenario,
        source=decision.source,
        status=status,
        seconds=seconds,
        reason=reason,
        violations=[*decision.violations],
        request_headers=masking.headers(request.fields),
        request_body=bytes(channel.received),
        response_headers=NO_CONTRACT.headers(channel.response_fields),
        response_body=bytes(channel.sent),
    )
