"""JUnit XML by the schema that most readers follow (that of Ant, as Jenkins and GitLab extended it)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from openapi.findings.findings import Outcome, Verdict
from openapi.findings.reports.junit import junit
from openapi.http.masking import Secrets
from openapi.http.messages import Response
from tests.openapi.findings.verdicts import OPERATION, TOKEN, case, finding, full_verdict, verdict

# Element -> its required attributes, its optional attributes, and its children in order.
SCHEMA = {
    "testsuites": ({"tests"}, {"name", "failures", "errors", "skipped", "time"}, ["testsuite*"]),
    "testsuite": (
        {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname"},
        set[str](),
        ["properties?", "testcase*"],
    ),
    "properties": (set[str](), set[str](), ["property*"]),
    "property": ({"name", "value"}, set[str](), []),
    "testcase": ({"name", "classname", "time"}, set[str](), ["skipped?", "error?", "failure?", "system-out?"]),
    "failure": ({"type"}, {"message"}, []),
    "error": ({"type"}, {"message"}, []),
    "skipped": (set[str](), {"message"}, []),
    "system-out": (set[str](), set[str](), []),
}


def parsed(verdict: Verdict) -> Any:
    return ElementTree.fromstring(junit(verdict, Secrets(tokens=(TOKEN,))))  # noqa: S314 - XML of this program


def problems(element: Any) -> list[str]:
    """How an element violates the schema."""
    required, allowed, children = SCHEMA[element.tag]
    found = [f"{element.tag} lacks {name}" for name in required - set(element.keys())]
    found += [f"{element.tag} has {name}" for name in set(element.keys()) - required - allowed]
    order = "".join(f"{child.tag} " for child in element)
    if not re.fullmatch("".join(f"(?:{child[:-1]} ){child[-1]}" for child in children), order):
        found.append(f"{element.tag} holds {order}")
    return found + [problem for child in element for problem in problems(child)]


def named(root: Any, rule: str, operation: str = OPERATION) -> Any:
    """The case of a rule and an operation."""
    (found,) = (
        case
        for case in root.iter("testcase")
        if case.get("name").startswith(f"{rule}: ") and case.get("classname") == operation
    )
    return found


@pytest.mark.parametrize("judged", [verdict(), full_verdict(), verdict(obstacles=("unreachable",))])
def test_report_follows_the_schema(judged: Verdict) -> None:
    assert problems(parsed(judged)) == []


def test_report_has_a_case_for_each_rule_and_operation() -> None:
    root = parsed(full_verdict())

    assert [(c.get("classname"), c.get("name").partition(":")[0]) for c in root.iter("testcase")] == [
        (OPERATION, "body-schema"),
        (OPERATION, "auth-query"),
        (OPERATION, "status-undeclared"),
        (OPERATION, "auth-missing"),
        (OPERATION, "auth-none"),
        ("the server as a whole", "path-unknown"),
        ("tether-relay check", "the check could run"),
    ]


def test_failure_has_the_message_what_was_expected_and_a_curl_line() -> None:
    failure = named(parsed(full_verdict()), "body-schema").find("failure")

    assert failure.get("message") == "the answer with 200: /provider: is not one of the values"
    assert 'expected: enum: ["twilio", "sinch", null]' in failure.text
    assert '"Authorization: Bearer $TOKEN"' in failure.text


def test_case_that_was_not_seen_is_skipped_with_the_reason() -> None:
    skipped = named(parsed(verdict()), "auth-none").find("skipped")

    assert skipped.get("message") == "no token was given"


def test_known_finding_does_not_fail_its_case() -> None:
    one = finding()
    known = replace(verdict(one), findings=(), known=(one,))

    found = named(parsed(known), "body-schema")

    assert (found.find("failure"), found.find("system-out").text) == (None, f"known: {one.message}")


def test_passed_case_is_empty() -> None:
    assert list(named(parsed(verdict()), "auth-missing")) == []


def test_counts_of_the_suites_add_up() -> None:
    root = parsed(full_verdict())
    counts = {name: root.get(name) for name in ("tests", "failures", "errors", "skipped")}

    assert counts == {"tests": "7", "failures": "3", "errors": "0", "skipped": "1"}
    for name in counts:
        assert sum(int(suite.get(name)) for suite in root) == int(root.get(name))


@pytest.mark.parametrize("changes", [{"obstacles": ("the token was refused",)}, {"cases": ()}, {"interrupted": True}])
def test_check_without_a_verdict_is_an_error(changes: dict[str, Any]) -> None:
    root = parsed(replace(verdict(), **changes))

    assert [error.get("message") for error in root.iter("error")] != []
    assert root.get("errors") == "1"


def test_time_of_a_case_is_in_seconds() -> None:
    root = parsed(verdict(cases=[case("head", Outcome.PASSED, seconds=1.5)]))

    assert named(root, "head").get("time") == "1.500"


def test_times_of_all_cases_are_the_time_of_the_run() -> None:
    root = parsed(verdict(cases=[case("head", Outcome.PASSED, seconds=1.5)]))

    assert root.get("time") == "4.250"


def test_report_of_the_proxy_has_its_own_name() -> None:
    assert parsed(replace(verdict(), profile="proxy")).get("name") == "tether-relay proxy"


def test_failure_has_the_cause_that_it_shares_with_other_operations() -> None:
    root = parsed(verdict(finding(), finding(operation="GET /other")))
    causes = {line for failure in root.iter("failure") for line in failure.text.splitlines() if "cause: " in line}

    assert len(causes) == 1


def test_characters_that_xml_forbids_are_replaced() -> None:
    hostile = "".join(map(chr, range(0x20))) + '\x7f\x9f\ud800\ufffe\uffff]]><&"'
    named = hostile.replace("\ud800", "")
    one = finding(message=hostile, expected=hostile, operation=named, response=Response(200, (), b"\x00"))
    judged = replace(verdict(one), obstacles=(hostile,), contract=hostile)

    root = parsed(judged)

    assert problems(root) == []
    assert root.find("testsuite").get("name").endswith(']]><&"')


def test_check_of_an_unchanged_contract_is_skipped() -> None:
    root = parsed(replace(verdict(), cases=(), unchanged=True, obstacles=("no operation differs",)))
    whole = root.find("testsuite/testcase[@name='the check could run']")

    assert problems(root) == []
    assert whole.find("skipped").get("message") == "Nothing was checked: no operation differs"
