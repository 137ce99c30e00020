"""JSON texts as data, with integers of any size (RFC 8259 section 6)."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any, Final

import orjson

# Integers of so many digits may be more than 64 bits hold, and more than a float holds.
_LONG: Final = re.compile(rb"[0-9]{19}")
_HUGE: Final = re.compile(rb"[0-9]{300,}")


def read_json(content: bytes) -> Any:
    """The data of a JSON text; ValueError with the reason when it is none.

    orjson reads an integer of more than 64 bits as a float, and refuses one that no float holds: such a text is read
    again, exactly. One of more digits than Python converts (`sys.set_int_max_str_digits`) is a ValueError.
    """
    if _HUGE.search(content) is not None:
        # With shorter numbers it says whether all the rest is JSON, which Python's own reader judges less strictly.
        orjson.loads(_HUGE.sub(b"1", content))
        return json.loads(content)
    value = orjson.loads(content)
    if _LONG.search(content) is not None:
        with suppress(ValueError, RecursionError):
            value = json.loads(content)
    return value
