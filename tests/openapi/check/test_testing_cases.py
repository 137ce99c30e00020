"""The cases of a check, called as a test runner calls them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import SkipTest

import pytest

from openapi.check.testing import ContractBroken, ContractCase, ContractCheck
from openapi.contract import load_contract
from tests.frozen import FROZEN
from tests.openapi.check.family.correct import wsgi_app
from tests.openapi.check.family.honest import good_token


def faulty(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """A faulty application: it accepts every caller, and answers with an unknown provider."""
    start_response("200 OK", [("Content-Type", "application/json")])
    return [b'{"provider": "telnyx"}']


def check(app: Any, **options: Any) -> ContractCheck:
    return ContractCheck(app, FROZEN, token=good_token(), generate=False, **options)


def case(of: ContractCheck, rule: str) -> ContractCase:
    return next(case for case in of.cases() if case.rule is not None and case.rule.id == rule)


def test_correct_application_is_verified() -> None:
    checked = check(wsgi_app)
    checked.verify()
    case(checked, "body-schema").verify()
    checked.cases()[-1].verify()

    assert checked.verdict.exit_code == 0


def test_broken_rule_fails_with_a_curl_line_without_the_token() -> None:
    token = good_token()
    checked = ContractCheck(faulty, load_contract(FROZEN), token=lambda: token, generate=False)
    with pytest.raises(ContractBroken, match=r"curl -i --path-as-is .*\$TOKEN") as broken:
        case(checked, "body-schema").verify()

    assert "\nGET /api/calls/providers: body-schema\n" in str(broken.value)
    assert token not in str(broken.value)


def test_failure_of_a_case_begins_with_its_own_finding_and_has_no_other() -> None:
    with pytest.raises(ContractBroken) as broken:
        case(check(faulty), "auth-missing").verify()

    assert str(broken.value).startswith("GET /api/calls/providers: no credentials: accepted with 200\n")
    assert "body-schema" not in str(broken.value)


def test_failure_of_the_whole_check_has_every_finding() -> None:
    with pytest.raises(ContractBroken) as broken:
        check(faulty).verify()

    assert [rule for rule in ("body-schema", "auth-missing") if rule not in str(broken.value)] == []


def test_case_that_was_not_seen_is_skipped_with_the_reason() -> None:
    with pytest.raises(SkipTest, match="seen"):
        case(check(wsgi_app), "response-time").verify()


def test_finding_without_an_operation_fails_the_case_of_the_whole_check() -> None:
    with pytest.raises(ContractBroken, match="path-unknown"):
        check(faulty).cases()[-1].verify()


def test_unreachable_server_fails_the_whole_check_and_skips_the_other_cases() -> None:
    checked = check("http://127.0.0.1:1")
    with pytest.raises(SkipTest, match="the check did not run"):
        case(checked, "body-schema").verify()
    with pytest.raises(ContractBroken, match="cannot be reached"):
        checked.cases()[-1].verify()


def test_cases_are_named_by_operation_and_rule() -> None:
    names = [str(case) for case in check(wsgi_app).cases()]

    assert "GET /api/calls/providers body-schema" in names
    assert names[-1] == "the check as a whole"


def test_failure_says_that_the_application_is_no_longer_served() -> None:
    with pytest.raises(ContractBroken, match=r"The application was at http://127.0.0.1:\d+ only during the check"):
        check(faulty).verify()


def test_check_of_an_unchanged_contract_is_skipped() -> None:
    checked = check(wsgi_app, changed_since=load_contract(FROZEN))
    with pytest.raises(SkipTest, match="no operation differs from the older contract"):
        checked.cases()[-1].verify()
    with pytest.raises(SkipTest, match="no operation differs from the older contract"):
        checked.verify()
