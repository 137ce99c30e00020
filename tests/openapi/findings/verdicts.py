"""Invented verdicts, for the tests of baseline and reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from openapi.findings.findings import (
    Case,
    Certainty,
    Finding,
    Gone,
    LeftOut,
    Note,
    OperationCoverage,
    Outcome,
    Verdict,
)
from openapi.findings.rules import RULES
from openapi.http.messages import Request, Response

OPERATION = "GET /api/calls/providers"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyX2ZheSIsImV4cCI6MTgwMDAwMDAwMH0.c2lnbmF0dXJlIG9mIHRoZSB0b2tlbg"
POINTER = "/components/schemas/CallsActiveProviderResponse/properties/provider/enum"
TYPE = 'the value is not of the type "string" '
REQUEST = Request("GET", "/api/calls/providers", (("Authorization", f"Bearer {TOKEN}"), ("Accept", "*/*")))
RESPONSE = Response(
    200, (("Content-Type", "application/json"),), b'{"provider":"telnyx","phoneNumber":"+14165550100"}', 0.0123
)


def finding(rule: str = "body-schema", **changes: Any) -> Finding:
    """A finding of `rule`."""
    values: dict[str, Any] = {
        "operation": OPERATION,
        "message": "the answer with 200: /provider: is not one of the values",
        "expected": 'enum: ["twilio", "sinch", null]',
        "pointer": POINTER,
        "where": "/provider",
        "request": REQUEST,
        "response": RESPONSE,
    }
    return Finding(RULES[rule], **(values | changes))


def case(rule: str, outcome: Outcome = Outcome.PASSED, operation: str = OPERATION, **changes: Any) -> Case:
    """The case of `rule` and an operation."""
    return Case(RULES[rule], operation, outcome, **changes)


def verdict(*findings: Finding, cases: Sequence[Case] = (), **changes: Any) -> Verdict:
    """A verdict with `findings`, a failed case for each of them, and passed cases."""
    failed = [replace(case(one.rule.id, Outcome.FAILED, one.operation), findings=(one,)) for one in findings]
    plain = Verdict(
        contract="openapi/openapi.yaml",
        base_url="http://127.0.0.1:2212",
        profile="fast",
        seed=0,
        started=datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC),
        seconds=4.25,
        requests=321,
        cases=(
            *failed,
            *(cases or (case("status-undeclared"), case("auth-missing"))),
            case("auth-none", Outcome.NOT_SEEN, reason="no token was given"),
        ),
        coverage=(
            OperationCoverage(
                OPERATION, "get_calls_providers", ("200", "401", "500"), {200: 12, 401: 30}, (0.001, 0.002, 0.004)
            ),
        ),
        findings=findings,
    )
    return replace(plain, **changes)


def full_verdict() -> Verdict:
    """A verdict with every kind of entry."""
    unsure = finding(
        "auth-query",
        certainty=Certainty.PROBABLE,
        message="the token in the query was accepted",
        expected="401",
        pointer="/paths/~1api~1calls~1providers/get/security",
        where="",
        request=Request("GET", f"/api/calls/providers?access_token={TOKEN}"),
    )
    general = finding(
        "path-unknown", operation="", message="an unknown path was answered with 200", expected="404", pointer=""
    )
    return verdict(
        finding(),
        unsure,
        general,
        known=(finding("allow", message="the 405 has no Allow", where="Allow", pointer=""),),
        gone=(Gone("0123456789abcdef", OPERATION, "head", "HEAD was answered with 404"),),
        left_out=(LeftOut("POST /api/calls", "it can change data; call it with --allow-writes"),),
    )


def large_verdict(operations: int = 1223) -> Verdict:
    """A verdict on a large contract, with thousands of findings of some thirty causes."""
    names = [f"GET /api/v1/resources-{number}/{{id}}" for number in range(operations)]
    findings = [
        finding(
            operation=name,
            pointer=f"/components/schemas/Resource{number % 20}/properties/name/type",
            where=f"/{number}/name",
            message=f"the answer with 200: /{number}/name: {TYPE * 4}",
        )
        for number, name in enumerate(names)
    ]
    findings += [
        finding("allow", operation=name, pointer="", where="Allow", certainty=Certainty.PROBABLE) for name in names
    ]
    findings += [finding("server-error", operation=name, pointer="", where="") for name in names[:9]]
    coverage = tuple(
        OperationCoverage(name, f"get_{number}", ("200", "404"), {404 if number % 3 else 200: 40}, (0.001 * number,))
        for number, name in enumerate(names)
    )
    return verdict(
        *findings,
        coverage=coverage,
        left_out=tuple(LeftOut(name.replace("GET", "DELETE"), "it can change data") for name in names),
        notes=tuple(Note(f"note {number}", tuple(names)) for number in range(40)),
        cases=[case("auth-none", Outcome.NOT_SEEN, name, reason=f"reason {i}") for i, name in enumerate(names)],
    )
