"""Values that servers fail on: characters with a meaning in SQL, HTML, paths, shells and templates, and extremes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from openapi.schemas import Schema

# All such characters in one text: one request tells whether a server fails on any of them.
MIXED: Final = "'\"\\;--<b>&%s${7*7}{{7*7}}`|../%00"
# Shorter ones, for schemas that allow only short texts.
SHORT: Final = ("'", '"', "\\", "%", "<b>", "../", "`", "${x}", "\u202e", "\U0001f600")
# Longer than many columns and buffers.
LONG: Final = "x" * 300
# Beyond the integers of 64 bits.
HUGE: Final = 2**63


def odd_texts(schema: Schema) -> Iterator[str]:
    """Odd texts for a schema, the most telling first; whether the schema allows them is for a validator to say."""
    longest = schema.get("maxLength")
    yield MIXED
    if isinstance(longest, int) and longest < len(MIXED):
        yield from (text for text in SHORT if len(text) <= longest)
    yield LONG


def wrong_values(schema: Schema) -> Iterator[Any]:
    """Values that a schema probably forbids: of another type, beyond a bound, not in the `enum`."""
    types = schema.named_types
    if types and "string" not in types:
        yield "x"
    if schema.enum:
        yield "not-one-of-these"
    if (lower := schema.lower_bound) is not None:
        yield int(lower[0]) - 1
    if (upper := schema.upper_bound) is not None:
        yield int(upper[0]) + 1
    shortest, longest = schema.get("minLength"), schema.get("maxLength")
    if isinstance(longest, int) and longest < 10_000:
        yield "x" * (longest + 1)
    if isinstance(shortest, int) and 0 < shortest < 10_000:
        yield "x" * (shortest - 1)
    if schema.format or "pattern" in schema:
        yield "x"
