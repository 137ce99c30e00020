"""Strings and numbers within their bounds."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

import jsonschema_rs

from openapi.examples.generation import formats
from openapi.examples.generation.draw import Draw
from openapi.examples.generation.merged_schema import Impossible, MergedSchema
from openapi.examples.generation.naming import moment_for, range_for, text_for
from openapi.examples.generation.patterns import Pattern, PatternError

_LONGEST: Final = 100_000
_TRIES: Final = 300
_INTEGER_FORMATS: Final = {"int32": 2**31, "int64": 2**63}


class Unlucky(Exception):
    """Chance did not find what the schema wants within its tries."""


def string_maker(merged: MergedSchema, name: str, parent: str) -> Callable[[Draw], str]:
    """Strings for a merged schema; Impossible when its pattern cannot be turned around, or its bounds cross."""
    text = _text_of(merged, name, parent)
    low, high = merged.least.get("Length", 0), merged.most.get("Length")
    if not (low or high is not None or merged.patterns):
        return text
    if low > _LONGEST or (high is not None and low > high):
        raise Impossible(merged.schemas[0], f"no string has a length from {low} to {high or 'any'} here")
    rules: dict[str, Any] = {"minLength": low}
    rules |= {"allOf": [{"pattern": pattern} for pattern in merged.patterns]} if merged.patterns else {}
    rules |= {"maxLength": high} if high is not None else {}
    rules |= {"format": merged.format} if merged.format else {}
    try:
        patterns = [Pattern(pattern) for pattern in merged.patterns]
        fits = jsonschema_rs.Draft4Validator(rules, validate_formats=True).is_valid
    except ValueError as error:
        reason = str(error) if isinstance(error, PatternError) else f"{merged.patterns} is no pattern"
        raise Impossible(merged.schemas[0], reason) from None

    def natural(draw: Draw, attempt: int) -> str:
        candidate = formats.resized(merged.format, text(draw), low, high)
        # What a cut would leave of an address or a date is none any more.
        return _fitted(draw, candidate, low, high if not merged.format or attempt > 2 else None)

    # Text of the kind that the name suggests reads better than what a pattern alone leads to.
    likely = any(fits(natural(Draw(0, "", attempt), attempt)) for attempt in range(3))

    def make(draw: Draw) -> str:
        for attempt in range(_TRIES):
            if not patterns or (likely and attempt < 3):
                candidate = natural(draw, attempt)
            else:
                # The longer none is found, the more a quantifier may repeat, or the less.
                more = max(low, 6) if attempt % 2 else attempt % 7
                candidate = patterns[attempt % len(patterns)].text(draw.random, more)
            if fits(candidate):
                return candidate
        raise Unlucky(f"no string was found that keeps {', '.join(f'{key} {value}' for key, value in _told(merged))}")

    return make


def _told(merged: MergedSchema) -> list[tuple[str, Any]]:
    bounds = [("minLength", merged.least.get("Length")), ("maxLength", merged.most.get("Length"))]
    told = [("pattern", pattern) for pattern in merged.patterns] + [("format", merged.format or None), *bounds]
    return [(key, value) for key, value in told if value is not None]


def _text_of(merged: MergedSchema, name: str, parent: str) -> Callable[[Draw], str]:
    if merged.format in ("date", "date-time"):
        return moment_for(name, merged.format)
    if (text := formats.FORMATS.get(merged.format)) is not None:
        return text
    return text_for(name, parent)


def _fitted(draw: Draw, text: str, low: int, high: int | None) -> str:
    """`text`, drawn out by sentences or cut off to have the length that is wanted."""
    if len(text) < low:
        while len(text) < low:
            text = f"{text} {formats.sentence(draw)}"
        # A word cut in the middle reads badly; a longer text is allowed mostly.
        text = text if high is None or len(text) <= high else text[:high].rstrip(" .").ljust(low, "a")
    elif high is not None and len(text) > high:
        text = text[:high].rstrip(" .-").ljust(low, "a")
    return text


def number_maker(merged: MergedSchema, name: str) -> Callable[[Draw], int | float]:
    """Numbers for a merged schema, whole where its type is integer; Impossible when none is within its bounds."""
    whole = "number" not in merged.types
    step = _common_multiple([*map(_exact, merged.multiples), *([Fraction(1)] if whole else [])])
    grid = step or Fraction(1, 100)
    low, high = _window(merged, name, grid, whole=whole)
    first, last = math.ceil(low / grid), math.floor(high / grid)
    if merged.above is not None and merged.above[1] and first * grid == _exact(merged.above[0]):
        first += 1
    if merged.below is not None and not merged.below[1] and last * grid == _exact(merged.below[0]):
        last -= 1
    if first > last:
        if step is not None or low > high:
            raise Impossible(merged.schemas[0], f"no number is within {_bounds(merged)}")
        return lambda draw: float(low + (high - low) * Fraction(draw.random.randint(1, 999), 1000))

    def make(draw: Draw) -> int | float:
        number = draw.random.randint(first, last) * grid
        return int(number) if whole else float(number)

    return make


def _window(merged: MergedSchema, name: str, grid: Fraction, *, whole: bool) -> tuple[Fraction, Fraction]:
    """From where to where to draw: what the name makes likely, as far as it is allowed."""
    limit = _INTEGER_FORMATS.get(merged.format)
    least = _exact(merged.above[0]) if merged.above else Fraction(-limit) if limit else None
    most = _exact(merged.below[0]) if merged.below else Fraction(limit - 1) if limit else None
    low, high = (_exact(bound) for bound in range_for(name, whole=whole))
    allowed_low = low if least is None or least < low else least
    allowed_high = high if most is None or most > high else most
    if allowed_low // grid < allowed_high // grid:
        return allowed_low, allowed_high
    span = 100 * max(grid, Fraction(1))
    if least is None:
        return (most - span, most) if most is not None else (Fraction(0), span)
    return least, least + span if most is None or most > least + span else most


def _bounds(merged: MergedSchema) -> str:
    told = {"minimum": merged.above and merged.above[0], "maximum": merged.below and merged.below[0]}
    bounds = [f"{key} {value}" for key, value in told.items() if value is not None]
    return ", ".join([*bounds, *(f"multipleOf {multiple}" for multiple in merged.multiples)]) or "its type"


def _exact(number: float) -> Fraction:
    """The number as it is written in decimals."""
    return Fraction(str(number))


def _common_multiple(steps: list[Fraction]) -> Fraction | None:
    """The least number that all steps divide; None where there are none."""
    if not steps or any(step <= 0 for step in steps):
        return None
    numerator = math.lcm(*(step.numerator for step in steps))
    return Fraction(numerator, math.gcd(*(step.denominator for step in steps)))
