"""Compares two contracts, for clients that keep to the older one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from openapi.compatibility.changes import Comparison
from openapi.compatibility.operations import ContractPair
from openapi.compatibility.recorder import ChangeRecorder
from openapi.compatibility.schemas.comparing import SchemaComparison
from openapi.compatibility.schemas.witnesses import Witnesses
from openapi.compatibility.settings import ComparisonSettings
from openapi.contract import Contract, Operation
from openapi.schemas import Direction

_USUAL: Final = ComparisonSettings()


def compare(
    old: Contract,
    new: Contract,
    settings: ComparisonSettings = _USUAL,
    *,
    today: date | None = None,
) -> Comparison:
    """The changes from `old` to `new`, judged for a client that keeps to `old`, and for webhooks and callbacks for
    their receiver.

    What was deprecated may be removed from the date of its `x-sunset` on; `today` is the date of now by default.
    """
    pair, recorder = _pair(old, new, settings, today)
    pair.compare()
    return recorder.comparison()


def changed_operations(old: Contract, new: Contract) -> tuple[Operation, ...]:
    """The operations of `new` that are not in `old` or differ from it; descriptions and examples count too."""
    pair, recorder = _pair(old, new, _USUAL, None)
    pair.compare()
    changed = recorder.operations()
    labels = {after: before.label for before, after in pair.counterparts().items()}
    return tuple(operation for operation in new.operations if labels.get(operation, operation.label) in changed)


def _pair(
    old: Contract, new: Contract, settings: ComparisonSettings, today: date | None
) -> tuple[ContractPair, ChangeRecorder]:
    recorder = ChangeRecorder(old, new, settings.levels)
    day = datetime.now(UTC).date() if today is None else today
    comparisons = {
        direction: SchemaComparison(direction, Witnesses(old, new, direction), day) for direction in Direction
    }
    return ContractPair(old, new, recorder, comparisons, day, settings.stability), recorder
