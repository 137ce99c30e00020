"""Compares unions of sets: the branches of `oneOf` and `anyOf`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from openapi.compatibility.schemas.differences import Comparer, Conjunction, Effect, SchemaDifference, SetPair
from openapi.compatibility.schemas.ranges import is_covered_by_ranges
from openapi.compatibility.schemas.scalars import finite_values
from openapi.compatibility.schemas.value_sets import ValueSet
from openapi.compatibility.schemas.values import unique

# An open object satisfies nearly every other one, so that branches are told apart by what they declare.
_STRICT: Final = {"property-dropped": Effect.NARROWED, "property-declared": Effect.WIDENED}


@dataclass
class UnionPair:
    """Two unions of sets of one type. `differences` and `children` are as in a `SetPair`."""

    name: str
    old: list[ValueSet]
    new: list[ValueSet]
    comparer: Comparer
    differences: list[SchemaDifference] = field(default_factory=list)
    children: list[tuple[Conjunction, Conjunction]] = field(default_factory=list)

    def compare(self) -> None:
        """Pair equal branches, then related ones; the others were added or removed."""
        old, new = _joined(self.old, self.name), _joined(self.new, self.name)
        if len(old) == 1 and len(new) == 1:
            self._take(self.comparer.compared(self.name, old[0], new[0]))
            return
        lost, come = self._without_equal(old, new)
        for before, after in self._related(lost, come):
            lost.remove(before)
            come.remove(after)
            self._report(before, after)
        for before in lost:
            if not self._is_covered(before, self.new, Effect.NARROWED):
                self._add_branch(before, Effect.NARROWED)
        for after in come:
            if not self._is_covered(after, self.old, Effect.WIDENED):
                self._add_branch(after, Effect.WIDENED)

    def _take(self, pair: SetPair) -> None:
        self.differences += pair.differences
        self.children += pair.children

    def _without_equal(self, old: list[ValueSet], new: list[ValueSet]) -> tuple[list[_Branch], list[_Branch]]:
        rest = [_Branch(each, index) for index, each in enumerate(new)]
        left = []
        for index, each in enumerate(old):
            before = _Branch(each, index)
            ordered = sorted(rest, key=before.likeness, reverse=True)
            equal = next((after for after in ordered if self._is_same(before, after)), None)
            if equal is None:
                left.append(before)
            else:
                rest.remove(equal)
        return left, rest

    def _is_same(self, before: _Branch, after: _Branch) -> bool:
        pair = self.comparer.compared(self.name, before.values, after.values)
        return not pair.differences and not self.comparer.reached(pair)

    def _related(self, old: list[_Branch], new: list[_Branch]) -> list[tuple[_Branch, _Branch]]:
        """The pairs of branches that are versions of each other, the most alike first."""
        candidates = sorted(
            ((before.likeness(after), -before.index, before, after) for before in old for after in new),
            key=lambda each: each[:2],
            reverse=True,
        )
        pairs: list[tuple[_Branch, _Branch]] = []
        for likeness, _, before, after in candidates:
            is_free = all(before is not one and after is not other for one, other in pairs)
            if is_free and (likeness > 0 or (len(old) == 1 and len(new) == 1)):
                pairs.append((before, after))
        return pairs

    def _report(self, before: _Branch, after: _Branch) -> None:
        pair = self.comparer.compared(self.name, before.values, after.values)
        covered = Effect.NONE
        if self._is_covered(before, self.new, Effect.NARROWED):
            covered |= Effect.NARROWED
        if self._is_covered(after, self.old, Effect.WIDENED):
            covered |= Effect.WIDENED
        if not covered:
            self._take(pair)
            return
        for each in self.comparer.reached(pair):
            if each.effect & ~covered or each.effect is Effect.NONE:
                self.differences.append(replace(each, effect=each.effect & ~covered))

    def _is_covered(self, branch: _Branch, others: list[ValueSet], gone: Effect) -> bool:
        """Whether one of `others` has all values of a branch; `gone` is the effect that then does not occur."""
        for other in others:
            one, two = (branch.values, other) if gone is Effect.NARROWED else (other, branch.values)
            pair = self.comparer.compared(self.name, one, two)
            effects = [_STRICT.get(each.kind, each.effect) for each in self.comparer.reached(pair)]
            if not any(effect & (gone | Effect.UNDECIDED) for effect in effects):
                return True
        return is_covered_by_ranges(branch.values, others, self.name)

    def _add_branch(self, branch: _Branch, effect: Effect) -> None:
        is_lost = effect is Effect.NARROWED
        text = f"{'no longer allows' if is_lost else 'allows'} {branch.text(self.name)}{'' if is_lost else ' too'}"
        others = self.new if is_lost else self.old
        one, other = branch.values, others[0]
        old, new = (one, other) if is_lost else (other, one)
        old_schemas, new_schemas = (
            tuple(each for each in values.schemas if values is one or each not in values.branches)
            for values in (old, new)
        )
        self.differences.append(
            SchemaDifference(
                "branch",
                effect,
                _top(old, old is one),
                _top(new, new is one),
                text,
                branch.key,
                old_schemas,
                new_schemas,
            )
        )


def _top(values: ValueSet, is_branch: bool) -> str:
    return values.place if is_branch or not values.schemas else values.schemas[0].origin


@dataclass(eq=False)
class _Branch:
    values: ValueSet
    index: int

    @cached_property
    def key(self) -> str:
        """The name of its last component, else its title."""
        named = [each.name or str(each.get("title", "")) for each in reversed(self.values.branches)]
        return next((name for name in named if name), "")

    @cached_property
    def tags(self) -> frozenset[str]:
        """The names of properties with a single value, and this value: what tells the branches of a union apart."""
        return frozenset(
            f"{name}={schema.enum[0]}"
            for part in self.values.objects
            for name, schema in part.properties.items()
            if schema.enum is not None and len(schema.enum) == 1
        )

    def likeness(self, other: _Branch) -> float:
        """How much two branches have in common; 0 if they are not related."""
        if self.tags and other.tags and not self.tags & other.tags:
            return 0
        names, others = set(self.values.declared), set(other.values.declared)
        shared = len(names & others) / max(len(names | others), 1)
        is_plain = not names and not others
        return 2 * (self.key == other.key != "") + 2 * bool(self.tags & other.tags) + shared + 0.5 * is_plain

    def text(self, kind: str) -> str:
        """How messages name it."""
        return self.key or {"fraction": "numbers", "null": "null", "boolean": "booleans"}.get(kind, f"a kind of {kind}")


def _joined(sets: list[ValueSet], name: str) -> list[ValueSet]:
    """The sets, with all those that list their values as one."""
    finite = [(each, values) for each in sets if (values := finite_values(each, name)) is not None]
    if len(finite) < 2:
        return sets
    together = replace(
        finite[0][0],
        values=unique([value for _, values in finite for value in values]),
        is_constrained=False,
        branches=[],
        sources={},
    )
    return [together, *(each for each in sets if all(each is not one for one, _ in finite))]
