"""Reads the cookies of a request (RFC 6265 section 5.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

# In quotation marks: an octet in octal digits, or any other character, after a backslash.
_ESCAPE: Final = re.compile(r"\\(?:([0-3][0-7][0-7])|(.))")


def cookies_of(values: Iterable[str]) -> dict[str, list[str]]:
    """The cookies in the values of all Cookie headers: name -> its values, in order. A cookie without an equals sign
    has an empty value."""
    found: dict[str, list[str]] = {}
    for cookie in (cookie.strip() for value in values for cookie in value.split(";")):
        if cookie and cookie != "=":
            name, _, content = cookie.partition("=")
            found.setdefault(name.strip(), []).append(_unquoted(content.strip()))
    return found


def _unquoted(value: str) -> str:
    """`value` without the quotation marks around it and its escapes, as Python's `http.cookies` reads it; in one pass,
    because the time that `http.cookies` needs grows with the square of the length in Python before 3.13."""
    if len(value) < 2 or not (value.startswith('"') and value.endswith('"')):
        return value
    return _ESCAPE.sub(lambda escape: chr(int(escape[1], 8)) if escape[1] else escape[2], value[1:-1])
