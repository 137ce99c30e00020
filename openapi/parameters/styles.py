"""Reads text in the styles of parameters (OpenAPI 3.0.3, "Style Values", after RFC 6570) as lists and objects of text.

A text can have several meanings, for example if a client encoded the separators of items: each function yields all
possible meanings, the likeliest first. The schema decides between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

Decode: TypeAlias = Callable[[str], str]

# The separators of items that are not exploded, encoded and decoded, for styles without a comma.
SEPARATORS: Final[Mapping[str, tuple[str, str]]] = {"spaceDelimited": ("%20", " "), "pipeDelimited": ("|", "|")}
COMMA: Final = (",", ",")


def scalars(style: str, name: str, text: str, decode: Decode) -> Iterator[str]:
    """The possible meanings of a single value; none if the text does not follow the style."""
    if style == "label":
        yield from [decode(text[1:])] if text.startswith(".") else ()
    elif style == "matrix":
        prefix, _, value = text.partition("=")
        yield from [decode(value)] if decode(prefix) == f";{name}" else ()
    else:
        yield decode(text)


def arrays(style: str, explode: bool, name: str, text: str, decode: Decode) -> Iterator[list[str]]:
    """The possible lists in one text."""
    if style == "label":
        if text.startswith("."):
            yield from _lists(text[1:], (".", "."), decode)
            # RFC 6570 section 3.2.5 uses a comma; the table of OpenAPI 3.0.3 uses a dot.
            yield from _lists(text[1:], COMMA, decode) if not explode and "," in decode(text) else ()
    elif style == "matrix" and explode:
        pairs = [part.partition("=") for part in text.split(";")]
        if pairs[0] == ("", "", "") and all(decode(key) == name for key, _, _ in pairs[1:]):
            yield [decode(value) for _, _, value in pairs[1:]]
    elif style == "matrix":
        prefix, _, value = text.partition("=")
        yield from _lists(value, COMMA, decode) if decode(prefix) == f";{name}" else ()
    else:
        yield from _lists(text, SEPARATORS.get(style, COMMA), decode)


def objects(style: str, explode: bool, name: str, text: str, decode: Decode) -> Iterator[dict[str, str]]:
    """The possible objects in one text: ``R,100,G,200``, or exploded ``R=100,G=200``."""
    if explode:
        prefix, separator = {"label": (".", "."), "matrix": (";", ";")}.get(style, ("", ","))
        if text.startswith(prefix):
            pairs = [part.partition("=") for part in text[len(prefix) :].split(separator) if part]
            yield from [{decode(key): decode(value) for key, _, value in pairs}] if all(p[1] for p in pairs) else ()
        return
    for parts in arrays(style, False, name, text, decode):
        if len(parts) % 2 == 0:
            yield dict(zip(parts[::2], parts[1::2], strict=True))


def _lists(text: str, separators: tuple[str, str], decode: Decode) -> Iterator[list[str]]:
    sent, plain = separators
    if sent == "%20":
        text = text.replace("+", sent)
    if not text:
        yield []
    if sent in text:
        yield [decode(item) for item in text.split(sent)]
        return
    # Most clients encode the separators in the same way as the items.
    whole = decode(text)
    if plain in whole:
        yield whole.split(plain)
    yield [whole]
