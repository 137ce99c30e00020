"""Sending provocations: requests that should be answered with a rare status."""

from __future__ import annotations

from openapi.check.client.session import Session
from openapi.check.credentials import NOTHING, Credentials
from openapi.check.provocations import Provocation
from openapi.check.response_checks import ResponseChecks


def provoke(session: Session, checks: ResponseChecks, credentials: Credentials, provocation: Provocation) -> None:
    """Send a provocation and judge the answer; record when it has another status than the provocation says."""
    operation = provocation.operation
    carried = credentials.carried(operation) if provocation.with_credentials else NOTHING
    exchange = session.send(session.request_of(provocation.request, carried))
    checks.answer(operation, exchange, status_is_judged=carried != NOTHING or operation.public)
    response = exchange.response
    if response is not None and response.status != provocation.status:
        reason = f"the request that should provoke {provocation.status} was answered with {response.status}"
        checks.recorder.not_judged(operation, "status-unseen", reason)
