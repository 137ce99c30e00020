"""A comparison as annotations of GitHub Actions, at the lines of the newer contract."""

from __future__ import annotations

from typing import Final

from openapi.compatibility.changes import Change, ChangeLevel
from openapi.compatibility.reports.subject import ComparedContracts, line_in_new, where_of, witness_of
from openapi.findings.reports.escaping import annotation

_COMMANDS: Final = {ChangeLevel.BREAKING: "error", ChangeLevel.RISKY: "warning"}
_MOST_OPERATIONS: Final = 20


def workflow_commands(compared: ComparedContracts) -> str:
    """Workflow commands: an error for each breaking change and a warning for each risky one. What was removed is shown
    at the nearest line of the newer contract."""
    shown = [change for change in compared.comparison.changes if change.level in _COMMANDS]
    return "".join(f"{_annotation(change, compared)}\n" for change in shown)


def _annotation(change: Change, compared: ComparedContracts) -> str:
    text = [change.message, where_of(change, _MOST_OPERATIONS)]
    if witness := witness_of(change):
        text.append(f"example: {witness}")
    if change.rule.instead:
        text.append(f"instead: {change.rule.instead}")
    title = f"{change.level.label}: {change.rule.id}"
    return annotation(_COMMANDS[change.level], compared.file, line_in_new(change), title, "\n".join(text))
