"""The findings in real applications are those that a person has judged, in judged.yaml, and none is false."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from openapi.check import run_check
from openapi.contract import load_contract
from openapi.findings.findings import Finding
from tests.openapi.check.servers.applications import KINDS, started
from tests.tables import Record, record_row

JUDGED: Final[dict[str, list[dict[str, Any]]]] = yaml.safe_load(Path(__file__).with_name("judged.yaml").read_text())
TABLE: Final = "real applications, and the findings that a person has judged"


def covers(entry: dict[str, Any], finding: Finding) -> bool:
    """Whether a judgement is about this finding: its rule, its operation, and a part of its message."""
    return (
        entry["rule"] == finding.rule.id
        and any(fnmatchcase(finding.operation, pattern) for pattern in entry["at"])
        and entry.get("says", "") in finding.message
    )


def test_no_judged_finding_is_false() -> None:
    judgements = {entry["judged"] for entries in JUDGED.values() for entry in entries}

    assert judgements == {"true", "arguable"}


@pytest.mark.long
@pytest.mark.parametrize("name", KINDS)
def test_findings_in_a_real_application_are_the_judged_ones(name: str, tmp_path: Path, record_property: Record) -> None:
    with started(name, tmp_path) as application:
        contract = load_contract(application.document, lenient=True)
        verdicts = [run_check(contract, application.url, options) for options in KINDS[name].checks]
    findings = [finding for verdict in verdicts for finding in verdict.findings]

    entries = JUDGED[name]
    unexpected = [
        f"{finding.rule.id} {finding.operation}: {finding.message}"
        for finding in findings
        if not any(covers(entry, finding) for entry in entries)
    ]
    counted = {
        index: len({finding.operation for finding in findings if covers(entry, finding)})
        for index, entry in enumerate(entries)
        if "operations" in entry
    }
    unseen = [entry for entry in entries if not any(covers(entry, finding) for finding in findings)]
    for judgement in ("true", "arguable"):
        rules = {entry["rule"] for entry in entries if entry["judged"] == judgement}
        record_row(record_property, TABLE, name, **{judgement: ", ".join(sorted(rules))})
    assert (unexpected, unseen) == ([], [])
    assert counted == {index: entries[index]["operations"] for index in counted}
