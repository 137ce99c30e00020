"""Text of others (of a server, a contract, a client) for a terminal, a log or a page: readable, and without effects.

Terminals act on control characters. Readers are misled by marks that change the direction of text, and by characters
that they do not see. The log of a CI job acts on commands in what a program prints: GitHub Actions on ``::name::`` at
the start of a line and on ``##[name]``, Azure Pipelines on ``##vso[name]``, TeamCity on ``##teamcity[name]``, GitLab on
``section_start:``. A program that wraps lines can bring any place of a text to the start of a line, so commands are
broken wherever they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

# Control characters (C0 without tab and line feed, C1), marks for the direction of text, characters without a width,
# other ends of lines than the line feed, lone surrogates, and characters that XML forbids.
_INVISIBLE: Final = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff"
)
_UNPRINTABLE: Final = re.compile(f"[{_INVISIBLE}]")
_UNPRINTABLE_IN_LINE: Final = re.compile(f"[\t\n{_INVISIBLE}]")
# The places at which a command can be broken: between the two characters of its sign.
_COMMAND: Final = re.compile(r":(?=:[A-Za-z_][^\n]*?::)|#(?=#[A-Za-z]*\[)|(?<=section)_(?=(?:start|end):)")
_SIGNS: Final = ("::", "##", "section_")
_REPLACEMENT: Final = "\ufffd"


def printable(text: str) -> str:
    """A text that can have several lines, with such characters replaced, and a blank in each command."""
    return _COMMAND.sub(r"\g<0> ", _UNPRINTABLE.sub(_REPLACEMENT, text))


def printable_line(text: str) -> str:
    """As `printable`, in one line: tabs and line feeds are replaced too."""
    return printable(_UNPRINTABLE_IN_LINE.sub(_REPLACEMENT, text))


def without_commands(text: str, escape: Callable[[str], str]) -> str:
    """A text with each command broken by the escape of one of its characters."""
    return _COMMAND.sub(lambda found: escape(found[0]), text)


def printable_json(text: str) -> str:
    """A JSON text with the same data in printable characters: escapes (RFC 8259 section 7) replace the others. Outside
    of its strings, JSON has none of them."""
    # Nearly all texts are plain: the patterns below would take most of the time of a line.
    if text.isascii() and text.isprintable() and not any(sign in text for sign in _SIGNS):
        return text
    escaped = _UNPRINTABLE.sub(lambda found: _escaped(found[0]), text)
    return without_commands(escaped, _escaped)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
