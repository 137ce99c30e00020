"""Runs of schemathesis against an application in this process, with their findings."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from starlette.types import ASGIApp


class Run:
    """The requests and findings of a run of schemathesis against an application."""

    def __init__(
        self, app: ASGIApp, document: Path, configuration: SchemathesisConfig, view: dict[str, Any] | None = None
    ) -> None:
        """`view` replaces the content of `document`, for a version that schemathesis does not know."""
        if view is None:
            schema = schemathesis.openapi.from_path(document, config=configuration)
        else:
            schema = schemathesis.openapi.from_dict(view, config=configuration)
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
