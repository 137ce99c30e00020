"""Compares two contracts, for clients that keep to the older one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Final

from openapi.compatibility.changes import ChangeLevel, Comparison
from openapi.compatibility.operations import ContractPair
from openapi.compatibility.recorder import ChangeRecorder
from openapi.compatibility.schemas.comparing import SchemaComparison
from openapi.compatibility.schemas.witnesses import Witnesses
from openapi.contract import Contract
from openapi.schemas import Direction

DRAFT: Final = ("x-stability", "draft")


def compare(
    old: Contract,
    new: Contract,
    *,
    levels: Mapping[str, ChangeLevel] = MappingProxyType({}),
    today: date | None = None,
    draft: tuple[str, str] = DRAFT,
) -> Comparison:
    """The changes from `old` to `new`, judged for a client that keeps to `old`, and for webhooks and callbacks for
    their receiver.

    `levels` replaces the levels of rules by their ids. What was deprecated may be removed from the date of its
    `x-sunset` on; `today` is the date of now by default. Operations whose extension has the name and value of `draft`
    may change in any way.
    """
    recorder = ChangeRecorder(old, new, levels)
    comparisons = {direction: SchemaComparison(direction, Witnesses(old, new, direction)) for direction in Direction}
    day = datetime.now(UTC).date() if today is None else today
    ContractPair(old, new, recorder, comparisons, day, draft).compare()
    return recorder.comparison()
