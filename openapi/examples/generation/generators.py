"""Generators of values for merged schemas: what each needs at least, and how one value is made.

A generator's `height` is how deep its smallest value is nested; the compiler finds it. It is infinite for a schema that
requires itself without end, and for one that no value can be made for. Optional properties, items and branches that
would lead too deep are left out, so everything recursive ends.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Protocol

from openapi.examples.generation.draw import MOST_VALUES, Draw
from openapi.examples.generation.merged_schema import Impossible, MergedSchema, is_among
from openapi.examples.generation.scalars import Unlucky
from openapi.schemas import Schema

DEEPEST: Final = 5
# Most values in a body, in addition to the required ones.
ROOM: Final = 120.0
# Most items of an array or properties of an object that are required.
MOST_PARTS: Final = 10_000
# Attempts to draw a value with a property that only chance gives.
ROUNDS: Final = 30


class Compiler(Protocol):
    """The source of the generators of nested values."""

    def generator(self, schemas: Sequence[Schema], name: str, parent: str) -> ValueGenerator:
        """The generator for schemas that a value must all satisfy, with its height computed."""

    def unsettled(self, schemas: Sequence[Schema], name: str, parent: str) -> ValueGenerator:
        """The same generator, before its height is computed."""

    def settle(self, generator: ValueGenerator) -> None:
        """Compute the height of a generator."""

    def check(self, schemas: Sequence[Schema]) -> Callable[[Any], bool]:
        """Whether a value satisfies all of several schemas."""


class ValueGenerator:
    """Generates values for one merged schema."""

    complex = False

    def __init__(self, compiler: Compiler, merged: MergedSchema, name: str) -> None:
        self.compiler = compiler
        self.merged = merged
        self.name = name
        self.height = math.inf
        self.settled = False
        self.allows_null = "null" in merged.types and (merged.enum is None or is_among(None, merged.enum))
        self.examples: list[Any] = []

    def needs(self) -> Iterable[ValueGenerator]:
        """The generators without which this one has no value."""
        return ()

    def least_height(self) -> float:
        """The height, computed from the known heights of the required generators."""
        return 0

    def make(self, draw: Draw, depth: int, room: float) -> Any:
        """A value for `depth`, of about `room` values in all; Unlucky when none was found within the tries."""
        draw.left -= 1
        if draw.left < 0:
            raise Unlucky(f"the data would need more than {MOST_VALUES} values")
        if self.examples and not draw.careful and draw.chance(draw.familiar):
            return copy.deepcopy(self.examples[0] if draw.plain else draw.random.choice(self.examples))
        if self.allows_null and self._better_null(draw, depth):
            return None
        if not (draw.careful and self.merged.strict):
            return self.value(draw, depth, room)
        valid = self.compiler.check(self.merged.schemas)
        for _ in range(ROUNDS):
            if valid(value := self.value(draw, depth, room)):
                return value
        raise Unlucky("no value was found that one branch allows and the others do not")

    def _better_null(self, draw: Draw, depth: int) -> bool:
        if self.bare_height + depth > DEEPEST:
            return True
        return not draw.plain and depth > 0 and draw.chance(0.1)

    @property
    def bare_height(self) -> float:
        """The height without null."""
        return self.least_height()

    def value(self, draw: Draw, depth: int, room: float) -> Any:
        """A value other than null, not validated."""
        raise NotImplementedError


class ImpossibleGenerator(ValueGenerator):
    """A generator for an impossible schema; `reason` says why."""

    def __init__(self, compiler: Compiler, merged: MergedSchema, name: str, failure: Impossible) -> None:
        super().__init__(compiler, merged, name)
        self.allows_null = False
        self.failure = failure

    def value(self, draw: Draw, depth: int, room: float) -> Any:
        """Raises Unlucky: another part of the schema may have a value."""
        raise Unlucky(str(self.failure))

    def least_height(self) -> float:
        """Infinite, because there is no value."""
        return math.inf


class ScalarGenerator(ValueGenerator):
    """A string, a number, true, false, null, or one of an `enum`."""

    def __init__(self, compiler: Compiler, merged: MergedSchema, name: str, maker: Callable[[Draw], Any]) -> None:
        super().__init__(compiler, merged, name)
        self._maker = maker

    def value(self, draw: Draw, depth: int, room: float) -> Any:
        """A value of the maker; an example if it finds none."""
        try:
            return self._maker(draw)
        except Unlucky:
            if not self.examples:
                raise
            return draw.random.choice(self.examples)


class ChoiceGenerator(ValueGenerator):
    """One of several generators."""

    complex = True

    def __init__(self, compiler: Compiler, merged: MergedSchema, name: str, branches: Sequence[ValueGenerator]) -> None:
        super().__init__(compiler, merged, name)
        self._branches = branches
        self.allows_null = False

    def needs(self) -> Iterable[ValueGenerator]:
        """All branches, at least one of which must be finite."""
        return self._branches

    def least_height(self) -> float:
        """The height of the lowest branch."""
        return min(branch.height for branch in self._branches)

    def value(self, draw: Draw, depth: int, room: float) -> Any:
        """A value of a branch that is low enough; the first such branch for a plain draw."""
        possible = [branch for branch in self._branches if depth + branch.height <= DEEPEST and not _only_null(branch)]
        if not possible:
            lowest = min(branch.height for branch in self._branches)
            possible = [branch for branch in self._branches if branch.height == lowest]
        branch = possible[0] if draw.plain or draw.first else draw.random.choice(possible)
        if draw.careful:
            branch = draw.random.choice([branch for branch in self._branches if branch.height < math.inf])
        if branch.allows_null and branch.merged.types == ["null"]:
            return None
        if not draw.careful:
            return branch.make(draw, depth, room)
        value = branch.value(draw, depth, room)
        is_told = draw.tells_apart and isinstance(value, dict) and draw.chance(0.5)
        return self._told_apart(draw, branch, value) if is_told else value

    def _told_apart(self, draw: Draw, branch: ValueGenerator, value: dict[str, Any]) -> dict[str, Any]:
        """`value` with a null that another branch does not allow. Branches that require and forbid nothing would all
        allow the same objects otherwise, and a `oneOf` requires exactly one that does."""
        for other in self._branches:
            foreign = sorted(other.merged.properties.keys() - branch.merged.properties.keys())
            if other is not branch and foreign:
                value[draw.random.choice(foreign)] = None
        return value


def _only_null(generator: ValueGenerator) -> bool:
    return generator.merged.types == ["null"] or generator.merged.enum == [None]
