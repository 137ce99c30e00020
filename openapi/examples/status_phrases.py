"""Status phrases: words in an example of an error that contradict its status."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from openapi.examples.generation.vocabulary import listed


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words that name an error, with the statuses that are `meant`, and those that are `possible` in a wider sense."""

    pattern: re.Pattern[str]
    meant: frozenset[int]
    possible: frozenset[int]


def _phrase(pattern: str, meant: set[int], possible: set[int]) -> _Phrase:
    return _Phrase(re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), frozenset(meant), frozenset(possible))


# RFC 9110 section 15.5 and RFC 6585. The lists of possible statuses are long, to avoid false alarms.
_PHRASES: Final = (
    _phrase("not[ _]found|does(?: not|n't) exist|no such", {404, 410},
            {400, 403, 405, 406, 409, 412, 415, 421, 422, 424, 501, 502}),
    _phrase("unauthori[sz]ed|unauthenticated|not authenticated|authentication (?:is )?required|"
            "(?:invalid|missing|expired|bad)[ _](?:access |bearer |auth(?:entication)? )?(?:token|credentials|api key)",
            {401, 407}, {400, 403, 419, 422, 440, 498, 499, 511}),
    _phrase("forbidden|(?:permission|access) denied|insufficient[ _](?:permissions?|scope|privileges)", {403},
            {400, 401, 402, 404, 405, 407, 409, 422, 423, 451}),
    _phrase("rate[ _]limit(?:ed)?|too[ _]many[ _]requests|quota[ _]exceeded", {429},
            {400, 402, 403, 413, 420, 503, 509}),
    _phrase("already[ _](?:exists?|registered|taken|in use)", {409}, {303, 400, 403, 405, 412, 422, 423}),
    _phrase("internal[ _](?:server[ _])?error", {500}, {501, 502, 503, 504, 505, 507, 508, 520}),
    _phrase("service (?:is )?unavailable|temporarily unavailable", {503}, {423, 429, 500, 502, 504, 521, 522, 523}),
)  # fmt: skip
# Properties that name the error; other properties may quote anything.
_SENTENCES: Final = frozenset(
    listed(
        "error message detail title description reason code msg errors error_description errormessage error_message "
        "errorcode error_code"
    )
)
_STATUSES: Final = ("status", "statuscode", "status_code", "httpstatus", "http_status", "code")
_DEEPEST: Final = 4


def contradiction(status: int, example: Any) -> str | None:
    """The words in an example that contradict its status (RFC 9110 section 15); None if there are none.

    It is lenient: only words that clearly belong to another status count.
    """
    if status < 400:
        return None
    if isinstance(example, Mapping) and example.get("success") is True:
        return "says that it is a success"
    for number in _numbers(example):
        if 400 <= number < 600 and number != status:
            return f"names the status {number}"
    found = [(text, phrase) for text in _sentences(example, 0) for phrase in _PHRASES if phrase.pattern.search(text)]
    if any(status in phrase.meant for _, phrase in found):
        return None
    for text, phrase in found:
        if status not in phrase.possible:
            return f"says {text[:60]!r}, which belongs to {' or '.join(map(str, sorted(phrase.meant)))}"
    return None


def _numbers(example: Any) -> Iterator[int]:
    holders = [example]
    if isinstance(example, Mapping):
        holders.append(example.get("error"))
    for holder in holders:
        if isinstance(holder, Mapping):
            yield from (
                value
                for key, value in holder.items()
                if key.lower() in _STATUSES and isinstance(value, int) and not isinstance(value, bool)
            )


def _sentences(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth > _DEEPEST:
        return
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key.lower() in _SENTENCES:
                yield from _sentences(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _sentences(inner, depth + 1)
