"""Preferences of a request: the Prefer header (RFC 7240) with Prism's names, and their query forms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from openapi.http.grammar import TCHARS
from openapi.mock.answers.refusals import PreferenceRefused
from openapi.mock.requests.suggestions import did_you_mean, nearest

# RFC 9110 section 5.6.4; a value that is not a token, such as `a/b`, is accepted too.
_PREFERENCE: Final = re.compile(
    rf"""[ \t]*+(?:(?P<name>{TCHARS})
        (?:[ \t]*=[ \t]*+(?:"(?P<quoted>(?:[^"\\]|\\.)*+)"|(?P<plain>[^\s",;]*+)))?)?[ \t]*+(?:[,;]|$)""",
    re.VERBOSE,
)
_NAMES: Final = ("code", "example", "dynamic", "scenario")
_TRUE: Final = ("true", "1", "")
_FALSE: Final = ("false", "0")


@dataclass(frozen=True, slots=True)
class Preferences:
    """The preferences of the mock; None for an absent one. `dynamic` is for data that differs between requests."""

    code: int | None = None
    example: str | None = None
    dynamic: bool | None = None
    scenario: str | None = None


NO_PREFERENCES: Final = Preferences()


def preferences_of(headers: Sequence[str], query: bytes) -> Preferences:
    """The preferences in the values of every Prefer header, and in the query as ``__code``, ``__example``,
    ``__dynamic`` and ``__scenario``.

    The header wins over the query, and the first of several with one name over the others (RFC 7240 section 2). Other
    names are ignored. Raises PreferenceRefused for a malformed header or value.
    """
    if not headers and b"__" not in query:
        return NO_PREFERENCES
    found: dict[str, str] = {}
    for name, value in [*_in_header(", ".join(headers)), *_in_query(query)]:
        found.setdefault(name, value)
    return Preferences(
        _code(found.get("code")),
        found.get("example") or None,
        _flag(found.get("dynamic")),
        found.get("scenario") or None,
    )


def unknown_preferences(headers: Sequence[str], query: bytes) -> Iterator[str]:
    """A sentence for each misspelt preference: any unknown one in the query, and in a Prefer header one that resembles
    a name of the mock. Other names may be for other programs (RFC 7240 section 2)."""
    for name, _ in _in_header(", ".join(headers)) if headers else ():
        if name not in _NAMES and nearest(name, _NAMES) is not None:
            yield f"The preference {name!r} is unknown.{did_you_mean(name, _NAMES)}"
    for name, _ in _in_query(query) if b"__" in query else ():
        if name not in _NAMES:
            near = did_you_mean(f"__{name}", [f"__{own}" for own in _NAMES])
            yield f"The preference {'__' + name!r} is unknown.{near}"


def preferences_of_others(headers: Sequence[str]) -> str:
    """The values of every Prefer header as one, without the preferences of the mock and their parameters (RFC 7240
    section 2); "" if nothing is left. Raises PreferenceRefused for a malformed header."""
    kept: list[str] = []
    is_parameter = is_own = False
    for match in _matches(", ".join(headers)):
        if match["name"] is not None:
            is_own_name = match["name"].lower() in _NAMES
            is_own = is_own_name if not is_parameter else is_own
            if not is_own and not is_own_name:
                text = match[0].rstrip(" \t,;").lstrip()
                kept.append(f"{'; ' if is_parameter else ', '}{text}")
        is_parameter = match[0].endswith(";")
    return "".join(kept)[2:]


def without_preferences(query: bytes) -> bytes:
    """A query without its preferences, which are not parameters of the operation."""
    if b"__" not in query:
        return query
    return b"&".join(part for part in query.split(b"&") if not part.startswith(b"__"))


def _in_header(text: str) -> Iterator[tuple[str, str]]:
    for match in _matches(text):
        if match["name"] is not None:
            quoted = match["quoted"]
            value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else match["plain"]
            yield match["name"].lower(), _utf8(value or "")


def _utf8(text: str) -> str:
    """The text of a header, whose octets are read as UTF-8 if they are."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def _matches(text: str) -> Iterator[re.Match[str]]:
    """Each preference or parameter with its separator; PreferenceRefused for a malformed one."""
    position = 0
    while position < len(text):
        match = _PREFERENCE.match(text, position)
        if match is None:
            raise PreferenceRefused(
                400, "PREFER_MALFORMED", "The Prefer header is malformed; write Prefer: code=404, example=name."
            )
        position = match.end()
        yield match


def _in_query(query: bytes) -> Iterator[tuple[str, str]]:
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if name.startswith("__"):
            yield name[2:], value


def _code(text: str | None) -> int | None:
    if text is None:
        return None
    # A status below 200 is not a final response (RFC 9110 section 15.2).
    if not re.fullmatch("[2-5][0-9][0-9]", text):
        raise PreferenceRefused(400, "PREFER_MALFORMED", "The preferred code must be a status from 200 to 599.")
    return int(text)


def _flag(text: str | None) -> bool | None:
    if text is None:
        return None
    if text.lower() not in _TRUE + _FALSE:
        raise PreferenceRefused(400, "PREFER_MALFORMED", "The preference dynamic must be true or false.")
    return text.lower() in _TRUE
