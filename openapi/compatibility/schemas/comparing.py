"""One recursive comparison of two schemas as sets of values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from openapi.compatibility.schemas.choices import UnionPair
from openapi.compatibility.schemas.containers import compare_arrays, compare_objects
from openapi.compatibility.schemas.differences import Conjunction, Effect, SchemaDifference, SetPair
from openapi.compatibility.schemas.discriminators import compare_discriminators
from openapi.compatibility.schemas.scalars import compare_numbers, compare_text, compare_values, listed
from openapi.compatibility.schemas.value_sets import TYPES, ValueSet, alternatives
from openapi.compatibility.schemas.witnesses import Witnesses
from openapi.schemas import Direction, Schema


@dataclass
class _Node:
    """Two conjunctions that are compared: the differences of the values themselves, and the pairs inside."""

    differences: list[SchemaDifference] = field(default_factory=list)
    children: list[tuple[Conjunction, Conjunction]] = field(default_factory=list)


class SchemaComparison:
    """Compares schemas of two contracts in one direction. Pairs are compared once; a pair that contains itself is the
    same if nothing else differs."""

    def __init__(self, direction: Direction, witnesses: Witnesses, today: date) -> None:
        self._direction = direction
        self._witnesses = witnesses
        self._today = today
        self._nodes: dict[tuple[Conjunction, Conjunction], _Node] = {}
        self._pairs: dict[tuple[int, int, str], SetPair] = {}
        self._found: dict[tuple[Conjunction, Conjunction], list[SchemaDifference]] = {}

    def differences(self, old: Conjunction, new: Conjunction) -> list[SchemaDifference]:
        """All differences between the values of two conjunctions, at every depth."""
        key = (old, new)
        if key not in self._found:
            self._found[key] = [self._witnesses.proved(each) for each in self._reached(key)]
        return self._found[key]

    def effect(self, old: Conjunction, new: Conjunction) -> Effect:
        """What all differences between two conjunctions do together."""
        return _together(self._reached((old, new)))

    def is_valid_text(self, text: str, schema: Schema) -> bool:
        """Whether a text, as it is or as a number, satisfies a schema."""
        values: list[object] = [text, *([int(text)] if text.isdecimal() else [])]
        return any(self._witnesses.is_valid(value, (schema,)) for value in values)

    def _reached(self, key: tuple[Conjunction, Conjunction]) -> list[SchemaDifference]:
        return self._reached_from(self._node(key), key)

    def _reached_from(self, start: _Node, key: tuple[Conjunction, Conjunction] | None = None) -> list[SchemaDifference]:
        found: list[SchemaDifference] = []
        seen = {key}
        nodes = [start]
        pending: list[tuple[Conjunction, Conjunction]] = []
        while nodes or pending:
            node = nodes.pop() if nodes else self._node(pending.pop())
            found += node.differences
            for child in reversed(node.children):
                if child not in seen:
                    seen.add(child)
                    pending.append(child)
        return found

    def _node(self, key: tuple[Conjunction, Conjunction]) -> _Node:
        node = self._nodes.get(key)
        if node is None:
            node = self._nodes[key] = _Node()
            self._compare(node, *key)
        return node

    def _compare(self, node: _Node, before: Conjunction, after: Conjunction) -> None:
        old_base, old = alternatives(before, self._direction)
        new_base, new = alternatives(after, self._direction)
        whole = SetPair("", old_base, new_base)
        lost = [name for name in TYPES if name in old and name not in new]
        come = [name for name in TYPES if name in new and name not in old]
        if lost or come:
            _compare_types(whole, list(old), list(new), lost, come)
        compare_discriminators(whole, lambda one, other: not self._reached((one, other)))
        _compare_defaults(whole)
        self._compare_rules(whole)
        node.differences += whole.differences
        node.children += whole.children
        for name in TYPES:
            if name in old and name in new:
                union = UnionPair(name, old[name], new[name], self)
                union.compare()
                node.differences += union.differences
                node.children += union.children
        node.differences[:] = _once(node.differences)
        self._compare_exclusion(node, whole)

    def compared(self, name: str, old: ValueSet, new: ValueSet) -> SetPair:
        """Two sets of one type without choices, compared."""
        key = (id(old), id(new), name)
        if key not in self._pairs:
            pair = self._pairs[key] = SetPair(name, old, new)
            if compare_values(pair):
                pass
            elif name == "string":
                compare_text(pair)
            elif name in ("integer", "fraction"):
                compare_numbers(pair)
            elif name == "array":
                compare_arrays(pair, self.effect)
            elif name == "object":
                compare_objects(pair, self.effect, self._today)
        return self._pairs[key]

    def reached(self, pair: SetPair) -> list[SchemaDifference]:
        """All differences of two sets, with those inside the values."""
        found = list(pair.differences)
        for child in pair.children:
            found += self._reached(child)
        return found

    def _compare_exclusion(self, node: _Node, pair: SetPair) -> None:
        """Find a value that several branches of a `oneOf` allow, so that one contract refuses it: the sets are compared
        as if branches did not overlap."""
        old, new = ([(keyword, len(each)) for keyword, each in base.choices] for base in (pair.old, pair.new))
        if not any(keyword == "oneOf" for keyword, _ in (*old, *new)):
            return
        if old == new and self._has_equal_branches(pair):
            return
        known = _together(self._reached_from(node))
        texts = {Effect.NARROWED: "refuses what several alternatives allow", Effect.WIDENED: "allows overlaps"}
        for effect, text in texts.items():
            if known & effect:
                continue
            places = pair.old.source(""), pair.new.source("")
            schemas = tuple(pair.old.schemas), tuple(pair.new.schemas)
            overlap = SchemaDifference("branch", Effect.NONE, *places, text, "overlap", *schemas)
            # Branches that are open objects nearly always overlap; only another keyword makes that count.
            has_other_keyword = {keyword for keyword, _ in old} != {keyword for keyword, _ in new}
            found = self._witnesses.searched(overlap, effect, takes_objects=has_other_keyword)
            if found is not None:
                node.differences.append(found)

    def _has_equal_branches(self, pair: SetPair) -> bool:
        """Whether the branches of all choices are equal, one by one."""
        branches = zip(
            (branch for _, each in pair.old.choices for branch in each),
            (branch for _, each in pair.new.choices for branch in each),
            strict=True,
        )
        return not any(self._reached(((one,), (other,))) for one, other in branches)

    def _compare_rules(self, pair: SetPair) -> None:
        """Compare `not` and `if`, whose sets are not made of parts."""
        old, new = pair.old.excluded, pair.new.excluded
        if len(old) == len(new):
            for before, after in zip(old, new, strict=True):
                if inner := self.effect((before,), (after,)):
                    opposite = {Effect.NARROWED: Effect.WIDENED, Effect.WIDENED: Effect.NARROWED}
                    effect = opposite.get(inner, Effect.UNDECIDED)
                    pair.add("not", effect, "excludes other values", keyword="not", old=before.origin, new=after.origin)
        else:
            effect = Effect.NARROWED if len(new) > len(old) else Effect.WIDENED
            pair.add("not", effect, f"excludes {'more' if len(new) > len(old) else 'fewer'} values", keyword="not")
        self._compare_conditions(pair)

    def _compare_conditions(self, pair: SetPair) -> None:
        old, new = pair.old.conditional, pair.new.conditional
        if len(old) != len(new):
            effect = Effect.NARROWED if len(new) > len(old) else Effect.WIDENED
            text = f"has {'more' if len(new) > len(old) else 'fewer'} conditions"
            pair.add("condition", effect, text, keyword="if")
            return
        for before, after in zip(old, new, strict=True):
            effects = [self.effect((one,), (other,)) for one, other in zip(before, after, strict=True)]
            effect = effects[0] | effects[1]
            if effect:
                effect = effect if effect in (Effect.NARROWED, Effect.WIDENED) else Effect.UNDECIDED
                pair.add("condition", effect, "has another condition", keyword="if")


def _compare_types(pair: SetPair, old: list[str], new: list[str], lost: list[str], come: list[str]) -> None:
    effect = (Effect.NARROWED if lost else Effect.NONE) | (Effect.WIDENED if come else Effect.NONE)
    before, after = _types_text(old), _types_text(new)
    is_null = lost == ["null"] or come == ["null"]
    kind = "null" if is_null and len(lost) + len(come) == 1 else "type"
    text = f"is {after}, not {before}" if kind == "type" else "can be null" if come else "cannot be null any more"
    simple: dict[str, Any] = {
        "null": None,
        "string": "x",
        "integer": 1,
        "fraction": 1.5,
        "boolean": True,
        "array": [],
        "object": {},
    }
    pair.add(kind, effect, text, keyword="type", candidates=[simple[name] for name in (*lost, *come)])


def _compare_defaults(pair: SetPair) -> None:
    old, new = _default(pair.old), _default(pair.new)
    if old == new:
        return
    kind = "default-added" if not old else "default-removed" if not new else "default-changed"
    text = f"has the default {listed(new) or 'no longer'}, not {listed(old) or 'none'}"
    text = "has no default any more" if not new else text
    pair.add(kind, Effect.NONE, text, keyword="default")


def _default(values: ValueSet) -> tuple[Any, ...]:
    return next(((schema.get("default"),) for schema in values.schemas if "default" in schema), ())


def _types_text(types: list[str]) -> str:
    if len(types) == len(TYPES):
        return "anything"
    names = ["number" if name == "fraction" else name for name in types if name != "integer" or "fraction" not in types]
    return " or ".join(names) or "nothing"


def _together(differences: Sequence[SchemaDifference]) -> Effect:
    effect = Effect.NONE
    for each in differences:
        effect |= each.effect
    return effect


def _once(differences: list[SchemaDifference]) -> list[SchemaDifference]:
    """The differences without those that two types share, such as a bound of integers and other numbers."""
    found: dict[tuple[str, Effect, str, str, str], SchemaDifference] = {}
    for each in differences:
        key = (each.kind, each.effect, each.old, each.new, each.key)
        known = found.get(key)
        found[key] = each if known is None else replace(known, candidates=(*known.candidates, *each.candidates))
    return list(found.values())
