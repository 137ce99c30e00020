"""Every server of the family that is wrong is found out for the right reason, and nothing is found in a right one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from openapi.check import Options, Verdict, run_check
from openapi.contract import STRICT, Contract, load_contract
from tests.openapi.check.family.correct import CORRECT, STRICTLY_CORRECT
from tests.openapi.check.family.faults import FAULTS, Fault
from tests.openapi.check.family.honest import SECRET, good_token, serving
from tests.openapi.check.family.things import API_KEY, CONTRACT, THING_FAULTS, Things
from tests.tables import record_row

pytestmark = pytest.mark.long

TABLE: Final = "servers that are wrong in one way, and what is found in them"
Record = Callable[[str, object], None]


@pytest.fixture(scope="module")
def published() -> Contract:
    return load_contract()


@pytest.fixture(scope="module")
def strict(published: Contract) -> Contract:
    return published.with_overlay(STRICT)


def check(contract: Contract, url: str, **options: Any) -> Verdict:
    """The verdict on a server of the published contract, by somebody who can sign tokens."""
    return run_check(contract, url, Options(token=good_token, signing_key=SECRET.encode(), **options))


def check_things(url: str) -> Verdict:
    return run_check(load_contract(CONTRACT), url, Options(token=lambda: API_KEY, allow_writes=True))


def rules_of(verdict: Verdict) -> set[str]:
    return {finding.rule.id for finding in verdict.findings}


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_is_found_for_the_right_reason(
    fault: Fault, published: Contract, strict: Contract, record_property: Record
) -> None:
    options = {**fault.options, "strict": strict} if fault.options.get("strict") else dict(fault.options)
    with serving(fault.server) as url:
        found = rules_of(check(published, url, **options))

    record_row(record_property, TABLE, f"{fault.category}: {fault.name}", check=", ".join(sorted(found)))
    assert found
    assert found <= fault.rules


@pytest.mark.parametrize("name", THING_FAULTS)
def test_a_fault_of_a_contract_with_parameters_and_bodies_is_found(name: str, record_property: Record) -> None:
    rules, server = THING_FAULTS[name]
    with serving(server) as url:
        found = rules_of(check_things(url))

    record_row(record_property, TABLE, f"things: {name}", check=", ".join(sorted(found)))
    assert found
    assert found <= rules


@pytest.mark.parametrize("name", CORRECT)
def test_nothing_is_found_in_a_correct_server(
    name: str, published: Contract, strict: Contract, record_property: Record
) -> None:
    with CORRECT[name]() as url:
        verdict = check(published, url, strict=strict if name in STRICTLY_CORRECT else None)

    record_row(record_property, TABLE, f"correct: {name}", check=", ".join(sorted(rules_of(verdict))))
    assert verdict.findings == ()
    assert verdict.exit_code == 0


def test_nothing_is_found_in_a_correct_server_of_a_contract_with_parameters_and_bodies(
    record_property: Record,
) -> None:
    with serving(Things()) as url:
        verdict = check_things(url)

    record_row(record_property, TABLE, "correct: things", check=", ".join(sorted(rules_of(verdict))))
    assert verdict.findings == ()
    assert verdict.exit_code == 0
