"""Decides whether several ranges of numbers, or of lengths of texts, cover another one together."""

from __future__ import annotations

import math

from openapi.compatibility.schemas.value_sets import ValueSet

# A bound, and whether it is excluded.
Bound = tuple[float, bool]
Range = tuple[Bound, Bound]


def is_covered_by_ranges(values: ValueSet, others: list[ValueSet], name: str) -> bool:
    """Whether the union of `others` has all numbers or texts of a set; False if more than their ranges matters."""
    own = _range(values, name)
    if own is None:
        return False
    ranges = sorted(found for each in others if (found := _range(each, name, is_exact=True)) is not None)
    return _cover_fractions(own, ranges) if name == "fraction" else _cover_integers(own, ranges)


def _cover_integers(own: Range, ranges: list[Range]) -> bool:
    reached = own[0][0] - 1
    for (start, _), (end, _) in ranges:
        if start > reached + 1:
            return False
        reached = max(reached, end)
    return reached >= own[1][0]


def _cover_fractions(own: Range, ranges: list[Range]) -> bool:
    """As `_cover_integers`, for all other numbers, so that a bound that is an integer does not matter."""
    reached, is_covered = own[0]
    for (start, is_open), (end, is_open_end) in ranges:
        if start > reached or (start == reached and is_open and not is_covered and not _is_whole(reached)):
            return False
        if end > reached or (end == reached and not is_open_end):
            reached, is_covered = end, not is_open_end
    last, excluded = own[1]
    return reached > last or (reached == last and (excluded or is_covered or _is_whole(last)))


def _is_whole(value: float) -> bool:
    return math.isinf(value) or value == int(value)


def _range(values: ValueSet, name: str, *, is_exact: bool = False) -> Range | None:
    if is_exact and (values.patterns or values.formats or values.multiples or values.excluded or values.conditional):
        return None
    if values.values is not None:
        return None
    if name == "string":
        least, most = values.least.get("minLength", 0), values.most.get("maxLength", math.inf)
        return (least, False), (most, False)
    if name not in ("integer", "fraction"):
        return None
    lower, upper = values.lower or (-math.inf, False), values.upper or (math.inf, False)
    if name == "integer":
        return (_whole(lower, 1), False), (_whole(upper, -1), False)
    return lower, upper


def _whole(bound: Bound, step: int) -> float:
    """The first integer that a lower bound allows, with the step 1, or an upper one, with -1."""
    value, excluded = bound
    if math.isinf(value):
        return value
    whole = math.ceil(value) if step > 0 else math.floor(value)
    return whole + step if excluded and whole == value else whole
