"""Compares values that are text on the wire: parameters and headers."""

from __future__ import annotations

from typing import Final

from openapi.compatibility.changes import ChangeDirection
from openapi.compatibility.flow import DEFAULTS, OperationPair
from openapi.compatibility.schemas.differences import Effect, SchemaDifference
from openapi.compatibility.schemas.value_sets import ValueSet, alternatives
from openapi.schemas import Direction, Schema

# The types that are written as one text.
SCALARS: Final = frozenset({"string", "integer", "fraction", "boolean"})


def types_of(schema: Schema) -> set[str]:
    """The types that a schema allows."""
    return set(_sets(schema))


def compare_as_text(
    pair: OperationPair,
    message: ChangeDirection,
    old: Schema,
    new: Schema,
    subject: str,
    *,
    is_required: bool = False,
) -> None:
    """Compare the schemas of a parameter or header. Numbers are texts too: one that takes every text takes them. The
    default of one that `is_required` is never used."""
    if _is_wider(old, new):
        text, effect = "takes every text, not only some", Effect.WIDENED
    elif _is_wider(new, old):
        text, effect = "takes only some texts, not every one", Effect.NARROWED
    else:
        for difference in pair.differences(message, (old,), (new,)):
            if not is_required or difference.kind not in DEFAULTS:
                pair.add_difference(message, difference, subject)
        return
    pair.add_difference(message, SchemaDifference("type", effect, old.origin, new.origin, text), subject)


def _is_wider(schema: Schema, other: Schema) -> bool:
    """Whether `other` takes every text, and `schema` only those of numbers or booleans."""
    before, after = _sets(schema), _sets(other)
    if not before or not before.keys() <= SCALARS or "string" in before:
        return False
    return any(map(_takes_all, after.get("string", ())))


def _sets(schema: Schema) -> dict[str, list[ValueSet]]:
    return alternatives((schema,), Direction.REQUEST)[1]


def _takes_all(values: ValueSet) -> bool:
    return not (values.patterns or values.formats or values.least or values.most or values.values is not None)
