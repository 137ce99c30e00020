"""The contract check has no findings about the mock, except that it accepts any credentials."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from openapi.check.options import Profile
from openapi.check.testing import ContractCheck
from openapi.contract import PUBLISHED, STRICT, load_contract
from openapi.findings.findings import Certainty
from openapi.mock.app import create_mock
from openapi.mock.mocking import Mock
from tests.openapi.mock.rich import VERSIONS, rich
from tests.openapi.mock.test_schemathesis import THINGS

if TYPE_CHECKING:
    from tests.conftest import Running

# The mock accepts any credentials of the right kind.
SKIPPED: Final = ("auth-garbage", "auth-status")


def options_for(document: Path) -> dict[str, Any]:
    contract = load_contract(document, lenient=True)
    strict = contract.with_overlay(STRICT) if document == PUBLISHED else None
    return {"contract": contract, "strict": strict, "token": "a.b.c", "allow_writes": True, "skip": SKIPPED}


@pytest.mark.parametrize("document", [PUBLISHED, THINGS], ids=lambda path: path.stem)
def test_the_check_has_no_findings(document: Path) -> None:
    verdict = ContractCheck(create_mock(Mock({"": document})), **options_for(document)).verdict

    assert [str(finding) for finding in verdict.findings] == []
    assert verdict.exit_code == 0


@pytest.mark.long
@pytest.mark.parametrize("document", ["published", "things", *VERSIONS])
def test_a_deep_check_of_the_running_mock_finds_nothing_certain(
    document: str, running_server: Running, tmp_path: Path
) -> None:
    file = {"published": PUBLISHED, "things": THINGS}.get(document) or rich(document, tmp_path)
    with running_server(str(file), "--quiet", command=("tether-relay", "mock")) as mock:
        check = ContractCheck(mock.url, **options_for(file), profile=Profile.DEEP, seed=1, time_limit=30.0)

        # A probable finding is about an array of one item and a single value, which are the same in a form.
        certain = [finding for finding in check.verdict.findings if finding.certainty is Certainty.CERTAIN]

        assert [str(finding) for finding in certain] == []
        assert check.verdict.requests > 40
