"""Compares values that are text on the wire: parameters and headers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

from openapi.compatibility.changes import ChangeDirection
from openapi.compatibility.flow import DEFAULTS, OperationPair
from openapi.compatibility.schemas.differences import Conjunction, Effect, SchemaDifference
from openapi.compatibility.schemas.value_sets import ValueSet, alternatives
from openapi.schemas import Direction, Schema

# The types that are written as one text.
SCALARS: Final = frozenset({"string", "integer", "fraction", "boolean"})


def types_of(schema: Schema) -> set[str]:
    """The types that a schema allows."""
    return set(_sets((schema,)))


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
    for difference in pair.differences(message, (old,), (new,)):
        is_default = is_required and difference.kind in DEFAULTS
        if not is_default and not _has_equal_texts(difference):
            pair.add_difference(message, _as_text(difference), subject)


def _as_text(difference: SchemaDifference) -> SchemaDifference:
    """A difference of types as one of texts."""
    if difference.kind == "type" and _is_wider(difference.before, difference.after):
        return replace(difference, effect=Effect.WIDENED, text="takes every text, not only some", witness=None)
    if difference.kind == "type" and _is_wider(difference.after, difference.before):
        return replace(difference, effect=Effect.NARROWED, text="takes only some texts, not every one", witness=None)
    return difference


def _has_equal_texts(difference: SchemaDifference) -> bool:
    """Whether a difference of types is none of texts: the listed values are written in the same way."""
    texts = _texts(difference.before)
    return difference.kind == "type" and texts is not None and texts == _texts(difference.after)


def _texts(schemas: Conjunction) -> set[str] | None:
    """The texts of the values that schemas list; None if they do not list all of them."""
    sets = [each for alternative in _sets(schemas).values() for each in alternative]
    if not sets or not _sets(schemas).keys() <= SCALARS:
        return None
    texts = set[str]()
    for each in sets:
        if each.values is None:
            return None
        texts |= {value if isinstance(value, str) else json.dumps(value) for value in each.values}
    return texts


def _is_wider(schemas: Conjunction, others: Conjunction) -> bool:
    """Whether `others` take every text, and `schemas` only those of numbers or booleans."""
    before, after = _sets(schemas), _sets(others)
    if not before or not before.keys() <= SCALARS or "string" in before:
        return False
    return any(map(_takes_all, after.get("string", ())))


def _sets(schemas: Conjunction) -> dict[str, list[ValueSet]]:
    return alternatives(schemas, Direction.REQUEST)[1]


def _takes_all(values: ValueSet) -> bool:
    return not (values.patterns or values.formats or values.least or values.most or values.values is not None)
