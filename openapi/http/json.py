"""Reads JSON, with integers of any size (RFC 8259 section 6)."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any, Final

import orjson

# Integers with this many digits can exceed 64 bits, and the range of a float.
_LONG: Final = re.compile(rb"[0-9]{19}")
_HUGE: Final = re.compile(rb"[0-9]{300,}")
# The bytes of a text, and its values, up to which it can be read without filling the memory: three bytes of a text can
# become a hundred in memory.
_LONGEST: Final = 8 * 1024 * 1024
_MOST_VALUES: Final = 500_000


class NumberOutOfRange(ValueError):
    """A JSON text with a number that cannot be read: beyond the range of a float, or an integer with more digits than
    Python converts (`sys.set_int_max_str_digits`). RFC 8259 section 6 lets each reader limit the range."""


def is_too_large(content: bytes) -> bool:
    """Whether a text, if it is JSON, would fill the memory when it is read. Each value but the first one follows a
    comma, a bracket or a brace; those within texts count too, so that the answer needs no reading."""
    if len(content) <= _MOST_VALUES:
        return False
    return len(content) > _LONGEST or sum(map(content.count, (b",", b"[", b"{"))) > _MOST_VALUES


def read_json(content: bytes) -> Any:
    """The data of a JSON text. Raises ValueError with the reason if the text is not JSON, and NumberOutOfRange if a
    number cannot be read.

    orjson reads an integer of more than 64 bits as a float, and refuses one beyond the range of a float: such a text is
    read again with Python's exact integers.
    """
    try:
        return _read(content)
    except ValueError as error:
        if "infinity" in str(error):
            raise NumberOutOfRange("a number is beyond the range of a double-precision float") from None
        if "digits" in str(error):
            raise NumberOutOfRange("an integer has too many digits to be read") from None
        raise


def _read(content: bytes) -> Any:
    if _HUGE.search(content) is not None:
        # orjson checks the text with shorter numbers: Python's own reader is less strict.
        orjson.loads(_HUGE.sub(b"1", content))
        try:
            return json.loads(content)
        except RecursionError:
            raise ValueError("it is nested too deeply") from None
    value = orjson.loads(content)
    if _LONG.search(content) is not None:
        with suppress(ValueError, RecursionError):
            value = json.loads(content)
    return value


def write_json(value: Any, *, sort_keys: bool = False) -> bytes:
    """The JSON text of data as `read_json` reads it, with integers of any size. TypeError or ValueError for a value
    that is no JSON."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS if sort_keys else None)
    except orjson.JSONEncodeError:
        # orjson refuses an integer of more than 64 bits.
        return json.dumps(value, separators=(",", ":"), allow_nan=False, sort_keys=sort_keys).encode()
