"""Words of a POSIX shell: a program receives the same bytes, and a terminal does not act on them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from openapi.http import foreign_text
from openapi.http.messages import Request

# A single argument of a program is limited to 128 KiB on Linux (execve(2), MAX_ARG_STRLEN); printf is the shell's own.
_LONGEST_ARGUMENT: Final = 100_000
# Characters with a meaning between double quotes; the exclamation mark has one in interactive shells.
_SPECIAL: Final = re.compile(r"""[\\$`"!\n]""")
# A pasted tab completes words, a blank without a break is not seen, and a command of a CI job can follow in a new line.
_UNPRINTABLE: Final = re.compile(r"[\t\xa0]|\n\s*(?:::|##)")
# Bytes that need no escape in a format of printf; a hyphen would make it an option.
_PLAIN: Final = frozenset(range(0x20, 0x7F)) - set(b"\\%'-")


@dataclass(frozen=True, slots=True)
class Expansion:
    """An expansion that a POSIX shell performs between double quotes, such as ``$TOKEN``."""

    text: str

    def __str__(self) -> str:
        return self.text


# Literal text, or an expansion by the shell.
Part: TypeAlias = str | Expansion


def word(parts: Iterable[Part]) -> str:
    """One word of the shell. Each character of a text part is a byte (ISO 8859-1), as in messages."""
    parts = merged(parts)
    texts = [(part, printable(part.encode("latin-1")) if isinstance(part, str) else None) for part in parts]
    if len(parts) == 1 and (text := texts[0][1]) is not None:
        return shlex.quote(text)
    if all(isinstance(part, Expansion) or (text is not None and not _SPECIAL.search(text)) for part, text in texts):
        return '"' + "".join(str(part) if text is None else text for part, text in texts) + '"'
    return "".join(_piece(part, text) for part, text in texts)


def _piece(part: Part, text: str | None) -> str:
    if isinstance(part, Expansion):
        return f'"{part}"'
    # The output must not end with a line feed, because command substitution removes it.
    return shlex.quote(text) if text is not None else f'"$(printf {_octal([part])})"'


def printable(data: bytes) -> str | None:
    """`data` as text that a terminal shows without acting on it; None if it is not such a text."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return None if _UNPRINTABLE.search(text) or foreign_text.printable(text) != text else text


def _octal(parts: Iterable[Part]) -> str:
    """The arguments of printf for these parts (POSIX XCU, printf, "EXTENDED DESCRIPTION")."""
    parts = tuple(parts)
    format = "".join("%s" if isinstance(part, Expansion) else _escaped(part.encode("latin-1")) for part in parts)
    return " ".join([f"'{format}'", *(f'"{part}"' for part in parts if isinstance(part, Expansion))])


def _escaped(data: bytes) -> str:
    text = "".join(chr(byte) if byte in _PLAIN else f"\\{byte:03o}" for byte in data)
    return foreign_text.without_commands(text, lambda character: f"\\{ord(character):03o}")


def body_words(request: Request, parts: Iterable[Part]) -> tuple[str, list[str]]:
    """The text before `curl`, and the options of curl for the body of a request; `parts` is the masked body."""
    if not request.body:
        return "", []
    words = [] if request.header("content-type") is not None else ["-H", "'Content-Type:'"]
    if len(request.body) > 1_000_000:
        words += ["-H", "'Expect:'"]
    if printable(request.body) is None or len(request.body) > _LONGEST_ARGUMENT:
        return f"printf {_octal(parts)} | ", [*words, "--data-binary", "@-"]
    return "", [*words, "--data-raw", word(parts)]


def merged(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The same parts without empty ones. Adjacent texts are joined; a variable before a letter or digit gets braces."""
    result: list[Part] = []
    for part in parts:
        last = result[-1] if result else ""
        if isinstance(part, str) and isinstance(last, str) and result:
            result[-1] = last + part
        elif isinstance(part, str) and isinstance(last, Expansion) and re.match(r"\w", part):
            result[-1:] = [Expansion(re.sub(r"^\$(\w+)$", r"${\1}", last.text)), part]
        elif part != "":
            result.append(part)
    return tuple(result)
