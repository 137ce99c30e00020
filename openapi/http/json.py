"""JSON texts as data, with integers of any size (RFC 8259 section 6)."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any, Final

import orjson

_LONG_NUMBER: Final = re.compile(rb"[0-9]{19}")


def read_json(content: bytes) -> Any:
    """The data of a JSON text; ValueError with the reason when it is none.

    orjson reads an integer of more than 64 bits as a float: those texts are read again, exactly. An integer of more
    digits than Python converts (`sys.set_int_max_str_digits`) stays a float.
    """
    value = orjson.loads(content)
    if _LONG_NUMBER.search(content) is not None:
        with suppress(ValueError, RecursionError):
            value = json.loads(content)
    return value
