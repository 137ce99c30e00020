"""The cases of a check, as any runner of tests may call them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import SkipTest

import pytest

from openapi.check.testing import ContractBroken, ContractCase, ContractCheck
from openapi.contract import PUBLISHED, load_contract
from tests.openapi.check.family.correct import wsgi_app
from tests.openapi.check.family.honest import good_token


def faulty(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Lets everybody in, with a provider that there is not."""
    start_response("200 OK", [("Content-Type", "application/json")])
    return [b'{"provider": "telnyx"}']


def check(app: Any, **options: Any) -> ContractCheck:
    return ContractCheck(app, PUBLISHED, token=good_token(), generate=False, **options)


def case(of: ContractCheck, rule: str) -> ContractCase:
    return next(case for case in of.cases() if case.rule is not None and case.rule.id == rule)


def test_a_right_application_is_verified() -> None:
    checked = check(wsgi_app)
    checked.verify()
    case(checked, "body-schema").verify()
    checked.cases()[-1].verify()

    assert checked.verdict.exit_code == 0


def test_what_is_broken_fails_with_a_line_to_copy_and_without_the_token() -> None:
    token = good_token()
    checked = ContractCheck(faulty, load_contract(), token=lambda: token, generate=False)
    with pytest.raises(ContractBroken, match=r"curl -i --path-as-is .*\$TOKEN") as broken:
        case(checked, "body-schema").verify()

    assert "\nGET /api/calls/providers: body-schema\n" in str(broken.value)
    assert token not in str(broken.value)


def test_every_finding_is_in_the_failure_of_the_whole() -> None:
    with pytest.raises(ContractBroken) as broken:
        check(faulty).verify()

    assert [rule for rule in ("body-schema", "auth-missing") if rule not in str(broken.value)] == []


def test_what_was_not_seen_is_skipped_with_the_reason() -> None:
    with pytest.raises(SkipTest, match="seen"):
        case(check(wsgi_app), "response-time").verify()


def test_what_belongs_to_no_operation_is_the_case_of_the_whole() -> None:
    with pytest.raises(ContractBroken, match="path-unknown"):
        check(faulty).cases()[-1].verify()


def test_a_server_that_is_not_there_fails_the_whole_and_skips_the_rest() -> None:
    checked = check("http://127.0.0.1:1")
    with pytest.raises(SkipTest, match="the check was not made"):
        case(checked, "body-schema").verify()
    with pytest.raises(ContractBroken, match="cannot be reached"):
        checked.cases()[-1].verify()


def test_cases_are_called_by_operation_and_rule() -> None:
    names = [str(case) for case in check(wsgi_app).cases()]

    assert "GET /api/calls/providers body-schema" in names
    assert names[-1] == "the check as a whole"


def test_the_address_of_an_application_is_told_to_be_gone() -> None:
    with pytest.raises(ContractBroken, match=r"The application was at http://127.0.0.1:\d+ for the check alone"):
        check(faulty).verify()


def test_a_contract_that_did_not_change_is_skipped_as_a_whole() -> None:
    checked = check(wsgi_app, changed_since=load_contract())
    with pytest.raises(SkipTest, match="no operation differs from the older contract"):
        checked.cases()[-1].verify()
    with pytest.raises(SkipTest, match="no operation differs from the older contract"):
        checked.verify()
