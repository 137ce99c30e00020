"""Compares sets of objects and of arrays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from openapi.compatibility.retirement import is_retired
from openapi.compatibility.schemas.differences import Conjunction, Effect, SetPair
from openapi.compatibility.schemas.scalars import compare_sizes

# The effects of all differences between two conjunctions, together.
EffectOf = Callable[[Conjunction, Conjunction], Effect]


def compare_objects(pair: SetPair, effect_of: EffectOf, today: date) -> None:
    """Compare what two sets say about objects. A property whose end was announced may be gone `today`."""
    old, new = pair.old.declared, pair.new.declared
    for name in dict.fromkeys([*old, *new]):
        if name in old and name in new:
            _compare_common(pair, name, today)
        elif name in old:
            _compare_removed(pair, name, today)
        else:
            _compare_added(pair, name)
    _compare_required(pair)
    _compare_rest(pair)
    _compare_patterned(pair)
    _compare_names(pair)
    _compare_dependent(pair, effect_of)
    _imply_sizes(pair)
    compare_sizes(pair, "Properties", "properties", lambda size: {f"p{index}": 0 for index in range(min(size, 500))})


def _imply_sizes(pair: SetPair) -> None:
    """Objects have at least the properties that they require."""
    least = max(pair.old.least.get("minProperties", 0), pair.new.least.get("minProperties", 0))
    for each in (pair.old, pair.new):
        required = sum(not each.is_one_way(name) for name in each.required)
        if least and each.least.get("minProperties", 0) < required:
            each.least["minProperties"] = min(required, least)


def _compare_common(pair: SetPair, name: str, today: date) -> None:
    before, after = pair.old.property_schemas(name), pair.new.property_schemas(name)
    if before is not None and after is not None:
        pair.children.append((before, after))
    elif before is not None:
        _compare_removed(pair, name, today)
    elif after is not None:
        _compare_added(pair, name)


def _place(pair: SetPair, name: str, *, is_old: bool) -> str:
    schema = (pair.old if is_old else pair.new).declared.get(name)
    return (pair.old if is_old else pair.new).place if schema is None else schema.pointer


def _compare_removed(pair: SetPair, name: str, today: date) -> None:
    old, new = _place(pair, name, is_old=True), pair.new.place
    written = pair.old.declared[name]
    if is_retired(written.get("deprecated") is True, written.get("x-sunset"), today):
        text = f"no longer has the property {name}, whose end was announced"
        pair.add("property-retired", Effect.NONE, text, key=name, old=old, new=new)
        return
    rest = pair.new.property_schemas(name) if not pair.new.is_one_way(name) else ()
    is_required = name in pair.new.required and not pair.new.is_one_way(name)
    was_required = name in pair.old.required and not is_required
    if rest:
        pair.children.append((pair.old.property_schemas(name) or (), rest))
    if rest is None:
        text = f"does not allow the property {name} any more"
        effect = Effect.CHANGED if was_required else Effect.NARROWED
        pair.add("property-removed", effect, text, key=name, old=old, new=new)
    elif was_required:
        text = f"no longer has the required property {name}"
        pair.add("required-property-dropped", Effect.WIDENED, text, key=name, old=old, new=new)
    elif not rest:
        text = f"does not declare the property {name} any more"
        pair.add("property-dropped", Effect.NONE, text, key=name, old=old, new=new)


def _compare_added(pair: SetPair, name: str) -> None:
    old, new = pair.old.place, _place(pair, name, is_old=False)
    rest = pair.old.property_schemas(name) if not pair.old.is_one_way(name) else ()
    if rest:
        pair.children.append((rest, pair.new.property_schemas(name) or ()))
    elif rest is None:
        pair.add("property-added", Effect.WIDENED, f"allows the property {name}, which was not allowed", key=name,
                 old=old, new=new)  # fmt: skip
    elif name not in pair.new.required or name in pair.old.required:
        pair.add("property-declared", Effect.NONE, f"has the new optional property {name}", key=name, old=old, new=new)


def _compare_required(pair: SetPair) -> None:
    old = {name for name in pair.old.required if not pair.old.is_one_way(name)}
    new = {name for name in pair.new.required if not pair.new.is_one_way(name)}
    for name in sorted(new - old):
        is_new = name not in pair.old.declared
        text = f"requires the {'new ' if is_new else ''}property {name}"
        place = pair.old.place if is_new else _place(pair, name, is_old=True)
        pair.add("required", Effect.NARROWED, text, key=name, old=place, new=pair.new.required[name])
    for name in sorted(old - new):
        if name in pair.new.declared or name not in pair.old.declared:
            text = f"does not require the property {name} any more"
            pair.add("required", Effect.WIDENED, text, key=name, old=pair.old.required[name],
                     new=_place(pair, name, is_old=False))  # fmt: skip


def _compare_rest(pair: SetPair) -> None:
    before, after = pair.old.rest, pair.new.rest
    keyword = "additionalProperties" if "additionalProperties" in pair.old.sources | pair.new.sources else ""
    keyword = keyword or "unevaluatedProperties"
    if before == after:
        return
    if before is None:
        pair.add("additional-properties", Effect.WIDENED, "allows undeclared properties", keyword=keyword)
    elif after is None:
        pair.add("additional-properties", Effect.NARROWED, "does not allow undeclared properties any more",
                 keyword=keyword)  # fmt: skip
    elif before and after:
        pair.children.append((before, after))
    elif after:
        pair.children.append(((), after))
    else:
        pair.children.append((before, ()))


def _compare_patterned(pair: SetPair) -> None:
    old, new = pair.old.patterned, pair.new.patterned
    for pattern in dict.fromkeys([*old, *new]):
        if pattern in old and pattern in new:
            pair.children.append(((old[pattern],), (new[pattern],)))
            continue
        is_added = pattern in new
        is_closed = (pair.old if is_added else pair.new).rest is None
        narrows = is_added is not is_closed
        text = f"{'has' if is_added else 'no longer has'} a schema for the properties that match {pattern}"
        effect = Effect.NARROWED if narrows else Effect.WIDENED
        pair.add("pattern-properties", effect, text, keyword="patternProperties", key=pattern)


def _compare_names(pair: SetPair) -> None:
    if pair.old.names or pair.new.names:
        # A name is always a text.
        text = (pair.old.names or pair.new.names)[0].beside({"type": "string"})
        pair.children.append(((text, *pair.old.names), (text, *pair.new.names)))


def _compare_dependent(pair: SetPair, effect_of: EffectOf) -> None:
    for name in dict.fromkeys([*pair.old.dependent, *pair.new.dependent]):
        old, new = pair.old.dependent.get(name, set()), pair.new.dependent.get(name, set())
        effect = (Effect.NARROWED if new - old else Effect.NONE) | (Effect.WIDENED if old - new else Effect.NONE)
        if effect:
            before, after = (", ".join(sorted(each)) or "nothing" for each in (old, new))
            text = f"requires {after} beside {name}, not {before}"
            pair.add("dependent", effect, text, keyword="dependentRequired", key=name)
    for name in dict.fromkeys([*pair.old.dependent_schemas, *pair.new.dependent_schemas]):
        one, other = (tuple(each.dependent_schemas.get(name, ())) for each in (pair.old, pair.new))
        if found := effect_of(one, other):
            text = f"has another schema for objects with the property {name}"
            pair.add("dependent", found, text, keyword="dependentSchemas", key=name)


def compare_arrays(pair: SetPair, effect_of: EffectOf) -> None:
    """Compare what two sets say about arrays."""
    compare_sizes(pair, "Items", "items", lambda size: list(range(min(size, 500))))
    longest = max(pair.old.prefix_length, pair.new.prefix_length)
    # An array that is always empty has no items.
    is_empty = pair.old.most.get("maxItems") == 0 == pair.new.most.get("maxItems")
    for index in range(0 if is_empty else longest + 1):
        before, after = pair.old.item(index), pair.new.item(index)
        if before != after:
            pair.children.append((before, after))
    old, new = (each.unique or each.most.get("maxItems", 2) < 2 for each in (pair.old, pair.new))
    if old != new and (pair.old.unique or pair.new.unique):
        effect = Effect.NARROWED if new else Effect.WIDENED
        text = "must have unique items" if new else "may have equal items"
        pair.add("unique-items", effect, text, keyword="uniqueItems", candidates=_equal_items(pair))
    _compare_contained(pair, effect_of)
    if pair.old.unevaluated_items != pair.new.unevaluated_items:
        effect = Effect.UNDECIDED
        if not pair.old.unevaluated_items or not pair.new.unevaluated_items:
            effect = Effect.NARROWED if pair.new.unevaluated_items else Effect.WIDENED
        pair.add("unevaluated-items", effect, "has other unevaluatedItems", keyword="unevaluatedItems")


def _limit(most: int | None) -> str:
    return "any number of" if most is None else str(most)


def _equal_items(pair: SetPair) -> list[Any]:
    return [[value, value] for value in ("x", 1, True)]


def _compare_contained(pair: SetPair, effect_of: EffectOf) -> None:
    old, new = pair.old.contained, pair.new.contained
    if len(old) != len(new):
        effect = Effect.NARROWED if len(new) > len(old) else Effect.WIDENED
        pair.add("contains", effect, "requires other items", keyword="contains")
        return
    for (before, least, most), (after, other, limit) in zip(old, new, strict=True):
        inner = effect_of((before,), (after,))
        if inner and (most is not None or limit is not None):
            inner = Effect.UNDECIDED
        if inner:
            pair.add("contains", inner, "requires items of another schema", keyword="contains")
        if least != other:
            effect = Effect.NARROWED if other > least else Effect.WIDENED
            pair.add("contains", effect, f"requires {other} matching items, not {least}", keyword="minContains")
        if most != limit:
            narrows = limit is not None and (most is None or limit < most)
            text = f"allows {_limit(limit)} matching items, not {_limit(most)}"
            pair.add("contains", Effect.NARROWED if narrows else Effect.WIDENED, text, keyword="maxContains")
