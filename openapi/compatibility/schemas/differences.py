"""The differences between two sets of values, each with its effect on the set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Flag
from typing import Any, Protocol

from openapi.compatibility.changes import Witness
from openapi.compatibility.schemas.value_sets import ValueSet
from openapi.schemas import Schema


class Effect(Flag):
    """What a difference does to a set of values: values go, values come, both, or it cannot be decided."""

    NONE = 0
    NARROWED = 1
    WIDENED = 2
    CHANGED = 3
    UNDECIDED = 4


@dataclass(frozen=True, eq=False)
class SchemaDifference:
    """One difference of the kind `kind`; `old` and `new` are JSON pointers, `text` is the end of a sentence about the
    value, and `key` tells differences of one kind and place apart.

    `before` and `after` are the schemas of the value in both contracts, and `candidates` are values that may be in one
    set alone. An `is_exempt` difference is expected by clients, which know that an enumeration may grow.
    """

    kind: str
    effect: Effect
    old: str
    new: str
    text: str
    key: str = ""
    before: tuple[Schema, ...] = ()
    after: tuple[Schema, ...] = ()
    candidates: tuple[Any, ...] = ()
    is_exempt: bool = False
    witness: Witness | None = None


Conjunction = tuple[Schema, ...]


@dataclass
class SetPair:
    """Two sets of values of one type, and what was found about them: differences, and pairs of sets inside the value
    that are to be compared too."""

    name: str
    old: ValueSet
    new: ValueSet
    differences: list[SchemaDifference] = field(default_factory=list)
    children: list[tuple[Conjunction, Conjunction]] = field(default_factory=list)

    def add(
        self,
        kind: str,
        effect: Effect,
        text: str,
        *,
        keyword: str = "",
        key: str = "",
        candidates: Sequence[Any] = (),
        old: str | None = None,
        new: str | None = None,
        is_exempt: bool = False,
    ) -> None:
        """Add a difference; its places are those of `keyword` in both schemas unless `old` and `new` say others."""
        self.differences.append(
            SchemaDifference(
                kind,
                effect,
                self.old.source(keyword) if old is None else old,
                self.new.source(keyword) if new is None else new,
                text,
                key,
                tuple(self.old.schemas),
                tuple(self.new.schemas),
                tuple(candidates),
                is_exempt,
            )
        )


class Comparer(Protocol):
    """Compares pairs of sets inside a comparison."""

    def compared(self, name: str, old: ValueSet, new: ValueSet) -> SetPair:
        """Two sets of one type without choices, compared."""

    def reached(self, pair: SetPair) -> list[SchemaDifference]:
        """All differences of two sets, with those inside the values."""
