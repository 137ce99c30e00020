"""SARIF 2.1.0: results at lines of the contract, with stable fingerprints."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openapi.documents.lines import line_of, nearest_line
from openapi.findings.findings import Verdict
from openapi.findings.reports.sarif import sarif
from openapi.http.masking import Secrets
from tests.frozen import FROZEN
from tests.openapi.findings.verdicts import OPERATION, POINTER, TOKEN, finding, full_verdict, verdict

CONTENT = FROZEN.read_bytes()
LINES = CONTENT.decode().splitlines()


def run(verdict: Verdict) -> Any:
    """The only run in the log."""
    (run,) = json.loads(sarif(verdict, CONTENT, "openapi/openapi.yaml", "1.0", Secrets(tokens=(TOKEN,))))["runs"]
    return run


@pytest.mark.parametrize(
    ("pointer", "text"),
    [
        ("/info/title", "title: Tether Relay and Tether API"),
        ("/servers/1", "- url: http://localhost:2212"),
        ("/paths/~1api~1calls~1providers/get/responses/401", "'401':"),
        (POINTER, "enum:"),
        (POINTER + "/1", "- sinch"),
    ],
)
def test_line_of_a_pointer_is_found_in_yaml(pointer: str, text: str) -> None:
    line = line_of(CONTENT, pointer)

    assert line is not None
    assert LINES[line - 1].strip() == text


def test_line_of_a_pointer_is_found_in_json() -> None:
    assert line_of(b'{\n "a": {\n  "b": [\n   1,\n   2]}}', "/a/b/1") == 5


@pytest.mark.parametrize("pointer", ["/nowhere", "/info/title/deeper", "/servers/7", "/servers/x"])
def test_pointer_that_leads_nowhere_has_no_line(pointer: str) -> None:
    assert line_of(CONTENT, pointer) is None


def test_value_added_by_an_overlay_has_the_line_of_its_parent() -> None:
    schema = "/components/schemas/CallsActiveProviderResponse"

    assert nearest_line(CONTENT, schema + "/required/0") == line_of(CONTENT, schema)


@pytest.mark.parametrize("content", [b"", b"# nothing\n"])
def test_every_pointer_has_a_nearest_line(content: bytes) -> None:
    assert nearest_line(content, "/a/b") == 1


def test_log_has_the_properties_that_the_standard_requires() -> None:
    log = json.loads(sarif(full_verdict(), CONTENT, "openapi.yaml", "1.0"))

    assert (log["version"], log["$schema"]) == ("2.1.0", "https://json.schemastore.org/sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("tether-relay check", "1.0")
    assert len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"])
    for rule in driver["rules"]:
        assert rule.keys() == {"id", "shortDescription", "fullDescription", "help", "properties"}
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]


def test_result_has_its_line_of_the_contract_and_its_operation() -> None:
    (location,) = run(verdict(finding()))["results"][0]["locations"]

    assert location["physicalLocation"]["artifactLocation"]["uri"] == "openapi/openapi.yaml"
    assert location["physicalLocation"]["region"] == {"startLine": line_of(CONTENT, POINTER)}
    assert location["logicalLocations"] == [{"fullyQualifiedName": OPERATION, "kind": "function"}]


def test_certain_finding_is_an_error_and_probable_finding_a_warning() -> None:
    levels = {result["ruleId"]: result["level"] for result in run(full_verdict())["results"]}

    assert levels == {"body-schema": "error", "auth-query": "warning", "path-unknown": "error", "allow": "error"}


def test_result_has_the_fingerprint_of_its_finding() -> None:
    (result,) = run(verdict(finding()))["results"]

    assert result["partialFingerprints"] == {"finding/v2": finding().fingerprint}


def test_results_with_one_cause_share_its_id() -> None:
    results = run(verdict(finding(), finding(operation="GET /other"), finding("allow")))["results"]
    causes = [result["properties"]["cause"] for result in results]

    assert (causes[0] == causes[1], causes[0] == causes[2]) == (True, False)


def test_with_a_baseline_results_are_new_or_unchanged() -> None:
    states = {result["ruleId"]: result["baselineState"] for result in run(full_verdict())["results"]}

    assert states == {"body-schema": "new", "auth-query": "new", "path-unknown": "new", "allow": "unchanged"}


def test_without_a_baseline_results_have_no_baseline_state() -> None:
    (result,) = run(verdict(finding()))["results"]

    assert "baselineState" not in result


def test_check_without_a_verdict_is_a_failed_invocation() -> None:
    (invocation,) = run(verdict(obstacles=("the token was refused",)))["invocations"]

    assert not invocation["executionSuccessful"]
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "the token was refused"


def test_token_is_masked() -> None:
    log = sarif(full_verdict(), CONTENT, "openapi.yaml", "1.0", Secrets(tokens=(TOKEN,)))

    assert TOKEN.encode() not in log
    assert b"$TOKEN" in log


def test_control_characters_are_replaced() -> None:
    hostile = finding(message="\x1b\ud800\u202e", operation="\x00", pointer="/\x00")

    assert run(verdict(hostile))["results"][0]["message"]["text"].startswith("\ufffd: \ufffd\ufffd\ufffd.")
