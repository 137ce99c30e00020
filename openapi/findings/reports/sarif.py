"""A verdict as SARIF 2.1.0 (OASIS), for code scanning."""

from __future__ import annotations

import json
from typing import Any, Final

from openapi.documents.lines import nearest_line
from openapi.findings.causes import cause_id
from openapi.findings.findings import Certainty, Finding, Rule, Verdict
from openapi.findings.reports.wording import certainty, place, program
from openapi.findings.reproduction import reproduction
from openapi.http.foreign_text import printable, printable_json
from openapi.http.masking import Secrets

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_HELP: Final = "https://spec.openapis.org/oas/v3.0.3"


def sarif(verdict: Verdict, content: bytes, uri: str, version: str, secrets: Secrets | None = None) -> bytes:
    """The log: one result for each finding, at the line of the contract that it is about.

    `content` are the bytes of the contract. `uri` is its location, relative to its repository if it is in one.
    `version` is that of this program. With a baseline, each result says whether it is new or unchanged.
    """
    findings = (*verdict.findings, *verdict.known)
    rules = list({finding.rule.id: finding.rule for finding in findings}.values())
    states = {finding.fingerprint: "unchanged" for finding in verdict.known}
    compared = bool(verdict.known or verdict.gone)
    results = []
    for finding in findings:
        result = _result(finding, rules.index(finding.rule), content, uri, verdict, secrets)
        if compared:
            result["baselineState"] = states.get(finding.fingerprint, "new")
        results.append(result)
    driver = {
        "name": program(verdict),
        "version": version,
        "informationUri": _HELP,
        "rules": [_rule(rule) for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [_invocation(verdict)],
        "artifacts": [{"location": {"uri": uri}}],
        "results": results,
        "columnKind": "utf16CodeUnits",
        "properties": {"server": printable(verdict.base_url), "profile": verdict.profile, "seed": verdict.seed},
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return (printable_json(json.dumps(log, indent=2, ensure_ascii=False)) + "\n").encode()


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.title}. {rule.why}"},
        "properties": {"tags": [rule.category.value]},
    }


def _result(
    finding: Finding, index: int, content: bytes, uri: str, verdict: Verdict, secrets: Secrets | None
) -> dict[str, Any]:
    text = f"{place(finding.operation)}: {finding.message}. Expected: {finding.expected} ({certainty(finding)})."
    location = {"artifactLocation": {"uri": uri, "index": 0}, "region": _region(content, finding)}
    logical = {"fullyQualifiedName": printable(place(finding.operation)), "kind": "function"}
    return {
        "ruleId": finding.rule.id,
        "ruleIndex": index,
        "level": "error" if finding.certainty is Certainty.CERTAIN else "warning",
        "message": {"text": printable(text)},
        "locations": [{"physicalLocation": location, "logicalLocations": [logical]}],
        "partialFingerprints": {"finding/v2": finding.fingerprint},
        "properties": {
            "cause": cause_id(finding),
            "pointer": finding.pointer,
            "curl": reproduction(finding, verdict.base_url, secrets, verdict.curl_options),
        },
    }


def _region(content: bytes, finding: Finding) -> dict[str, int]:
    return {"startLine": nearest_line(content, finding.declaration)}


def _invocation(verdict: Verdict) -> dict[str, Any]:
    invocation: dict[str, Any] = {
        "executionSuccessful": verdict.exit_code != 2,
        "exitCode": verdict.exit_code,
        "startTimeUtc": verdict.started.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if verdict.obstacles:
        notes = [{"level": "error", "message": {"text": printable(reason)}} for reason in verdict.obstacles]
        invocation["toolExecutionNotifications"] = notes
    return invocation
