"""Collects changes: one for each cause, with all operations that it concerns."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from openapi.compatibility.catalogue import RULES
from openapi.compatibility.changes import (
    Change,
    ChangeDirection,
    ChangeLevel,
    Comparison,
    DocumentPlace,
    Witness,
)
from openapi.compatibility.places import name_of_place
from openapi.contract import Contract
from openapi.documents.lines import nearest_line


@dataclass
class _Entry:
    rule: str
    level: ChangeLevel
    direction: ChangeDirection
    text: str
    old: str | None
    new: str | None
    key: str
    witness: Witness | None
    operations: dict[str, None] = field(default_factory=dict)


class ChangeRecorder:
    """Collects the changes between two contracts. `levels` replaces the levels of rules by their ids."""

    def __init__(self, old: Contract, new: Contract, levels: Mapping[str, ChangeLevel]) -> None:
        self._old = old
        self._new = new
        self._levels = levels
        self._entries: dict[tuple[object, ...], _Entry] = {}

    def add(
        self,
        rule: str,
        operation: str,
        text: str,
        *,
        old: str | None = None,
        new: str | None = None,
        key: str = "",
        level: ChangeLevel | None = None,
        direction: ChangeDirection | None = None,
        witness: Witness | None = None,
    ) -> None:
        """Add a change of an operation, "" for the contract as a whole. `old` and `new` are JSON pointers; the cause is
        the same if they lead to the same parts."""
        old = None if old is None else self._old.origin_of(old)
        new = None if new is None else self._new.origin_of(new)
        level = self._levels.get(rule, RULES[rule].level if level is None else level)
        identity = (rule, level, old, new, key)
        entry = self._entries.get(identity)
        if entry is None:
            direction = RULES[rule].direction if direction is None else direction
            entry = self._entries[identity] = _Entry(rule, level, direction, text, old, new, key, witness)
        if operation:
            entry.operations[operation] = None

    def operations(self) -> set[str]:
        """The operations that any change concerns."""
        return {operation for entry in self._entries.values() for operation in entry.operations}

    def comparison(self) -> Comparison:
        """All changes, the worst first."""
        changes = sorted(map(self._change, self._entries.values()), key=lambda change: -change.level)
        return Comparison(tuple(changes))

    def _change(self, entry: _Entry) -> Change:
        rule = RULES[entry.rule]
        place = (
            name_of_place(self._old, entry.old) if entry.old is not None else name_of_place(self._new, entry.new or "")
        )
        identity = "\n".join((entry.rule, place, entry.key))
        nearest = None if entry.new is not None or entry.old is None else self._nearest(entry.old)
        return Change(
            rule=rule,
            level=entry.level,
            direction=entry.direction,
            operations=tuple(entry.operations),
            message=entry.text,
            fingerprint=hashlib.sha256(identity.encode()).hexdigest()[:16],
            old=None if entry.old is None else _place(self._old, entry.old),
            new=None if entry.new is None else _place(self._new, entry.new),
            nearest=nearest,
            witness=entry.witness,
        )

    def _nearest(self, pointer: str) -> DocumentPlace:
        """The closest part of the newer document around a pointer of the older one."""
        while pointer:
            try:
                self._new.at(pointer)
            except LookupError:
                pointer = pointer.rpartition("/")[0]
            else:
                break
        return _place(self._new, pointer)


def _place(contract: Contract, pointer: str) -> DocumentPlace:
    written = contract.as_written(pointer)
    return DocumentPlace(written, nearest_line(contract.content, written))
