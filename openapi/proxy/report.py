"""The current report, which the proxy serves while it runs."""

from __future__ import annotations

from typing import Any, cast

import orjson
from starlette.datastructures import Headers
from starlette.types import Message, Scope, Send

from openapi.findings.causes import cause_id
from openapi.findings.reports.html import html
from openapi.gateway.forwarder import send_error
from openapi.proxy.traffic import Found, Traffic


async def send_report(traffic: Traffic, scope: Scope, send: Send) -> None:
    """Answer with the report: HTML if the client accepts it, else JSON."""
    if scope["method"] not in ("GET", "HEAD"):
        await send_error(send, 405, "METHOD_NOT_ALLOWED", "The report of the proxy is read-only; use GET.")
        return
    body, media_type = orjson.dumps(summary(traffic), option=orjson.OPT_INDENT_2), b"application/json"
    if "text/html" in Headers(scope=scope).get("accept", ""):
        body, media_type = (
            html(traffic.verdict(), traffic.contract.content, traffic.secrets),
            b"text/html; charset=utf-8",
        )
    headers = [
        (b"content-type", media_type),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        (b"vary", b"Accept"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send(cast(Message, {"type": "http.response.start", "status": 200, "headers": headers}))
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def summary(traffic: Traffic) -> dict[str, Any]:
    """The report as data."""
    verdict = traffic.verdict()
    return {
        "contract": verdict.contract,
        "upstream": verdict.base_url,
        "started": verdict.started.isoformat(timespec="seconds"),
        "seconds": round(verdict.seconds, 3),
        "requests": verdict.requests,
        "violations": traffic.violations.total(),
        "violations_by_rule": dict(traffic.violations),
        "refused_requests_by_rule": dict(traffic.refused),
        "findings": [_finding(found) for found in traffic.found.values()],
        "not_judged": dict(traffic.unjudged),
        "upstream_failures": dict(traffic.failures),
        "coverage": [
            {
                "operation": item.operation,
                "operationId": item.operation_id,
                "seen": {str(status): count for status, count in item.seen.items()},
                "unseen": item.unseen,
            }
            for item in verdict.coverage
        ],
    }


def _finding(found: Found) -> dict[str, Any]:
    finding = found.finding
    return {
        "rule": finding.rule.id,
        "operation": finding.operation,
        "count": found.count,
        "message": finding.message,
        "expected": finding.expected,
        "pointer": finding.pointer,
        "where": finding.where,
        "certainty": finding.certainty,
        "fingerprint": finding.fingerprint,
        "cause": cause_id(finding),
    }
