"""Compares discriminators: their property, and the schema that each value selects."""

from __future__ import annotations

from collections.abc import Callable

from openapi.compatibility.schemas.differences import Conjunction, Effect, SetPair
from openapi.compatibility.schemas.value_sets import ValueSet
from openapi.schemas import Schema, selected_by

# Whether two conjunctions have no differences.
IsSame = Callable[[Conjunction, Conjunction], bool]


def compare_discriminators(pair: SetPair, is_same: IsSame) -> None:
    """Compare the discriminators of two sets. A mapping that is spelled out equals the same one by names."""
    old, new = _discriminated(pair.old), _discriminated(pair.new)
    if old is None or new is None:
        if (old is None) is not (new is None):
            text = "has a discriminator" if old is None else "has no discriminator any more"
            pair.add("discriminator", Effect.NONE, text, keyword="discriminator", key="presence")
        return
    before, after = (str((each.discriminator or {}).get("propertyName")) for each in (old, new))
    if before != after:
        text = f"is told apart by {after}, not by {before}"
        pair.add("discriminator", Effect.CHANGED, text, keyword="discriminator", key="property")
        return
    _compare_mappings(pair, _by_value(old), _by_value(new), is_same)


def _compare_mappings(pair: SetPair, old: dict[str, Schema], new: dict[str, Schema], is_same: IsSame) -> None:
    lost, come = sorted(old.keys() - new.keys()), sorted(new.keys() - old.keys())
    if lost:
        text = f"no longer knows the discriminator values {', '.join(lost)}"
        pair.add("discriminator", Effect.NARROWED, text, keyword="discriminator", key=",".join(lost))
    if come:
        text = f"knows the discriminator values {', '.join(come)} too"
        pair.add("discriminator", Effect.WIDENED, text, keyword="discriminator", key=",".join(come))
    for value in sorted(old.keys() & new.keys()):
        one, other = (old[value],), (new[value],)
        if not is_same(one, other) and any(is_same(one, (each,)) for each in new.values()):
            text = f"takes the discriminator value {value} for {new[value].name}, not for {old[value].name}"
            pair.add("discriminator", Effect.CHANGED, text, keyword="discriminator", key=value)
        else:
            pair.children.append((one, other))


def _discriminated(values: ValueSet) -> Schema | None:
    """The schema of a union whose discriminator selects schemas."""
    return next((each for each in values.schemas if each.discriminator is not None), None)


def _by_value(schema: Schema) -> dict[str, Schema]:
    return {value: selected for selected, values in selected_by(schema) for value in values}
