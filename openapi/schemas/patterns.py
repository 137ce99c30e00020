"""Regular expressions of ECMA-262 in a form that jsonschema-rs compiles.

A `pattern` means what browsers take it for: first with the flag `u`, as JSON Schema recommends (draft 2020-12, Core
section 6.4), else without it, with the forms that annex B of ECMA-262 adds for the web.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import jsonschema_rs

_KNOWN: Final = frozenset("dDwWsSbBnrtfvpP123456789")
_SHORTHANDS: Final = ("\\d", "\\D", "\\w", "\\W", "\\s", "\\S")
_QUANTIFIER: Final = re.compile(r"\{[0-9]+(?:,[0-9]*)?\}")
_PAIR: Final = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_CODE: Final = re.compile(r"\\(?:u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]{1,5}\}|x[0-9a-fA-F]{2}|c[A-Za-z])")
_GROUP: Final = re.compile(r"\\.|\((?!\?)|\(\?<([^=!>][^>]*)>", re.DOTALL)
_NAMED: Final = re.compile(r"\\k<([^>]*)>")
_PROPERTY: Final = re.compile(r"\\[pP]\{[^}]*\}")


@lru_cache(maxsize=4096)
def portable(pattern: str) -> str:
    """A pattern in a form that jsonschema-rs compiles; unchanged if it does already, or if there is none."""
    if is_regex(pattern):
        return pattern
    rewritten = _Rewriting(pattern).text()
    return rewritten if is_regex(rewritten) else pattern


@lru_cache(maxsize=4096)
def is_regex(pattern: str) -> bool:
    """Whether jsonschema-rs compiles a pattern."""
    try:
        jsonschema_rs.Draft4Validator({"pattern": pattern})
    except ValueError:
        return False
    return True


class _Rewriting:
    """One pattern, rewritten from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        names = [match[1] for match in _GROUP.finditer(pattern) if not match[0].startswith("\\")]
        self._numbers = {name: number for number, name in enumerate(names, 1) if name is not None}

    def text(self) -> str:
        parts = []
        while self._at < len(self._pattern):
            sign = self._pattern[self._at]
            if sign == "\\":
                parts.append(self._escape())
            elif sign == "[":
                parts.append(self._class())
            elif (quantifier := _QUANTIFIER.match(self._pattern, self._at)) is not None:
                parts.append(self._taken(quantifier))
            else:
                self._at += 1
                parts.append(f"\\{sign}" if sign in "{}]" else sign)
        return "".join(parts)

    def _taken(self, match: re.Match[str]) -> str:
        self._at = match.end()
        return match[0]

    def _escape(self) -> str:
        """An escape outside a class, or inside one."""
        if (pair := _PAIR.match(self._pattern, self._at)) is not None:
            self._at = pair.end()
            return f"\\u{{{(int(pair[1], 16) - 0xD800) * 0x400 + int(pair[2], 16) - 0xDC00 + 0x10000:X}}}"
        if (named := _NAMED.match(self._pattern, self._at)) is not None and named[1] in self._numbers:
            self._at = named.end()
            return f"(?:\\{self._numbers[named[1]]})"
        if (code := _CODE.match(self._pattern, self._at) or _PROPERTY.match(self._pattern, self._at)) is not None:
            return self._taken(code)
        sign = self._pattern[self._at + 1 : self._at + 2]
        self._at += 2
        if sign == "0":
            return "\\x00"
        if sign == "c":
            return "\\\\c"
        # Without the flag `u`, any other letter stands for itself (annex B, "IdentityEscape").
        return sign if sign.isalpha() and sign not in _KNOWN else f"\\{sign}"

    def _class(self) -> str:
        self._at += 1
        negated = self._pattern.startswith("^", self._at)
        self._at += negated
        members: list[str] = []
        while self._at < len(self._pattern) and self._pattern[self._at] != "]":
            members.append(self._member())
        self._at += 1
        if not members:
            return "[\\s\\S]" if negated else "(?!)"
        return f"[{'^' if negated else ''}{''.join(self._ranged(members))}]"

    def _member(self) -> str:
        if self._pattern[self._at] != "\\":
            self._at += 1
            return self._pattern[self._at - 1]
        member = self._escape()
        return "\\x08" if member == "\\b" else member

    def _ranged(self, members: list[str]) -> list[str]:
        """The members, with each hyphen that makes no range escaped: one next to a shorthand such as `\\w`, or at an
        end (annex B, "NonemptyClassRanges")."""
        written = list(members)
        for index, member in enumerate(members):
            if member == "-":
                beside = members[max(index - 1, 0) : index] + members[index + 1 : index + 2]
                is_plain = len(beside) < 2 or any(each in _SHORTHANDS or _PROPERTY.match(each) for each in beside)
                written[index] = "\\-" if is_plain else "-"
            elif member == "[":
                written[index] = "\\["
        return written
