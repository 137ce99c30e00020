"""Writes a document as YAML, in the form of published pages: the same data always gives the same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

_WIDTH: Final = 80
_NARROWEST: Final = 40
_INDENT: Final = 2
# YAML 1.2.2 section 5.1: characters that a stream can have, without the line ends that only YAML 1.1 knows.
_UNPRINTABLE: Final = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
# Section 7.3.3, without what is allowed in a few places only: `-`, `?` and `:` at the start, `:` and `#` inside.
_NOT_FIRST: Final = frozenset("-?:,[]{}#&*!|>'\"%@`= \t")
_NOT_PLAIN: Final = re.compile(r": |:$| #|[ \t]$|\t|\n")
# Texts that some reader takes for other data: one of YAML 1.2 (section 10.3.2), or, below, of YAML 1.1.
_AMBIGUOUS: Final = re.compile(
    r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
_FORMER: Final = yaml.SafeLoader.yaml_implicit_resolvers
# Also the short forms of true and false, which the language has and PyYAML does not read.
_SHORT: Final = frozenset("yYnN")


def as_yaml(document: Any) -> bytes:
    """The YAML of JSON data, in UTF-8; readers of YAML 1.1 and 1.2 read the same data from it."""
    return "".join(_block(document, 0, 0)).encode()


def _block(value: Any, column: int, level: int) -> Iterator[str]:
    """The lines of a value, of which the first begins at its `column`."""
    pad = "\n" + " " * column
    if isinstance(value, dict) and value:
        for index, (key, child) in enumerate(value.items()):
            yield (pad if index else "") + _key(key, pad)
            yield from _member(child, column, level + 1)
    elif isinstance(value, list) and value:
        for index, child in enumerate(value):
            yield (pad if index else "") + "- "
            yield from _block(child, column + _INDENT, level + 1)
    else:
        yield _scalar(value, column, level)
    if level == 0:
        yield "\n"


def _member(child: Any, column: int, level: int) -> Iterator[str]:
    """The value of a key: a mapping or a list begins on the next line."""
    if isinstance(child, dict | list) and child:
        yield "\n" + " " * (column + _INDENT)
        yield from _block(child, column + _INDENT, level)
    else:
        yield " " + _scalar(child, column + _INDENT, level)


def _key(key: str, pad: str) -> str:
    """A key with its colon. One of over 1,024 characters needs a sign before it (section 7.4.2)."""
    text = key if _is_plain(key) else _quoted(key)
    return f"{text}:" if len(text) <= 1024 else f"? {text}{pad}:"


def _scalar(value: Any, column: int, level: int) -> str:
    if isinstance(value, str):
        return _text(value, column, level)
    number = json.dumps(value)
    # For readers of YAML 1.1, a number with an exponent has a point too.
    return number.replace("e", ".0e") if isinstance(value, float) and "." not in number else number


def _text(text: str, column: int, level: int) -> str:
    width = max(_NARROWEST, _WIDTH - _INDENT * max(1, level))
    lines = text.split("\n")
    is_long = any(len(line) > width and not line.startswith(" ") for line in lines)
    if len(lines) == 1 and not is_long:
        return text if _is_plain(text) else _quoted(text)
    if not _fits_block(text):
        return _escaped(text)
    pad = "\n" + " " * max(column, _INDENT)
    body = _folded(lines, width) if is_long else text
    chomping = "" if text.endswith("\n") else "-"
    indented = body.removesuffix("\n").replace("\n", pad)
    return (">" if is_long else "|") + chomping + re.sub(r"(?m)^ +$", "", pad + indented)


def _fits_block(text: str) -> bool:
    """Whether a text is the same as a block scalar (section 8.1) for every reader: an indented or empty line at its
    start, or several at its end, would need an indicator, and lines of white space are read in different ways."""
    lines = text.removesuffix("\n").split("\n")
    return (
        not _UNPRINTABLE.search(text)
        and "\t" not in text
        and not lines[0].startswith(" ")
        and lines[0] != ""
        and lines[-1] != ""
        and not any(line.isspace() or line.endswith(" ") for line in lines)
    )


def _folded(lines: list[str], width: int) -> str:
    """The lines of a folded scalar (section 8.1.3): a line end of the text is an empty line more, except beside
    indented lines."""
    result = _wrapped(lines[0], width)
    is_indented = False
    # Each group is a line with the empty lines before it.
    empty = 0
    for line in lines[1:]:
        if line == "":
            empty += 1
            continue
        ends = "\n" * (empty + 1)
        more = "" if is_indented or line.startswith(" ") else "\n"
        result += ends + more + _wrapped(line, width)
        is_indented, empty = line.startswith(" "), 0
    return result + "\n" * empty


def _wrapped(line: str, width: int) -> str:
    """A line in pieces of at most `width` characters, if it has blanks to break at; indented lines stay."""
    if line.startswith(" "):
        return line
    pieces, start, last = [], 0, 0
    for found in re.finditer(r"(?<=[^ ]) (?=[^ ])", line):
        if found.start() - start > width:
            end = last if last > start else found.start()
            pieces.append(line[start:end])
            start = end + 1
        last = found.start()
    if len(line) - start > width and last > start:
        pieces.append(line[start:last])
        start = last + 1
    return "\n".join([*pieces, line[start:]])


def _is_plain(text: str) -> bool:
    if not text or text[0] in _NOT_FIRST or _NOT_PLAIN.search(text) or _UNPRINTABLE.search(text):
        return False
    if _AMBIGUOUS.fullmatch(text) or text in _SHORT or text in ("---", "..."):
        return False
    former = [*_FORMER.get(text[0], ()), *_FORMER.get(None, ())]
    return not any(pattern.match(text) for _, pattern in former)


def _quoted(text: str) -> str:
    if _UNPRINTABLE.search(text) or "\n" in text or "\t" in text:
        return _escaped(text)
    return "'" + text.replace("'", "''") + "'"


def _escaped(text: str) -> str:
    """A text in double quotes (section 7.3.1): the escapes of JSON, and longer ones for other characters."""
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\U{ord(found[0]):08X}", quoted)
