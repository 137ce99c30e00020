"""A comparison as SARIF 2.1.0 (OASIS), for code scanning."""

from __future__ import annotations

import json
from typing import Any, Final

from openapi.compatibility.changes import Change, ChangeLevel, ChangeRule
from openapi.compatibility.reports.subject import ComparedContracts, line_in_new, where_of, witness_of
from openapi.findings.reports.sarif import SCHEMA
from openapi.http.foreign_text import printable, printable_json

# Section 3.27.10, `level`.
_LEVELS: Final = {
    ChangeLevel.BREAKING: "error",
    ChangeLevel.RISKY: "warning",
    ChangeLevel.COMPATIBLE: "note",
    ChangeLevel.UNCHANGED: "none",
}


def sarif(compared: ComparedContracts, version: str) -> str:
    """The log: one result for each change, at its line of the newer contract; an accepted one is suppressed. `version`
    is that of this program."""
    changes = [*compared.comparison.changes, *(change for change, _ in compared.accepted)]
    rules = list({change.rule.id: change.rule for change in changes}.values())
    results = [_result(change, rules.index(change.rule), compared) for change in compared.comparison.changes]
    for change, entry in compared.accepted:
        suppression = {"kind": "external", "status": "accepted", "justification": printable(entry.reason)}
        results.append(_result(change, rules.index(change.rule), compared) | {"suppressions": [suppression]})
    driver = {"name": "tether-relay contract diff", "version": version, "rules": list(map(_rule, rules))}
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True, "exitCode": int(compared.failed)}],
        "artifacts": [{"location": {"uri": compared.file}}],
        "results": results,
        "columnKind": "utf16CodeUnits",
        "properties": {"old": printable(compared.old), "new": printable(compared.new)},
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return printable_json(json.dumps(log, indent=2, ensure_ascii=False)) + "\n"


def _rule(rule: ChangeRule) -> dict[str, Any]:
    instead = f" Instead: {rule.instead}" if rule.instead else ""
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.title}. {rule.why}{instead}"},
        "defaultConfiguration": {"level": _LEVELS[rule.level]},
        "properties": {"tags": [rule.direction.value]},
    }


def _result(change: Change, index: int, compared: ComparedContracts) -> dict[str, Any]:
    text = f"{change.message} ({where_of(change)})."
    if witness := witness_of(change):
        text += f" Example: {witness}"
    place = {"uri": compared.file, "index": 0}
    location = {"artifactLocation": place, "region": {"startLine": line_in_new(change)}}
    names = [{"fullyQualifiedName": printable(name), "kind": "function"} for name in change.operations[:1]]
    return {
        "ruleId": change.rule.id,
        "ruleIndex": index,
        "level": _LEVELS[change.level],
        "message": {"text": printable(text)},
        "locations": [{"physicalLocation": location, **({"logicalLocations": names} if names else {})}],
        "partialFingerprints": {"change/v1": change.fingerprint},
        "properties": {
            "operations": list(map(printable, change.operations)),
            "old": None if change.old is None else change.old.pointer,
            "new": None if change.new is None else change.new.pointer,
        },
    }
