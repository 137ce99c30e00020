"""Findings with one cause are one group, and findings with two are two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from openapi.findings.causes import cause_id, causes_of, in_order
from openapi.findings.findings import Certainty, Finding
from openapi.findings.rules import RULES
from openapi.http.messages import Response
from openapi.proxy.rules import OF_REQUESTS
from tests.openapi.findings.verdicts import finding, large_verdict

SHARED = "/components/responses/NotFound/content/application~1json/schema/required"


def at(operation: str, rule: str = "body-schema", status: int = 200, **changes: Any) -> Finding:
    """A finding at an operation, with the pointer that leads through this operation."""
    pointer = f"/paths/{operation}/get/responses/{status}"
    values: dict[str, Any] = {
        "pointer": pointer,
        "where": "",
        "response": Response(status, (("Content-Type", "text/html"),)),
    }
    return finding(rule, operation=f"GET /{operation}", **(values | changes))


def everywhere(rule: str, **changes: Any) -> list[Finding]:
    """The same finding at three operations."""
    return [at(operation, rule, **changes) for operation in "abc"]


@pytest.mark.parametrize(
    "findings",
    [
        [at(o, pointer=f"/paths/{o}", origin=SHARED, where=f"/{o}") for o in "abc"],
        [at("a", where=f"/items/{index}") for index in range(3)],
        everywhere("status-undeclared", status=404, where="404"),
        everywhere("media-type-undeclared", status=404),
        everywhere("media-type-missing", status=404),
        everywhere("body-unexpected", status=404),
        everywhere("header-missing", where="X-Request-ID"),
        everywhere("allow", where="Allow", status=405),
        everywhere("method-undeclared", status=404),
        everywhere("auth-missing"),
        [
            at(o, "valid-refused", response=Response(400, (), b"Row %d: order_by is empty" % i))
            for i, o in enumerate("abc")
        ],
        everywhere("auth-status", status=403),
        everywhere("auth-challenge", where="WWW-Authenticate", status=401),
        everywhere("head", status=404),
        everywhere("content-length"),
        everywhere("server-error", where="Accept", status=500),
        everywhere("status-unseen", where="429"),
    ],
    ids=lambda findings: str(findings[0].rule.id),
)
def test_findings_of_one_habit_or_component_have_one_cause(findings: list[Finding]) -> None:
    (cause,) = causes_of(findings)

    assert set(cause.findings) == set(findings)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (at("a"), at("b")),
        (at("a", "status-undeclared", where="404"), at("a", "status-undeclared", where="409")),
        (at("a", "header-missing", where="ETag"), at("a", "header-missing", where="X-A")),
        (at("a", "media-type-undeclared"), at("a", "media-type-undeclared", response=Response(200))),
        (at("a", "server-error", status=500), at("b", "server-error", status=500)),
        (at("a", "valid-refused", status=400), at("b", "valid-refused", status=400)),
        (at("a", "auth-missing"), at("a", "auth-garbage")),
        (
            at("a", "allow", where="Allow", response=Response(405)),
            at("a", "allow", where="Allow", response=Response(405, (("Allow", "PUT"),))),
        ),
    ],
    ids=["schema", "status", "header", "media type", "failure", "refusal", "rule", "Allow missing and wrong"],
)
def test_findings_of_two_faults_have_two_causes(one: Finding, other: Finding) -> None:
    assert len(causes_of([one, other])) == 2


def test_causes_of_a_large_contract_are_few() -> None:
    verdict = large_verdict()

    assert (len(verdict.findings), len(causes_of(verdict.findings))) == (2455, 30)


def test_certain_causes_come_first_then_the_gravest_then_the_most_frequent() -> None:
    unsure = at("a", "auth-missing", certainty=Certainty.PROBABLE)
    once, twice = at("a", "head"), everywhere("allow", where="Allow")
    grave, failure = at("z", "auth-garbage"), at("y", "server-error", status=500)

    causes = causes_of([unsure, once, *twice, failure, grave])

    assert [cause.rule.id for cause in causes] == ["auth-garbage", "server-error", "allow", "head", "auth-missing"]


def test_findings_are_in_the_order_of_their_causes() -> None:
    first, second = at("b", "auth-missing"), at("a", "head")

    assert in_order([second, first]) == (first, second)


def test_example_of_a_cause_is_certain_and_has_a_request() -> None:
    unsure = at("a", "allow", where="Allow", certainty=Certainty.PROBABLE)
    silent = at("a", "allow", where="Allow", request=None)
    best = at("b", "allow", where="Allow")

    (cause,) = causes_of([unsure, silent, best])

    assert (cause.example, cause.certainty) == (best, Certainty.CERTAIN)


def test_each_operation_of_a_cause_is_listed_once() -> None:
    (cause,) = causes_of([*everywhere("allow", where="Allow"), at("a", "allow", where="allow")])

    assert cause.operations == ("GET /a", "GET /b", "GET /c")


@pytest.mark.parametrize(
    "change",
    [
        lambda one: replace(one, message="another message"),
        lambda one: replace(one, where="/7/name"),
        lambda one: replace(one, request=None),
        lambda one: replace(one, response=Response(201)),
    ],
    ids=["message", "index", "request", "response"],
)
def test_id_of_a_cause_contains_no_data(change: Callable[[Finding], Finding]) -> None:
    one = at("a", origin=SHARED)

    assert cause_id(change(one)) == cause_id(one)


@pytest.mark.parametrize(
    ("one", "heading"),
    [
        (at("a", origin=SHARED), "A body does not follow its schema: NotFound"),
        (
            at("a", origin="/components/schemas/Pet/properties/owner/properties/name/type"),
            "A body does not follow its schema: Pet.owner.name",
        ),
        (at("a"), "A body does not follow its schema"),
        (
            at("a", "status-undeclared", where="404"),
            "An answer has a status that the contract does not declare: 404",
        ),
        (at("a", "header-missing", where="ETag"), "A required header is missing: ETag"),
        (at("a", "server-error", status=500), "The server fails"),
        (at("a", "server-error", status=500, where="Accept"), "The server fails: Accept"),
    ],
)
def test_heading_is_a_short_sentence_with_the_subject(one: Finding, heading: str) -> None:
    (cause,) = causes_of([one])

    assert cause.heading == heading


def test_heading_does_not_contain_the_text_of_a_generator() -> None:
    (cause,) = causes_of([at("a", "invalid-accepted", message="word " * 200)])

    assert cause.heading == "A request that breaks the contract is accepted"


@pytest.mark.parametrize("rule", [*RULES.values(), *OF_REQUESTS.values()], ids=lambda rule: rule.id)
def test_each_rule_has_a_short_fault(rule: object) -> None:
    fault = getattr(rule, "fault", "")

    assert 0 < len(fault) <= 110
    assert not fault.endswith(".")
