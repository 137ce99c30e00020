"""The check finds the fault of each faulty server of the family, and nothing in the correct ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from openapi.check import Options, Verdict, run_check
from openapi.contract import Contract, load_contract
from tests.frozen import FROZEN, FROZEN_STRICT
from tests.openapi.check.family.correct import CORRECT, STRICTLY_CORRECT
from tests.openapi.check.family.faults import FAULTS, Fault
from tests.openapi.check.family.honest import SECRET, good_token, serving
from tests.openapi.check.family.things import API_KEY, CONTRACT, THING_FAULTS, Things
from tests.tables import record_row

pytestmark = pytest.mark.long

TABLE: Final = "servers with one fault, and the findings"
Record = Callable[[str, object], None]


@pytest.fixture(scope="module")
def published() -> Contract:
    return load_contract(FROZEN)


@pytest.fixture(scope="module")
def strict(published: Contract) -> Contract:
    return published.with_overlay(FROZEN_STRICT)


def check(contract: Contract, url: str, **options: Any) -> Verdict:
    """The verdict on a server of the published contract, with the key that signs tokens."""
    return run_check(contract, url, Options(token=good_token, signing_key=SECRET.encode(), **options))


def check_things(url: str) -> Verdict:
    return run_check(load_contract(CONTRACT), url, Options(token=lambda: API_KEY, allow_writes=True))


def rules_of(verdict: Verdict) -> set[str]:
    return {finding.rule.id for finding in verdict.findings}


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_fault_is_found_by_one_of_its_rules(
    fault: Fault, published: Contract, strict: Contract, record_property: Record
) -> None:
    options = {**fault.options, "strict": strict} if fault.options.get("strict") else dict(fault.options)
    with serving(fault.server) as url:
        found = rules_of(check(published, url, **options))

    record_row(record_property, TABLE, f"{fault.category}: {fault.name}", check=", ".join(sorted(found)))
    assert found
    assert found <= fault.rules


@pytest.mark.parametrize("name", THING_FAULTS)
def test_fault_in_a_server_with_parameters_and_bodies_is_found(name: str, record_property: Record) -> None:
    rules, server = THING_FAULTS[name]
    with serving(server) as url:
        found = rules_of(check_things(url))

    record_row(record_property, TABLE, f"things: {name}", check=", ".join(sorted(found)))
    assert found
    assert found <= rules


@pytest.mark.parametrize("name", CORRECT)
def test_correct_server_has_no_findings(
    name: str, published: Contract, strict: Contract, record_property: Record
) -> None:
    with CORRECT[name]() as url:
        verdict = check(published, url, strict=strict if name in STRICTLY_CORRECT else None)

    record_row(record_property, TABLE, f"correct: {name}", check=", ".join(sorted(rules_of(verdict))))
    assert verdict.findings == ()
    assert verdict.exit_code == 0


def test_correct_server_with_parameters_and_bodies_has_no_findings(
    record_property: Record,
) -> None:
    with serving(Things()) as url:
        verdict = check_things(url)

    record_row(record_property, TABLE, "correct: things", check=", ".join(sorted(rules_of(verdict))))
    assert verdict.findings == ()
    assert verdict.exit_code == 0
