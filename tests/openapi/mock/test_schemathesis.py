"""Schemathesis finds nothing to complain about in the mock: every phase, every check, over contracts of every kind."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from starlette.types import ASGIApp

from openapi.contract import PUBLISHED
from openapi.mock.app import create_mock
from openapi.mock.mocking import Mock
from openapi.mock.responding import Settings

RICH: Final = Path(__file__).with_name("rich.yaml")
THINGS: Final = Path(__file__).parents[1] / "conformance" / "family" / "things.yaml"
AUTHORIZATION: Final = {"Authorization": "Bearer a.b.c", "X-Api-Key": "mock"}


class Run:
    """What a run of schemathesis over an application did and found; the same for the same `seed`."""

    def __init__(self, app: ASGIApp, document: Path, *, examples: int = 15, seed: int = 20260101) -> None:
        configuration = {
            "seed": seed,
            "continue-on-failure": True,
            "headers": AUTHORIZATION,
            "generation": {"database": "none", "deterministic": True, "max-examples": examples},
            "phases": {"examples": {"fill-missing": True}},
            # A mock knows nobody: any credentials of the right kind are taken.
            "checks": {"enabled": True, "ignored_auth": {"enabled": False}},
        }
        schema = schemathesis.openapi.from_path(document, config=SchemathesisConfig.from_dict(configuration))
        schema.app = app
        self.cases: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.findings: list[str] = []
        self.checks: set[str] = set()
        for event in from_schema(schema).execute():
            if isinstance(event, events.ScenarioFinished):
                self._count(event)
            elif isinstance(event, events.NonFatalError | events.FatalError):
                self.findings.append(str(event))

    def _count(self, event: events.ScenarioFinished) -> None:
        recorder = event.recorder
        self.cases[event.phase.value.lower()] += len(recorder.cases)
        answers = (interaction.response for interaction in recorder.interactions.values())
        self.statuses.update(answer.status_code for answer in answers if answer is not None)
        for case_id, nodes in recorder.checks.items():
            for node in nodes:
                self.checks.add(node.name)
                if node.status is not Status.SUCCESS:
                    self.findings.append(f"{node.name}: {recorder.label} {case_id}: {node.failure_info}")


def run_over(document: Path, **options: int) -> Run:
    return Run(create_mock(Mock({"": document}, settings=Settings())), document, **options)


@pytest.mark.parametrize("document", [PUBLISHED, THINGS, RICH], ids=lambda path: path.stem)
def test_the_mock_passes_every_check_in_every_phase(document: Path) -> None:
    """What has no links has no stateful phase."""
    run = run_over(document, examples=2)

    assert run.findings == []
    assert {phase for phase, count in run.cases.items() if count > 0} == {"examples", "coverage", "fuzzing"}
    assert run.statuses.keys() >= {200, 405}


def test_the_run_is_one_that_would_find_something() -> None:
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


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_the_mock_passes_with_more_of_them(seed: int) -> None:
    assert run_over(RICH, examples=100, seed=seed).findings == []
