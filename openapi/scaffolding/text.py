"""Python source text for values and texts of a contract, which may contain anything."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable
from typing import Final

# Typographic characters as those that source text has.
_PLAIN: Final = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"}
)
WIDTH: Final = 120
_LONGEST: Final = 2000  # characters of a docstring


def string(text: str) -> str:
    """A string literal in double quotes, of printable ASCII characters."""
    quoted = json.dumps(text).replace("\x7f", "\\x7f")
    # JSON writes other characters as pairs of surrogates, which are two characters in Python.
    return quoted if text.isascii() else '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\' or not character.isprintable():
        code = ord(character)
        return f"\\{character}" if character in '"\\' else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return character


def line(text: str) -> str:
    """`text` on one line, without unprintable characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text.translate(_PLAIN)).split())


def sentence(text: str) -> str:
    """`text` on one line, which ends as a sentence does."""
    plain = line(text)
    return plain if not plain or plain[-1] in ".!?" else f"{plain}."


def docstring(paragraphs: Iterable[str], indent: str) -> list[str]:
    """The lines of a docstring of these paragraphs. No text can end it."""
    texts = [text for text in map(_quotable, paragraphs) if text]
    width = WIDTH - len(indent)
    if len(texts) == 1 and len(texts[0]) + 6 <= width:
        return [f'{indent}"""{texts[0]}"""']
    lines: list[str] = []
    for text in texts:
        wrapped = textwrap.wrap(f'"""{text}' if not lines else text, width, break_long_words=False)
        lines += [*([""] if lines else []), *(f"{indent}{each}" for each in wrapped)]
    return [*lines, f'{indent}"""']


def _quotable(text: str) -> str:
    # A backslash would begin an escape sequence, and three quotes would end the docstring.
    plain = sentence(text[:_LONGEST]).replace("\\", "/")
    while '""' in plain:
        plain = plain.replace('""', '"')
    return plain.lstrip('"')
