"""Compares sets of texts and numbers, and the values of enumerations."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from openapi.compatibility.schemas.differences import Effect, SetPair
from openapi.compatibility.schemas.value_sets import ValueSet
from openapi.compatibility.schemas.values import is_listed, type_name
from openapi.schemas import SchemaValidator, together

# A format -> those that allow all of its texts or numbers.
_WIDER_FORMATS: Final[Mapping[str, tuple[str, ...]]] = {
    "email": ("idn-email",),
    "float": ("double",),
    "hostname": ("idn-hostname",),
    "iri": ("iri-reference",),
    "uri": ("uri-reference", "iri", "iri-reference"),
    "uri-reference": ("iri-reference",),
}
# Formats that restrict nothing: a hint for forms, and those of integers, which are bounds.
_HINTS: Final = frozenset({"password", "int32", "int64"})
# The formats that validators know.
_ASSERTED: Final = frozenset(
    {
        *("byte", "date", "date-time", "duration", "email", "hostname", "idn-email", "idn-hostname", "ipv4", "ipv6"),
        *("iri", "iri-reference", "json-pointer", "regex", "relative-json-pointer", "time", "uri", "uri-reference"),
        *("uri-template", "uuid"),
    }
)
_NUMERIC: Final = frozenset({"float", "double"})


def compare_values(pair: SetPair) -> bool:
    """Compare two sets of which one or both are finite; False if none is."""
    old, new = finite_values(pair.old, pair.name), finite_values(pair.new, pair.name)
    if old is None and new is None:
        return False
    if old is not None and new is not None:
        _compare_enums(pair, old, new)
    elif new is not None:
        come = _refused(new, pair.old)
        effect = Effect.CHANGED if come else Effect.NARROWED
        text = f"is limited to {listed(new)}"
        pair.add("enum", effect, text, keyword="enum", key="limited", candidates=come)
    else:
        _compare_unlimited(pair, old or [])
    return True


def _refused(values: list[Any], by: ValueSet) -> list[Any]:
    """The values that are not in a set."""
    if not by.schemas:
        return []
    is_valid = SchemaValidator(together(by.schemas), by.direction).is_valid
    return [value for value in values if not is_valid(value)]


def _without(values: list[Any], others: list[Any]) -> list[Any]:
    return [value for value in values if not is_listed(value, others)]


def _compare_unlimited(pair: SetPair, old: list[Any]) -> None:
    lost = _refused(old, pair.new)
    effect = Effect.CHANGED if lost else Effect.WIDENED
    text = f"is no longer limited to {listed(old)}"
    pair.add(
        "enum",
        effect,
        text,
        keyword="enum",
        key="unlimited",
        candidates=lost,
        is_exempt=pair.old.is_extensible and not lost,
    )


def _compare_enums(pair: SetPair, old: list[Any], new: list[Any]) -> None:
    lost = [value for value in old if not is_listed(value, new)]
    come = [value for value in new if not is_listed(value, old)]
    if lost:
        pair.add("enum", Effect.NARROWED, f"no longer allows {listed(lost)}", keyword="enum", key=listed(lost),
                 candidates=lost)  # fmt: skip
    if come:
        pair.add("enum", Effect.WIDENED, f"allows {listed(come)} too", keyword="enum", key=listed(come),
                 candidates=come, is_exempt=pair.old.is_extensible)  # fmt: skip


def finite_values(values: ValueSet, name: str) -> list[Any] | None:
    """The values of a type that a set lists; None if they are not listed."""
    if name == "null":
        return [None]
    if values.values is not None:
        found = [value for value in values.values if type_name(value) == name]
        return _without(found, _refused(found, values)) if values.is_constrained else found
    return [True, False] if name == "boolean" else None


def listed(values: Iterable[Any]) -> str:
    """Values in a message."""
    return ", ".join(json.dumps(value, ensure_ascii=False) for value in values)


def compare_text(pair: SetPair) -> None:
    """Compare what two sets say about texts."""
    compare_sizes(pair, "Length", "length", lambda size: "x" * min(size, 5000))
    _compare_patterns(pair)
    compare_formats(pair, is_text=True)


def compare_sizes(pair: SetPair, suffix: str, kind: str, sized: Callable[[int], Any]) -> None:
    """Compare the least and the greatest size of texts, arrays or objects; `sized` makes one of a size."""
    least, most = f"min{suffix}", f"max{suffix}"
    old, new = pair.old.least.get(least, 0), pair.new.least.get(least, 0)
    if old != new:
        effect = Effect.NARROWED if new > old else Effect.WIDENED
        pair.add(f"min-{kind}", effect, f"has {least} {new}, not {old}", keyword=least,
                 candidates=[sized(max(old, new) - 1), sized(min(old, new))])  # fmt: skip
    upper, other = pair.old.most.get(most, math.inf), pair.new.most.get(most, math.inf)
    if upper != other:
        effect = Effect.NARROWED if other < upper else Effect.WIDENED
        text = f"has {most} {_bound_text(other)}, not {_bound_text(upper)}"
        smaller = int(min(upper, other))
        pair.add(f"max-{kind}", effect, text, keyword=most, candidates=[sized(smaller + 1)])


def _bound_text(value: float) -> str:
    return "without limit" if math.isinf(value) else str(int(value))


def _compare_patterns(pair: SetPair) -> None:
    old, new = set(pair.old.patterns), set(pair.new.patterns)
    lost, come = sorted(old - new), sorted(new - old)
    if come and lost:
        text = f"has the pattern {' and '.join(come)}, not {' and '.join(lost)}"
        pair.add("pattern", Effect.UNDECIDED, text, keyword="pattern")
    elif come:
        pair.add("pattern", Effect.NARROWED, f"must match {' and '.join(come)}", keyword="pattern")
    elif lost:
        pair.add("pattern", Effect.WIDENED, f"need not match {' and '.join(lost)} any more", keyword="pattern")


def compare_formats(pair: SetPair, *, is_text: bool) -> None:
    """Compare the formats of texts or numbers."""
    old, new = (
        {each for each in values.formats if each not in _HINTS and (each in _NUMERIC) is not is_text}
        for values in (pair.old, pair.new)
    )
    if not is_text:
        old, new = old - {"double"}, new - {"double"}
    lost = {each for each in old - new if not _implies_any(new, each)}
    come = {each for each in new - old if not _implies_any(old, each)}
    if not lost and not come:
        return
    effect = Effect.UNDECIDED if (lost | come) - _ASSERTED else Effect.NONE
    effect |= (Effect.WIDENED if lost & _ASSERTED else Effect.NONE) | (
        Effect.NARROWED if come & _ASSERTED else Effect.NONE
    )
    before, after = " and ".join(sorted(old)) or "no format", " and ".join(sorted(new)) or "no format"
    pair.add("format", effect, f"has {after}, not {before}", keyword="format", key=f"{before} {after}")


def _implies_any(formats: set[str], wanted: str) -> bool:
    """Whether one of `formats` implies `wanted`: all that it allows, the other one allows too."""
    return any(wanted in _WIDER_FORMATS.get(each, ()) for each in formats)


def compare_numbers(pair: SetPair) -> None:
    """Compare the bounds and the divisors of numbers."""
    is_integer = pair.name == "integer"
    for kind, sign, keywords in (
        ("minimum", 1, ("minimum", "exclusiveMinimum")),
        ("maximum", -1, ("maximum", "exclusiveMaximum")),
    ):
        old, new = (_bound(values, sign, is_integer=is_integer) for values in (pair.old, pair.new))
        if old == new:
            continue
        keyword = next((key for key in keywords if key in pair.new.sources or key in pair.old.sources), "format")
        effect = Effect.NARROWED if new > old else Effect.WIDENED
        text = f"has the {kind} {_limit_text(new, sign)}, not {_limit_text(old, sign)}"
        pair.add(kind, effect, text, keyword=keyword, candidates=_between(old, new, sign))
    _compare_multiples(pair, is_integer=is_integer)
    compare_formats(pair, is_text=False)


def _bound(values: ValueSet, sign: int, *, is_integer: bool) -> tuple[float, bool]:
    """The bound, multiplied by `sign` so that a greater one is narrower, and whether it is excluded."""
    written = values.lower if sign > 0 else values.upper
    if written is None:
        return -math.inf, False
    value, excluded = written
    if is_integer:
        whole = math.ceil(value) if sign > 0 else math.floor(value)
        return sign * whole + (1 if excluded and whole == value else 0), False
    return sign * value, excluded


def _limit_text(bound: tuple[float, bool], sign: int) -> str:
    if math.isinf(bound[0]):
        return "without limit"
    return f"{sign * bound[0]}{' (excluded)' if bound[1] else ''}"


def _between(old: tuple[float, bool], new: tuple[float, bool], sign: int) -> list[Any]:
    """Numbers that one bound allows and the other one does not."""
    tighter = max(old, new)
    value = sign * tighter[0]
    step = sign if isinstance(value, int) else sign * 0.5
    return [value, value - step]


def _compare_multiples(pair: SetPair, *, is_integer: bool) -> None:
    old, new = (
        [each for each in values.multiples if not (is_integer and each == 1)] for values in (pair.old, pair.new)
    )
    if not is_integer:
        old, new = ([each for each in values if each != int(each)] for values in (old, new))
    lost = [each for each in old if not _is_implied(each, new)]
    come = [each for each in new if not _is_implied(each, old)]
    if not lost and not come:
        return
    effect = (Effect.WIDENED if lost else Effect.NONE) | (Effect.NARROWED if come else Effect.NONE)
    before, after = (" and ".join(map(str, each)) or "anything" for each in (old, new))
    candidates = [*(each * factor for each in (*old, *new) for factor in (1, 2, 3)), 1]
    pair.add("multiple-of", effect, f"is a multiple of {after}, not of {before}", keyword="multipleOf",
             candidates=candidates)  # fmt: skip


def _is_implied(divisor: float, others: list[Any]) -> bool:
    """Whether a multiple of one of `others` is always one of `divisor`."""
    return any(math.isclose(each / divisor, round(each / divisor), abs_tol=1e-9) and each >= divisor for each in others)
