"""All checks of Schemathesis have a rule, and those are on whose rules the check does not judge by its own reading."""

from __future__ import annotations

import json

import pytest
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig

from openapi.check import Options, Profile
from openapi.check.fuzzing.checks import JUDGED_TOO, RULES_OF_CHECKS
from openapi.check.fuzzing.settings import configuration
from openapi.contract import parse_contract
from openapi.findings.rules import RULES
from tests.openapi.check.family.small import Small, checked, found, reply, responses

# It compares the answers to two callers, and a check has the credentials of one.
NEEDS_TWO_CALLERS = "object_level_authorization"


def checks() -> list[str]:
    load_all_checks()
    return sorted(CHECKS.get_all_names())


def test_every_check_of_schemathesis_has_a_rule() -> None:
    """This fails when an update of Schemathesis adds a check, which then needs a rule."""
    assert sorted(RULES_OF_CHECKS) == checks()
    assert [check for check, rule in RULES_OF_CHECKS.items() if rule is None] == [NEEDS_TWO_CALLERS]
    assert {rule for rule in RULES_OF_CHECKS.values() if rule} - RULES.keys() == set()


@pytest.mark.parametrize("profile", Profile)
def test_every_phase_of_schemathesis_is_on_and_every_check_that_is_not_done_here(profile: Profile) -> None:
    project = SchemathesisConfig.from_dict(configuration(Options(profile=profile), "http://a", {}, 0)).projects.default
    phases = ("examples", "coverage", "fuzzing", "stateful")

    assert [check for check in checks() if not project.checks.get_by_name(name=check).enabled] == sorted(JUDGED_TOO)
    assert [phase for phase in phases if not project.phases.get_by_name(name=phase).enabled] == []
    assert project.continue_on_failure


@pytest.mark.long
def test_a_schema_that_schemathesis_cannot_compile_does_not_end_the_generation() -> None:
    """It rewrites `prefixItems` of answers to a keyword of an older draft, and then refuses it."""
    pair = {"type": "array", "prefixItems": [{"type": "number"}, {"type": "number"}], "minItems": 2, "maxItems": 2}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/x": {"get": {"responses": responses(pair)}}},
    }
    contract = parse_contract(json.dumps(document).encode(), "pair.json", lenient=True)
    verdict = checked(contract, Small({"GET /x": reply([1.5, 2.5])}), generate=True)

    assert (found(verdict), verdict.obstacles, verdict.exit_code) == ([], (), 0)
