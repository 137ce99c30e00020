"""Values that prove a difference: one contract allows them, and the other one does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from openapi.compatibility.changes import Witness
from openapi.compatibility.schemas.differences import Conjunction, Effect, SchemaDifference
from openapi.contract import Contract
from openapi.examples.generation import GenerationError, Generator
from openapi.schemas import Direction, SchemaValidator, together

_FEW: Final = 6
_MANY: Final = 150
# Beyond, differences are told without a witness: each search takes some milliseconds.
_MOST_SEARCHES: Final = 300
_LONGEST: Final = 300
_LONGEST_TEXT: Final = 40


class Witnesses:
    """Searches witnesses for differences between two contracts, in one direction."""

    def __init__(self, old: Contract, new: Contract, direction: Direction) -> None:
        self._direction = direction
        self._generators = {id(old): Generator(old, seed=1), id(new): Generator(new, seed=2)}
        self._validators: dict[Conjunction, SchemaValidator] = {}
        self._left = _MOST_SEARCHES
        self._known: dict[int, SchemaDifference] = {}

    def proved(self, difference: SchemaDifference) -> SchemaDifference:
        """The difference with a witness, if it does harm in this direction and one is found. The effect of an undecided
        one is then known."""
        if id(difference) not in self._known:
            self._known[id(difference)] = self._proved(difference)
        return self._known[id(difference)]

    def searched(self, difference: SchemaDifference, effect: Effect, *, takes_objects: bool) -> SchemaDifference | None:
        """The difference with `effect`, which exists only if a witness is found, an object only if the search
        `takes_objects`; None if there is none."""
        witness = self._search(difference, effect, _MANY, takes_objects=takes_objects)
        return None if witness is None else replace(difference, effect=effect, witness=witness)

    def _proved(self, difference: SchemaDifference) -> SchemaDifference:
        harmful = Effect.NARROWED if self._direction is Direction.REQUEST else Effect.WIDENED
        is_open = Effect.UNDECIDED in difference.effect
        if difference.witness is not None or not (difference.effect & harmful or is_open):
            return difference
        witness = self._search(difference, harmful, _MANY if is_open else _FEW)
        if witness is None:
            return difference
        return replace(difference, effect=difference.effect | harmful, witness=witness)

    def _search(
        self, difference: SchemaDifference, effect: Effect, count: int, *, takes_objects: bool = True
    ) -> Witness | None:
        """A value that only the older schemas allow, if the effect is that values go, else only the newer ones."""
        if self._left <= 0:
            return None
        self._left -= 1
        is_lost = effect is Effect.NARROWED
        one, other = (difference.before, difference.after) if is_lost else (difference.after, difference.before)
        for value in self._values(difference, one, count):
            if isinstance(value, dict) and not takes_objects:
                continue
            if self.is_valid(value, one) and not self.is_valid(value, other):
                end = "was accepted and no longer is" if is_lost else "was not possible and now is"
                return Witness(value, f"{_shown(value)} {end}")
        return None

    def _values(self, difference: SchemaDifference, schemas: Conjunction, count: int) -> Iterator[Any]:
        yield from difference.candidates
        if not schemas:
            yield from (None, "x", 1, 1.5, True, [], {})
            return
        generator = self._generators[id(schemas[0].document)]
        schema = schemas[0] if len(schemas) == 1 else together(schemas)
        for number in range(count):
            with suppress(GenerationError, RecursionError):
                yield generator.value(schema, key=str(number), direction=self._direction, minimal=number % 3 == 0)

    def is_valid(self, value: Any, schemas: Conjunction) -> bool:
        """Whether a value satisfies all schemas."""
        if not schemas:
            return True
        if schemas not in self._validators:
            self._validators[schemas] = SchemaValidator(together(schemas), self._direction)
        try:
            return self._validators[schemas].is_valid(value)
        except ValueError:
            return True


def _shown(value: Any) -> str:
    """A value in a sentence."""
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return f"a text of {len(value)} characters"
    text = json.dumps(value, ensure_ascii=False)
    return f"`{text}`" if len(text) <= _LONGEST else "the value"
