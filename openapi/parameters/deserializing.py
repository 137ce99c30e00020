"""Where a parameter stands in a request, and what may be meant by what came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias
from urllib.parse import unquote, unquote_plus

import orjson

from openapi.http.media_types import is_json, parse_media_type
from openapi.parameters.nesting import nested
from openapi.parameters.request_parts import Sent
from openapi.parameters.styles import Decode, arrays, objects, scalars

# What each place has when no style is named, and which others it may have (section "Parameter Object").
_USUAL: Final = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
_STYLES: Final = {"path": ("label", "matrix"), "query": ("spaceDelimited", "pipeDelimited", "deepObject")}
_DECODE: Final[Mapping[str, Decode]] = {"path": unquote, "query": unquote_plus, "header": str.strip, "cookie": str}

Texts: TypeAlias = Callable[[Sent], Sequence[str]]


class Reader(Protocol):
    """Reads one parameter. What it gives is `typed` where it has the types of the data, and text where it has not."""

    typed: bool

    def read(self, sent: Sent) -> list[Any] | None:
        """What it may be, the likeliest first, nothing when the text is not in its form; None when nothing came.

        ValueError says what keeps it from being read.
        """


def style_of(definition: Mapping[str, Any]) -> tuple[str, bool]:
    """The style of a parameter and whether it explodes; a style that its place does not have is the usual one."""
    place, style = definition["in"], definition.get("style", "")
    style = style if style in _STYLES.get(place, ()) else _USUAL[place]
    return style, definition.get("explode", style == "form")


class TextReader:
    """A parameter that is one text, or several of its own name; `kinds` are the types that its schema names."""

    typed = False

    def __init__(self, definition: Mapping[str, Any], kinds: set[str], path: str) -> None:
        self._style, self._explode = style_of(definition)
        self._name: str = definition["name"]
        self._texts, self._decode = _texts(definition, path)
        self._is_repeated = self._explode and definition["in"] == "query"
        self._is_header = definition["in"] == "header"
        self._is_list = "array" in kinds
        self._is_object = "object" in kinds
        self._is_scalar = not kinds or bool(kinds - {"array", "object"})

    def read(self, sent: Sent) -> list[Any] | None:
        """As `Reader` has it."""
        texts = self._texts(sent)
        return list(self._meanings(texts)) if texts else None

    def _meanings(self, texts: Sequence[str]) -> Iterator[Any]:
        how = self._style, self._explode, self._name, texts[-1], self._decode
        if self._is_list and self._is_repeated:
            yield [self._decode(text) for text in texts]
        elif self._is_list:
            # Empty elements of a header do not count (RFC 9110 section 5.6.1.2).
            lists = arrays(*how)
            yield from ([item for item in items if item] for items in lists) if self._is_header else lists
        if self._is_object:
            yield from objects(*how)
        if self._is_scalar:
            yield from scalars(self._style, self._name, texts[-1], self._decode)


class DeepReader:
    """An object whose properties stand in brackets behind its name: ``color[R]=100`` (style `deepObject`)."""

    typed = False

    def __init__(self, name: str) -> None:
        self._name = name

    def read(self, sent: Sent) -> list[Any] | None:
        """As `Reader` has it."""
        fields = _fields(sent.query, lambda name: name == self._name)
        return [nested(fields)[self._name]] if fields else None


class SpreadReader:
    """An object whose properties stand in the query by their own names (style `form`, exploded).

    Where it is `open`, every name is a property that is not among those of `others`.
    """

    typed = False

    def __init__(self, name: str, properties: Iterable[str], others: Iterable[str], *, is_open: bool) -> None:
        self._name = name
        self._properties = frozenset(properties)
        self._others = frozenset(others)
        self._is_open = is_open

    def read(self, sent: Sent) -> list[Any] | None:
        """As `Reader` has it."""
        if self._name in sent.query and self._name not in self._properties:
            return [unquote_plus(sent.query[self._name][-1])]
        found = nested(_fields(sent.query, self._has))
        # Nothing is also what an object without properties looks like.
        return [found] if found else None

    def _has(self, name: str) -> bool:
        return name in self._properties or (self._is_open and name not in self._others)


class ContentReader:
    """A parameter with `content`: JSON becomes data, any other media type is handed over as text."""

    def __init__(self, definition: Mapping[str, Any], media_type: str, path: str) -> None:
        self.typed = is_json(parse_media_type(media_type).name)
        self._texts, self._decode = _texts(definition, path)

    def read(self, sent: Sent) -> list[Any] | None:
        """As `Reader` has it."""
        texts = self._texts(sent)
        if not texts:
            return None
        text = self._decode(texts[-1])
        try:
            return [orjson.loads(text) if self.typed else text]
        except orjson.JSONDecodeError as error:
            raise ValueError(f"the value is not valid JSON: {error}") from None


def _texts(definition: Mapping[str, Any], path: str) -> tuple[Texts, Decode]:
    """Where the texts of a parameter come from, and how they are decoded."""
    place, name = definition["in"], definition["name"]
    if place != "path":
        return lambda sent: sent.texts(place, name), _DECODE[place]
    segments = path.split("/")
    whole = f"{{{name}}}"
    if whole not in segments:
        # Beside something else in its segment it comes decoded.
        return lambda sent: [sent.path[name]] if name in sent.path else (), str
    position = segments.index(whole) - len(segments)
    return lambda sent: [sent.segment(position)], _DECODE[place]


def _fields(query: Mapping[str, Sequence[str]], is_wanted: Callable[[str], bool]) -> list[tuple[str, str]]:
    """The fields of a query whose names, without what stands in brackets behind them, are wanted; decoded."""
    return [
        (name, unquote_plus(value))
        for name, values in query.items()
        if is_wanted(name.partition("[")[0])
        for value in values
    ]
