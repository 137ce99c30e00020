"""A comparison as JSON, for programs."""

from __future__ import annotations

import json
from typing import Any

from openapi.compatibility.changes import Change, DocumentPlace
from openapi.compatibility.reports.subject import ComparedContracts
from openapi.http.foreign_text import printable_json


def as_json(compared: ComparedContracts) -> str:
    """An object with `verdict`, `version` and `changes`, and the `accepted` changes with their reasons."""
    document = {
        "verdict": compared.comparison.level.label,
        "version": compared.comparison.version,
        "changes": list(map(_change, compared.comparison.changes)),
        "accepted": [
            {**_change(change), "reason": entry.reason, "until": entry.until.isoformat()}
            for change, entry in compared.accepted
        ],
    }
    return printable_json(json.dumps(document, indent=2, ensure_ascii=False)) + "\n"


def _change(change: Change) -> dict[str, Any]:
    witness = change.witness
    return {
        "rule": change.rule.id,
        "level": change.level.label,
        "direction": change.direction.value,
        "operations": list(change.operations),
        "fingerprint": change.fingerprint,
        "message": change.message,
        "old": _place(change.old),
        "new": _place(change.new),
        "witness": None if witness is None else {"value": witness.value, "text": witness.text},
    }


def _place(place: DocumentPlace | None) -> dict[str, Any] | None:
    return None if place is None else {"pointer": place.pointer, "line": place.line}
