"""The State of the control document: the mocked operations and the choices."""

from __future__ import annotations

from typing import Any

from openapi.mock.answers.selection import statuses
from openapi.mock.mocking import Mock
from openapi.mock.scenarios.scenarios import MockedOperation
from openapi.mock.scenarios.state import ActiveFault


def overview(mock: Mock, session: str | None) -> dict[str, Any]:
    """The State for a session; for None, the shared one."""
    choices = mock.state.seen(session)
    snapshot = mock.snapshot
    return {
        "contracts": [
            {
                "prefix": prefix,
                "title": mounted.contract.title,
                "source": mounted.contract.source,
                "error": mock.errors.get(prefix),
                "warnings": [*mounted.conflicts, *mock.warnings.get(prefix, ())],
            }
            for prefix, mounted in snapshot.mounts.items()
        ],
        "operations": [_operation(mock, mocked, session) for mocked in snapshot.operations.values()],
        "scenarios": [
            {"name": scenario.name, "description": scenario.description} for scenario in snapshot.scenarios.values()
        ],
        "scenario": choices.scenario,
        "fault": _fault(choices.fault),
        "auth": mock.settings.auth,
        "seed": mock.settings.seed,
        "session": session,
        "upstream": None if mock.upstream is None else mock.upstream.url,
    }


def _operation(mock: Mock, mocked: MockedOperation, session: str | None) -> dict[str, Any]:
    scenarios = mock.snapshot.scenarios
    in_force = mock.state.scenario(session, mocked.id, scenarios)
    operation = mocked.operation
    return {
        "id": mocked.id,
        "method": operation.method.upper(),
        "path": mocked.path,
        "summary": operation.summary,
        "tag": next(iter(operation.tags), ""),
        "statuses": statuses(mocked),
        "scenarios": [name for name, scenario in scenarios.items() if scenario.knows(mocked.id)],
        "scenario": in_force.name if in_force is not None else None,
        "fault": _fault(mock.state.fault(session, mocked.id)),
        "source": mock.state.source(mocked.id),
    }


def _fault(active: ActiveFault | None) -> dict[str, Any] | None:
    return None if active is None or active.over else active.fault.as_json()
