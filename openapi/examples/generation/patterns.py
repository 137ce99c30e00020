"""Strings that match a `pattern`, a regular expression of ECMA-262.

The text next to an anchor satisfies it; only chance satisfies lookarounds and word boundaries, so the caller checks
each string and tries again. Patterns for which chance would hardly find a string are refused with the reason.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Final, NamedTuple, TypeAlias

from openapi.examples.generation.characters import CLASSES, ESCAPES, FOREIGN, PRINTABLE, PROPERTIES, READABLE, SPACE

# Adds to what was written so far; `more` is how often a quantifier may repeat beyond its least.
_Part: TypeAlias = Callable[["_Writing"], str]

_MOST_REPEATED: Final = 100_000
_DEEPEST: Final = 100


class PatternError(ValueError):
    """The pattern is not a valid regular expression, or is not supported; the text names the part."""


class Pattern:
    """One expression, parsed."""

    def __init__(self, expression: str) -> None:
        parser = _Parser(expression)
        self._part = parser.parse()
        self._starts = expression.startswith("^")

    def text(self, random: Random, more: int = 6) -> str:
        """A string that the expression is likely to match; quantifiers repeat up to `more` times beyond their least."""
        return self._part(_Writing(random, more, {}))


class _Writing(NamedTuple):
    random: Random
    more: int
    groups: dict[str, str]


def _literal(text: str) -> _Part:
    return lambda writing: text


def _one_of(signs: str) -> _Part:
    # In nine of ten cases a readable character, if the class has one.
    plain = "".join(sign for sign in signs if sign in READABLE) or signs
    return partial(_pick, plain, signs)


def _pick(plain: str, signs: str, writing: _Writing, count: int = 1) -> str:
    return "".join(writing.random.choices(plain if writing.random.random() < 0.9 else signs, k=count))


def _sequence(parts: list[_Part]) -> _Part:
    return parts[0] if len(parts) == 1 else lambda writing: "".join([part(writing) for part in parts])


def _either(branches: list[_Part]) -> _Part:
    return branches[0] if len(branches) == 1 else lambda writing: writing.random.choice(branches)(writing)


def _repeated(part: _Part, least: int, most: int | None) -> _Part:
    def write(writing: _Writing) -> str:
        upper = least + writing.more if most is None else min(most, least + writing.more)
        count = least if least == upper else writing.random.randint(least, upper)
        if isinstance(part, partial):
            return part(writing, count) if count else ""
        return "".join([part(writing) for _ in range(count)])

    return write


def _remembered(part: _Part, names: list[str]) -> _Part:
    def write(writing: _Writing) -> str:
        text = part(writing)
        writing.groups.update(dict.fromkeys(names, text))
        return text

    return write


class _Parser:
    """Recursive descent over ECMA-262 section "Patterns"."""

    def __init__(self, expression: str) -> None:
        self._text = expression
        self._at = 0
        self._groups = 0
        self._depth = 0

    def parse(self) -> _Part:
        part = self._disjunction()
        if self._at < len(self._text):
            raise PatternError(f"{self._text!r} has a closing bracket too many at {self._at}")
        return part

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self, wanted: str) -> bool:
        if self._text.startswith(wanted, self._at):
            self._at += len(wanted)
            return True
        return False

    def _next(self) -> str:
        if not (sign := self._peek()):
            raise PatternError(f"{self._text!r} ends too early")
        self._at += 1
        return sign

    def _disjunction(self) -> _Part:
        branches = [self._alternative()]
        while self._take("|"):
            branches.append(self._alternative())
        return _either(branches)

    def _alternative(self) -> _Part:
        parts: list[_Part] = []
        while self._peek() not in ("", "|", ")"):
            part = self._atom()
            parts.append(self._quantified(part))
        return _sequence(parts) if parts else _literal("")

    def _quantified(self, part: _Part) -> _Part:
        least: int
        most: int | None
        if self._take("*"):
            least, most = 0, None
        elif self._take("+"):
            least, most = 1, None
        elif self._take("?"):
            least, most = 0, 1
        elif self._peek() == "{" and (counts := self._counts()) is not None:
            least, most = counts
        else:
            return part
        self._take("?")
        return _repeated(part, least, most)

    def _counts(self) -> tuple[int, int | None] | None:
        """The bounds in braces; None, with nothing consumed, if the brace is a literal."""
        end = self._text.find("}", self._at)
        low, comma, high = self._text[self._at + 1 : max(end, 0)].partition(",")
        if not low.isdecimal() or (high and not high.isdecimal()):
            return None
        self._at = end + 1
        least = int(low)
        most = least if not comma else int(high) if high else None
        if least > _MOST_REPEATED or (most is not None and most < least):
            raise PatternError(f"{self._text!r} repeats {{{low}{comma}{high}}} times")
        return least, most

    def _atom(self) -> _Part:
        sign = self._next()
        if sign in "^$":
            return _literal("")
        if sign == ".":
            return _one_of(PRINTABLE.replace("\n", ""))
        if sign == "(":
            self._depth += 1
            if self._depth > _DEEPEST:
                raise PatternError(f"the pattern nests its groups deeper than {_DEEPEST} levels")
            part = self._group()
            self._depth -= 1
            return part
        if sign == "[":
            return _one_of(self._class())
        if sign == "\\":
            return self._escape()
        if sign in "*+?":
            raise PatternError(f"{self._text!r} repeats nothing at {self._at - 1}")
        return _literal(sign)

    def _group(self) -> _Part:
        names: list[str] = []
        nothing = False
        if self._take("?:"):
            pass
        elif any(self._take(opening) for opening in ("?=", "?!", "?<=", "?<!")):
            nothing = True
        else:
            self._groups += 1
            names = [str(self._groups)]
            if self._take("?<") or self._take("?P<"):
                names.append(self._until(">"))
            elif self._peek() == "?":
                raise PatternError(f"{self._text!r} has a group that ECMA-262 does not define at {self._at}")
        part = self._disjunction()
        if not self._take(")"):
            raise PatternError(f"{self._text!r} has a group that is not closed")
        return _literal("") if nothing else _remembered(part, names) if names else part

    def _escape(self) -> _Part:
        sign = self._next()
        if sign in "bBAZz":
            return _literal("")
        if sign in "123456789":
            return lambda writing: writing.groups.get(sign, "")
        if sign == "k" and self._take("<"):
            name = self._until(">")
            return lambda writing: writing.groups.get(name, "")
        return _one_of(self._signs_of(sign))

    def _signs_of(self, sign: str) -> str:
        """The characters of an escape, inside or outside a class."""
        if sign in CLASSES:
            return CLASSES[sign]
        if sign.lower() in CLASSES:
            return _without(CLASSES[sign.lower()] + (string.whitespace if sign == "S" else ""))
        if sign in "pP":
            name = self._braced()
            signs = PROPERTIES.get(name.rpartition("=")[2])
            if signs is None:
                raise PatternError(f"{self._text!r} names the Unicode property {name!r}, which is not supported")
            return signs if sign == "p" else _without(signs)
        if sign == "x":
            return self._code(self._digits(2))
        if sign == "u":
            return self._code(self._braced() if self._peek() == "{" else self._digits(4))
        if sign == "c":
            return chr(ord(self._next()) % 32)
        return ESCAPES.get(sign, sign)

    def _braced(self) -> str:
        if not self._take("{"):
            return self._next()
        return self._until("}")

    def _until(self, closing: str) -> str:
        end = self._text.find(closing, self._at)
        if end < 0:
            raise PatternError(f"{self._text!r} lacks a {closing!r} after {self._at}")
        inside = self._text[self._at : end]
        self._at = end + 1
        return inside

    def _digits(self, length: int) -> str:
        self._at += length
        return self._text[self._at - length : self._at].ljust(length, "?")

    def _code(self, digits: str) -> str:
        try:
            return chr(int(digits, 16))
        except (ValueError, OverflowError):
            raise PatternError(f"{self._text!r} has an escape without a code before {self._at}") from None

    def _class(self) -> str:
        negated = self._take("^")
        signs = ""
        while not self._take("]"):
            first = self._class_signs()
            if self._peek() == "-" and self._text[self._at + 1 : self._at + 2] not in ("", "]") and len(first) == 1:
                self._at += 1
                last = self._class_signs()
                # A shorthand cannot end a range: the hyphen is a literal then (ECMA-262 annex B).
                signs += _range(first, last, whole=negated) if len(last) == 1 else f"{first}-{last}"
            else:
                signs += first
        if negated:
            # `\s` generates a space only, but excludes all white space.
            signs = _without(signs + string.whitespace if SPACE in signs else signs)
        if not signs:
            raise PatternError(f"{self._text!r} has a class without supported characters")
        return signs

    def _class_signs(self) -> str:
        sign = self._next()
        if sign != "\\":
            return sign
        sign = self._next()
        return "\b" if sign == "b" else self._signs_of(sign)


def _range(first: str, last: str, *, whole: bool) -> str:
    """The characters between two; without `whole`, only those in printable ASCII if there are any."""
    low, high = ord(first), ord(last)
    if whole:
        return "".join(map(chr, range(low, high + 1)))
    printable = range(max(low, 32), min(high, 126) + 1)
    return "".join(map(chr, printable or range(low, min(high, low + 200) + 1)))


def _without(signs: str) -> str:
    """Characters that are not in `signs`: printable ASCII, or else a few letters of other scripts."""
    return next((left for signs_ in (PRINTABLE, FOREIGN) if (left := "".join(s for s in signs_ if s not in signs))), "")
