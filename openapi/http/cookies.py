"""Reads the cookies of a request (RFC 6265 section 5.4)."""

from __future__ import annotations

from collections.abc import Iterable
from http.cookies import SimpleCookie
from typing import Final

# Quotation marks around a value are not part of it; Python and other servers remove them too.
_unquoted: Final = SimpleCookie().value_decode


def cookies_of(values: Iterable[str]) -> dict[str, list[str]]:
    """The cookies in the values of all Cookie headers: name -> its values, in order. A cookie without an equals sign
    has an empty value."""
    found: dict[str, list[str]] = {}
    for cookie in (cookie.strip() for value in values for cookie in value.split(";")):
        if cookie and cookie != "=":
            name, _, content = cookie.partition("=")
            found.setdefault(name.strip(), []).append(_unquoted(content.strip())[0])
    return found
