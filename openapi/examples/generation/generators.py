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

from openapi.examples.generation.draw import Draw
from openapi.examples.generation.merged_schema import Impossible, MergedSchema, is_among
from openapi.examples.generation.scalars import Unlucky
from openapi.schemas import Schema

DEEPEST: Final = 5
# How many values a body should have at most; what is required comes on top.
ROOM: Final = 120.0
# How often a value is drawn again that must have something by chance.
ROUNDS: Final = 30


class Compiler(Protocol):
    """Where generators get those of what they hold."""

    def generator(self, schemas: Sequence[Schema], name: str, parent: str) -> ValueGenerator:
        """The generator of schemas that hold together, its height known."""

    def unsettled(self, schemas: Sequence[Schema], name: str, parent: str) -> ValueGenerator:
        """The same, its height not known yet."""

    def check(self, schemas: Sequence[Schema]) -> Callable[[Any], bool]:
        """Whether a value satisfies schemas that hold together."""


class ValueGenerator:
    """Values for one merged schema."""

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
        """The height, as far as those of the needs are known."""
        return 0

    def make(self, draw: Draw, depth: int, room: float) -> Any:
        """A value for `depth`, of about `room` values in all; Unlucky when none was found within the tries."""
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
        """The height when null does not count."""
        return self.least_height()

    def value(self, draw: Draw, depth: int, room: float) -> Any:
        """A value other than null, not checked."""
        raise NotImplementedError


class ImpossibleGenerator(ValueGenerator):
    """No value: `reason` says why."""

    def __init__(self, compiler: Compiler, merged: MergedSchema, name: str, failure: Impossible) -> None:
        super().__init__(compiler, merged, name)
        self.allows_null = False
        self.failure = failure

    def least_height(self) -> float:
        """Out of reach."""
        return math.inf


class ScalarGenerator(ValueGenerator):
    """A string, a number, true, false, null, or one of an `enum`."""

    def __init__(self, compiler: Compiler, merged: MergedSchema, name: str, maker: Callable[[Draw], Any]) -> None:
        super().__init__(compiler, merged, name)
        self._maker = maker

    def value(self, draw: Draw, depth: int, room: float) -> Any:
        """What the maker makes."""
        return self._maker(draw)


class ChoiceGenerator(ValueGenerator):
    """One of several generators."""

    complex = True

    def __init__(self, compiler: Compiler, merged: MergedSchema, name: str, branches: Sequence[ValueGenerator]) -> None:
        super().__init__(compiler, merged, name)
        self._branches = branches
        self.allows_null = False

    def needs(self) -> Iterable[ValueGenerator]:
        """Every branch: one of them at least must end."""
        return self._branches

    def least_height(self) -> float:
        """That of the lowest branch."""
        return min(branch.height for branch in self._branches)

    def value(self, draw: Draw, depth: int, room: float) -> Any:
        """What a branch makes that is low enough; the first of them for a plain draw."""
        possible = [branch for branch in self._branches if depth + branch.height <= DEEPEST and not _only_null(branch)]
        if not possible:
            lowest = min(branch.height for branch in self._branches)
            possible = [branch for branch in self._branches if branch.height == lowest]
        branch = possible[0] if draw.plain else draw.random.choice(possible)
        if draw.careful:
            branch = draw.random.choice([branch for branch in self._branches if branch.height < math.inf])
        if branch.allows_null and branch.merged.types == ["null"]:
            return None
        if not draw.careful:
            return branch.make(draw, depth, room)
        value = branch.value(draw, depth, room)
        return self._told_apart(draw, branch, value) if isinstance(value, dict) and draw.chance(0.5) else value

    def _told_apart(self, draw: Draw, branch: ValueGenerator, value: dict[str, Any]) -> dict[str, Any]:
        """`value` with a null where another branch wants something else: branches that require nothing and forbid
        nothing all allow the same objects otherwise, and a `oneOf` wants one of them alone to do so."""
        for other in self._branches:
            foreign = sorted(other.merged.properties.keys() - branch.merged.properties.keys())
            if other is not branch and foreign:
                value[draw.random.choice(foreign)] = None
        return value


def _only_null(generator: ValueGenerator) -> bool:
    return generator.merged.types == ["null"] or generator.merged.enum == [None]
