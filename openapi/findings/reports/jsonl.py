"""A verdict as JSON lines, for programs: one object per line, whose `type` is one of these.

run         the run itself: contract, server, profile, seed, started (RFC 3339)
case        rule, category, operation, outcome (passed, failed, not seen), reason, seconds
finding     state (new, known), fingerprint, rule, category, title, operation, message, expected, pointer, where,
            certainty (certain, probable), curl, request, response
coverage    operation, operationId, declared, seen (status -> answers), unseen, seconds (of each answer)
leftOut     operation, reason
note        text, operations
gone        fingerprint, operation, rule, message, of a finding in the baseline that was not found again
summary     exitCode, verdict, requests, seconds, findings, known, gone, obstacles, interrupted; the last line

Request and response have `headers` (pairs, masked), and at most 64 KiB of the body, as text in `body` or as
`bodyBase64`; `bodyLength` is the length of the whole. Fields may be added; existing fields keep their meaning.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

import orjson

from openapi.findings.findings import Finding, Verdict
from openapi.findings.reports.wording import title
from openapi.findings.reproduction import reproduction
from openapi.http.masking import Secrets
from openapi.http.messages import Request, Response

LONGEST_BODY: Final = 65_536


def jsonl(verdict: Verdict, secrets: Secrets | None = None) -> bytes:
    """The lines, the summary last."""
    return b"".join(orjson.dumps(line) + b"\n" for line in _lines(verdict, secrets or Secrets()))


def _lines(verdict: Verdict, secrets: Secrets) -> Iterator[dict[str, Any]]:
    yield {
        "type": "run",
        "contract": verdict.contract,
        "server": verdict.base_url,
        "profile": verdict.profile,
        "seed": verdict.seed,
        "started": verdict.started.isoformat(),
    }
    for case in verdict.cases:
        yield {
            "type": "case",
            "rule": case.rule.id,
            "category": case.rule.category,
            "operation": case.operation,
            "outcome": case.outcome,
            "reason": case.reason,
            "seconds": case.seconds,
        }
    for state, findings in (("new", verdict.findings), ("known", verdict.known)):
        for finding in findings:
            yield {"type": "finding", "state": state, **_finding(finding, verdict, secrets)}
    for item in verdict.coverage:
        yield {
            "type": "coverage",
            "operation": item.operation,
            "operationId": item.operation_id,
            "declared": item.declared,
            "seen": {str(status): count for status, count in item.seen.items()},
            "unseen": item.unseen,
            "seconds": item.seconds,
        }
    yield from ({"type": "leftOut", "operation": left.operation, "reason": left.reason} for left in verdict.left_out)
    yield from ({"type": "note", **asdict(note)} for note in verdict.notes)
    yield from ({"type": "gone", **asdict(gone)} for gone in verdict.gone)
    yield _summary(verdict)


def _finding(finding: Finding, verdict: Verdict, secrets: Secrets) -> dict[str, Any]:
    return {
        "fingerprint": finding.fingerprint,
        "rule": finding.rule.id,
        "category": finding.rule.category,
        "title": finding.rule.title,
        "operation": finding.operation,
        "message": finding.message,
        "expected": finding.expected,
        "pointer": finding.pointer,
        "where": finding.where,
        "certainty": finding.certainty,
        "curl": reproduction(finding, verdict.base_url, secrets, verdict.curl_options),
        "request": _request(finding.request, secrets),
        "response": _response(finding.response, secrets),
    }


def _summary(verdict: Verdict) -> dict[str, Any]:
    return {
        "type": "summary",
        "exitCode": verdict.exit_code,
        "verdict": title(verdict),
        "requests": verdict.requests,
        "seconds": verdict.seconds,
        "findings": len(verdict.findings),
        "known": len(verdict.known),
        "gone": len(verdict.gone),
        "obstacles": verdict.obstacles,
        "interrupted": verdict.interrupted,
    }


def _request(request: Request | None, secrets: Secrets) -> dict[str, Any] | None:
    if request is None:
        return None
    shown = secrets.request(request)
    return {"method": shown.method, "target": shown.target, "headers": shown.headers, **_body(shown.body)}


def _response(response: Response | None, secrets: Secrets) -> dict[str, Any] | None:
    if response is None:
        return None
    headers, body = secrets.headers(response.headers), secrets.body(response.body)
    return {"status": response.status, "seconds": response.seconds, "headers": headers, **_body(body)}


def _body(body: bytes) -> dict[str, Any]:
    """A body as text if it is UTF-8, without a character that the limit cuts apart, else as Base64."""
    kept, length = body[:LONGEST_BODY], {"bodyLength": len(body)}
    try:
        return {"body": kept.decode(), **length}
    except UnicodeDecodeError as error:
        if len(body) > LONGEST_BODY and error.start > LONGEST_BODY - 4:
            return {"body": kept[: error.start].decode(), **length}
        return {"bodyBase64": base64.b64encode(kept).decode("ascii"), **length}
