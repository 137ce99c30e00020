"""Schemathesis has no findings about the mock, in every phase and check, for contracts of many kinds."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from schemathesis.config import SchemathesisConfig

from openapi.contract import PUBLISHED, load_contract
from openapi.contract.views import generation_view
from openapi.mock.app import create_mock
from openapi.mock.mocking import Mock
from openapi.mock.settings import MockSettings
from tests.generated import Run
from tests.openapi.mock.rich import RICH, RICH_2_0, rich

THINGS: Final = Path(__file__).parents[1] / "check" / "family" / "things.yaml"
AUTHORIZATION: Final = {"Authorization": "Bearer a.b.c", "X-Api-Key": "mock"}


def run_over(document: Path, *, examples: int = 15, seed: int = 20260101, without: str = "") -> Run:
    """A run over a mock of `document`, which is determined by `seed`, `without` one check."""
    configuration = {
        "seed": seed,
        "continue-on-failure": True,
        "headers": AUTHORIZATION,
        "generation": {"database": "none", "deterministic": True, "max-examples": examples},
        "phases": {"examples": {"fill-missing": True}},
        # The mock accepts any credentials of the right kind.
        "checks": {"enabled": True, **{name: {"enabled": False} for name in ("ignored_auth", without) if name}},
    }
    mock = create_mock(Mock({"": document}, settings=MockSettings()))
    view = generation_view(load_contract(document, lenient=True)) if document.stem in ("rich-3.1", "rich-3.2") else None
    return Run(mock, document, SchemathesisConfig.from_dict(configuration), view)


@pytest.mark.parametrize("document", [PUBLISHED, THINGS, RICH], ids=lambda path: path.stem)
def test_the_mock_passes_every_check_in_every_phase(document: Path) -> None:
    """The contracts have no links, so there is no stateful phase."""
    run = run_over(document, examples=2)

    assert run.findings == []
    assert {phase for phase, count in run.cases.items() if count > 0} == {"examples", "coverage", "fuzzing"}
    assert run.statuses.keys() >= {200, 405}


def test_the_mock_of_a_swagger_document_passes_by_the_document_as_written() -> None:
    """Schemathesis takes fields that the form does not declare, and fields that are left out because a form cannot
    express an empty array, for a breach of the document."""
    run = run_over(RICH_2_0, examples=2, without="negative_data_rejection")

    assert run.findings == []
    assert {phase for phase, count in run.cases.items() if count > 0} == {"examples", "coverage", "fuzzing"}
    assert run.statuses.keys() >= {200, 400, 405}


def test_the_run_includes_all_relevant_statuses_and_checks() -> None:
    run = run_over(RICH, examples=2)

    assert run.statuses.keys() >= {200, 204, 400, 401, 405, 415, 422}
    assert run.checks >= {
        "content_type_conformance",
        "missing_required_header",
        "negative_data_rejection",
        "not_a_server_error",
        "positive_data_acceptance",
        "response_headers_conformance",
        "response_schema_conformance",
        "status_code_conformance",
        "unsupported_method",
    }


def is_about_prefix_items(finding: str) -> bool:
    """Whether schemathesis found a schema invalid that it has changed itself: it writes `prefixItems` as `items`."""
    return "Invalid Schema Object in response definition" in finding or (
        finding.startswith("response_schema_conformance: POST /modern/tuple ") and finding.endswith(": None")
    )


@pytest.mark.long
@pytest.mark.parametrize("version", ["3.1", "3.2"])
def test_the_mock_of_a_later_version_passes_every_check_in_every_phase(version: str, tmp_path: Path) -> None:
    """Schemathesis does not know `additionalOperations`, whose methods `Allow` has."""
    run = run_over(rich(version, tmp_path), examples=5, without="allow_header_conformance" if version == "3.2" else "")

    assert [finding for finding in run.findings if not is_about_prefix_items(finding)] == []
    assert {phase for phase, count in run.cases.items() if count > 0} >= {"examples", "coverage", "fuzzing"}
    assert run.statuses.keys() >= {200, 400, 405}


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_the_mock_passes_with_more_examples(seed: int) -> None:
    assert run_over(RICH, examples=100, seed=seed).findings == []
