"""All checks of Schemathesis are on, and each has a rule."""

from __future__ import annotations

import pytest
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig

from openapi.check import Options, Profile
from openapi.check.fuzzing.checks import RULES_OF_CHECKS
from openapi.check.fuzzing.settings import configuration
from openapi.findings.rules import RULES

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
def test_every_check_and_every_phase_of_schemathesis_is_on(profile: Profile) -> None:
    project = SchemathesisConfig.from_dict(configuration(Options(profile=profile), "http://a", {}, 0)).projects.default
    phases = ("examples", "coverage", "fuzzing", "stateful")

    assert [check for check in checks() if not project.checks.get_by_name(name=check).enabled] == []
    assert [phase for phase in phases if not project.phases.get_by_name(name=phase).enabled] == []
    assert project.continue_on_failure
