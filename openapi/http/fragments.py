"""Finds secrets in texts, whole or in part: cut, escaped, or wrapped over lines."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

# A shorter secret is not looked for: texts have `en`, `test` and `1` for other reasons, and a report whose words are
# replaced by chance cannot be read. Of a longer secret, a run of so many characters is not there by chance.
SHORTEST: Final = 6
LONGEST_SHOWN: Final = 11
# An escape of one character (RFC 3986 section 2.1, HTML, RFC 8259 section 7), or the end of a line with the blanks
# around it, which can be escaped itself.
_ESCAPE: Final = re.compile(
    r"(?P<end>[ \t]*(?:\r?\n|\r|\\r\\n|\\n|<br ?/?>)[ \t]*)"
    r"|%(?P<percent>[0-9A-Fa-f]{2})|\\u(?P<unit>[0-9A-Fa-f]{4})|\\(?P<plain>[/\"\\])|(?P<entity>&#?\w{1,10};)"
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of a text: `decoded` is what is left of it without escapes, `start` and `end` are its places in the text.
    One without escapes has the same length in both."""

    decoded: str
    start: int
    end: int
    is_escape: bool


class Fragments:
    """Looks for some secrets; those that are too short are left out."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._places: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for secret in dict.fromkeys(secret for secret in secrets if len(secret) >= SHORTEST):
            for start in range(len(secret) - SHORTEST + 1):
                self._places[secret[start : start + SHORTEST]].append((secret, start))

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """The places (start, end) of the secrets in a text, and of their parts with more than `LONGEST_SHOWN`
        characters."""
        if not self._places:
            return
        pieces = [*_pieces(text)]
        decoded = "".join(piece.decoded for piece in pieces)
        found = [*self._found(decoded)]
        if found:
            yield from _in_text(pieces, found)

    def _found(self, decoded: str) -> Iterator[tuple[int, int]]:
        at, last = 0, len(decoded) - SHORTEST
        while at <= last:
            places = self._places.get(decoded[at : at + SHORTEST], ())
            length = max((_common(decoded, at, secret, start) for secret, start in places), default=0)
            if length:
                yield at, at + length
            at += length or 1


def _common(text: str, at: int, secret: str, start: int) -> int:
    """The length of the common run of a text and a secret from these places; 0 if it can be there by chance."""
    most = min(len(text) - at, len(secret) - start)
    length = next((n for n in range(SHORTEST, most) if text[at + n] != secret[start + n]), most)
    return length if length > LONGEST_SHOWN or length == len(secret) else 0


def _pieces(text: str) -> Iterator[_Piece]:
    done = 0
    for match in _ESCAPE.finditer(text):
        if match.start() > done:
            yield _Piece(text[done : match.start()], done, match.start(), False)
        yield _Piece(_unescaped(match), match.start(), match.end(), True)
        done = match.end()
    if done < len(text):
        yield _Piece(text[done:], done, len(text), False)


def _unescaped(match: re.Match[str]) -> str:
    if match["end"] is not None:
        return ""
    if (digits := match["percent"] or match["unit"]) is not None:
        return chr(int(digits, 16))
    return match["plain"] or html.unescape(match["entity"])


def _in_text(pieces: list[_Piece], found: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Places in the decoded text -> places in the text."""
    offset, number = 0, 0
    for start, end in found:
        while offset + len(pieces[number].decoded) <= start:
            offset += len(pieces[number].decoded)
            number += 1
        first = pieces[number]
        begin = first.start if first.is_escape else first.start + start - offset
        while offset + len(pieces[number].decoded) < end:
            offset += len(pieces[number].decoded)
            number += 1
        last = pieces[number]
        yield begin, last.end if last.is_escape else last.start + end - offset
