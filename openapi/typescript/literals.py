"""JSON values as JavaScript source text, in the usual formatting."""

from __future__ import annotations

import re
from typing import Any, Final

_WIDTH: Final = 90
_IDENTIFIER: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def string(text: str) -> str:
    """A string literal. Unprintable characters and line terminators are escaped (ECMA-262, 12.9.4)."""
    return '"' + "".join(_ESCAPES.get(c) or (c if c.isprintable() else _escape(c)) for c in text) + '"'


def literal(value: Any, depth: int = 0) -> str:
    """A literal of a value of `json.loads`: on one line if it is short, else indented from `depth` on.

    Raises RecursionError if it is nested too deeply.
    """
    if isinstance(value, dict):
        members = [f"{property_name(key)}: {literal(each, depth + 1)}" for key, each in value.items()]
        return _enclosed("{", members, "}", depth)
    if isinstance(value, list):
        return _enclosed("[", [literal(each, depth + 1) for each in value], "]", depth)
    if isinstance(value, str):
        return string(value)
    return "null" if value is None else repr(value).lower()


def _enclosed(opening: str, parts: list[str], closing: str, depth: int) -> str:
    if not parts:
        return opening + closing
    space = " " if opening == "{" else ""
    line = f"{opening}{space}{', '.join(parts)}{space}{closing}"
    if len(line) + 2 * depth <= _WIDTH and "\n" not in line:
        return line
    indent = "  " * depth
    return "\n".join([opening, *(f"{indent}  {part}," for part in parts), f"{indent}{closing}"])


def property_name(name: str) -> str:
    """A property name. A bare or quoted `__proto__` would set the prototype (ECMA-262, B.3.1)."""
    if name == "__proto__":
        return '["__proto__"]'
    return name if _IDENTIFIER.fullmatch(name) else string(name)


def _escape(character: str) -> str:
    """The UTF-16 code units of a character."""
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
