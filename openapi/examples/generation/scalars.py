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
from openapi.schemas import is_regex, portable

_LONGEST: Final = 100_000
_TRIES: Final = 300
_INTEGER_FORMATS: Final = {"int32": 2**31, "int64": 2**63}


class Unlucky(Exception):
    """No valid value was found by chance within the attempts."""


def string_maker(merged: MergedSchema, name: str, parent: str) -> Callable[[Draw], str]:
    """The generator of strings for a merged schema. Raises Impossible if its pattern is not supported, or its bounds
    exclude every string."""
    text = _text_of(merged, name, parent)
    low, high = merged.least.get("Length", 0), merged.most.get("Length")
    expressions = [portable(pattern) for pattern in merged.patterns]
    if any(schema.document.lenient for schema in merged.schemas):
        # As in openapi.schemas: such a pattern is not checked.
        expressions = [expression for expression in expressions if is_regex(expression)]
    if not (low or high is not None or expressions):
        return text
    if low > _LONGEST or (high is not None and low > high):
        raise Impossible(merged.schemas[0], f"no string has a length from {low} to {high or 'any'} here")
    rules: dict[str, Any] = {"minLength": low}
    rules |= {"allOf": [{"pattern": expression} for expression in expressions]} if expressions else {}
    rules |= {"maxLength": high} if high is not None else {}
    rules |= {"format": merged.format} if merged.format else {}
    try:
        patterns = [Pattern(expression) for expression in expressions]
        fits = jsonschema_rs.Draft202012Validator(rules, validate_formats=True).is_valid
    except ValueError as error:
        reason = str(error) if isinstance(error, PatternError) else f"{merged.patterns} is not a pattern"
        raise Impossible(merged.schemas[0], reason) from None

    def natural(draw: Draw, attempt: int) -> str:
        candidate = formats.resized(merged.format, text(draw), low, high)
        # A shortened address or date would not be valid.
        return _fitted(draw, candidate, low, high if not merged.format or attempt > 2 else None)

    # Text that fits the name is more readable than text from the pattern alone.
    likely = any(fits(natural(Draw(0, "", attempt), attempt)) for attempt in range(3))

    def make(draw: Draw) -> str:
        for attempt in range(_TRIES):
            if not patterns or (likely and attempt < 3):
                candidate = natural(draw, attempt)
            else:
                # With each attempt, quantifiers may repeat more or less often.
                more = max(low, 6) if attempt % 2 else attempt % 7
                candidate = patterns[attempt % len(patterns)].text(draw.random, more)
            if fits(candidate):
                return candidate
        raise Unlucky(f"no string was found that keeps {', '.join(f'{key} {value}' for key, value in _limits(merged))}")

    return make


def _limits(merged: MergedSchema) -> list[tuple[str, Any]]:
    bounds = [("minLength", merged.least.get("Length")), ("maxLength", merged.most.get("Length"))]
    limits = [("pattern", pattern) for pattern in merged.patterns] + [("format", merged.format or None), *bounds]
    return [(key, value) for key, value in limits if value is not None]


def _text_of(merged: MergedSchema, name: str, parent: str) -> Callable[[Draw], str]:
    if merged.format in ("date", "date-time"):
        return moment_for(name, merged.format)
    if (text := formats.FORMATS.get(merged.format)) is not None:
        return text
    return text_for(name, parent)


def _fitted(draw: Draw, text: str, low: int, high: int | None) -> str:
    """`text`, extended by sentences or cut to the required length."""
    if len(text) < low:
        while len(text) < low:
            text = f"{text} {formats.sentence(draw)}"
        # Prefer whole words: a longer text is usually allowed.
        text = text if high is None or len(text) <= high else text[:high].rstrip(" .").ljust(low, "a")
    elif high is not None and len(text) > high:
        text = text[:high].rstrip(" .-").ljust(low, "a")
    return text


def number_maker(merged: MergedSchema, name: str) -> Callable[[Draw], int | float]:
    """The generator of numbers for a merged schema, whole if its type is integer. Raises Impossible if no number is
    within its bounds."""
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
    """The range to draw from: the likely one for the name, within the bounds."""
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
    limits = {"minimum": merged.above and merged.above[0], "maximum": merged.below and merged.below[0]}
    bounds = [f"{key} {value}" for key, value in limits.items() if value is not None]
    return ", ".join([*bounds, *(f"multipleOf {multiple}" for multiple in merged.multiples)]) or "its type"


def _exact(number: float) -> Fraction:
    """The exact value of the decimal notation of a number."""
    return Fraction(str(number))


def _common_multiple(steps: list[Fraction]) -> Fraction | None:
    """The least common multiple of all steps; None without steps."""
    if not steps or any(step <= 0 for step in steps):
        return None
    numerator = math.lcm(*(step.numerator for step in steps))
    return Fraction(numerator, math.gcd(*(step.denominator for step in steps)))
