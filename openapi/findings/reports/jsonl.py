"""A verdict as JSON lines, for programs: one object per line, whose `type` is one of these.

run         the run itself: contract, server, profile, seed, started (RFC 3339); the first line
progress    step, done, total (0: unknown), operation that is asked, seconds since the start; only while a check runs
finding     state (new, known), fingerprint, cause, rule, category, title, operation, message, expected, pointer, origin
            (the pointer after references are followed), where, certainty (certain, probable), curl, request, response
case        rule, category, operation, outcome (passed, failed, not seen), reason, seconds
coverage    operation, operationId, declared, seen (status -> answers), unseen, neverSucceeded, seconds (of each answer)
leftOut     operation, reason
note        text, operations
gone        fingerprint, operation, rule, message, of a finding in the baseline that was not found again
withdrawn   fingerprint of a `finding` above that does not count, because the server could not be judged after all
summary     exitCode, verdict, requests, seconds, findings, causes, known, gone, obstacles, interrupted; the last line

The lines are written when they are known. While a check runs, these are `run`, a `progress` at most once a second, and
each certain `finding`. The others follow at the end: the findings that are not yet written, and the rest, in the order
above. No `case` is decided before, because until the last answer any one may break its rule. A file without a
`summary` is that of a check which still runs, or which was killed.

Findings with the same `cause` are one fault of the server; `causes` counts the new ones, `findings` their lines.
Request and response have `headers` (pairs, masked), and at most 64 KiB of the body, as text in `body` or as
`bodyBase64`; `bodyLength` is the length of the whole. Fields and types of lines may be added; existing fields keep
their meaning.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Iterator
from dataclasses import asdict
from typing import Any, Final

from openapi.findings.causes import cause_id, causes_of
from openapi.findings.findings import Finding, Verdict
from openapi.findings.reports.wording import title
from openapi.findings.reproduction import reproduction
from openapi.http.foreign_text import printable_json
from openapi.http.masking import Secrets
from openapi.http.messages import Request, Response

LONGEST_BODY: Final = 65_536


def jsonl(verdict: Verdict, secrets: Secrets | None = None) -> bytes:
    """All lines of a verdict."""
    return run_line(verdict) + rest_of_lines(verdict, secrets)


def run_line(verdict: Verdict) -> bytes:
    """The first line."""
    return _line(_run(verdict))


def finding_line(finding: Finding, state: str, verdict: Verdict, secrets: Secrets | None = None) -> bytes:
    """The line of a finding; of the verdict, only the server and how to connect to it are needed."""
    return _line({"type": "finding", "state": state, **_finding(finding, verdict, secrets or Secrets())})


def progress_line(step: str, done: int, total: int, operation: str, seconds: float) -> bytes:
    """The line of the progress."""
    return _line(
        {
            "type": "progress",
            "step": step,
            "done": done,
            "total": total,
            "operation": operation,
            "seconds": round(seconds, 3),
        }
    )


def rest_of_lines(verdict: Verdict, secrets: Secrets | None = None, written: Collection[str] = ()) -> bytes:
    """The lines after the first, the summary last, without the findings whose fingerprints are `written`."""
    return b"".join(map(_line, _rest(verdict, secrets or Secrets(), written)))


def _line(value: dict[str, Any]) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return printable_json(text).encode() + b"\n"


def _run(verdict: Verdict) -> dict[str, Any]:
    return {
        "type": "run",
        "contract": verdict.contract,
        "server": verdict.base_url,
        "profile": verdict.profile,
        "seed": verdict.seed,
        "started": verdict.started.isoformat(),
    }


def _rest(verdict: Verdict, secrets: Secrets, written: Collection[str]) -> Iterator[dict[str, Any]]:
    for state, findings in (("new", verdict.findings), ("known", verdict.known)):
        for finding in findings:
            if finding.fingerprint not in written:
                yield {"type": "finding", "state": state, **_finding(finding, verdict, secrets)}
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
    for item in verdict.coverage:
        yield {
            "type": "coverage",
            "operation": item.operation,
            "operationId": item.operation_id,
            "declared": item.declared,
            "seen": {str(status): count for status, count in item.seen.items()},
            "unseen": item.unseen,
            "neverSucceeded": item.never_succeeded,
            "seconds": item.seconds,
        }
    yield from ({"type": "leftOut", "operation": left.operation, "reason": left.reason} for left in verdict.left_out)
    yield from ({"type": "note", **asdict(note)} for note in verdict.notes)
    yield from ({"type": "gone", **asdict(gone)} for gone in verdict.gone)
    found = {finding.fingerprint for finding in (*verdict.findings, *verdict.known)}
    yield from ({"type": "withdrawn", "fingerprint": each} for each in written if each not in found)
    yield _summary(verdict)


def _finding(finding: Finding, verdict: Verdict, secrets: Secrets) -> dict[str, Any]:
    return {
        "fingerprint": finding.fingerprint,
        "cause": cause_id(finding),
        "rule": finding.rule.id,
        "category": finding.rule.category,
        "title": finding.rule.title,
        "operation": finding.operation,
        "message": finding.message,
        "expected": finding.expected,
        "pointer": finding.pointer,
        "origin": finding.declaration,
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
        "causes": len(causes_of(verdict.findings)),
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
    return {"status": response.status, "seconds": response.seconds, "headers": headers, **_body(body, response.cut)}


def _body(body: bytes, cut: int = 0) -> dict[str, Any]:
    """A body as text if it is UTF-8, without a character that the limit cuts apart, else as Base64; `cut` is the number
    of its bytes that were not kept."""
    kept, length = body[:LONGEST_BODY], {"bodyLength": len(body) + cut}
    try:
        return {"body": kept.decode(), **length}
    except UnicodeDecodeError as error:
        if len(body) + cut > LONGEST_BODY and error.start > LONGEST_BODY - 4:
            return {"body": kept[: error.start].decode(), **length}
        return {"bodyBase64": base64.b64encode(kept).decode("ascii"), **length}
