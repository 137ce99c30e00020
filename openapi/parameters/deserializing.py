"""Deserializes parameters: the possible meanings of their text as data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias
from urllib.parse import unquote, unquote_plus

from openapi.contract import DeclaredHeader, Operation, Parameter
from openapi.http.json import read_json
from openapi.http.media_types import is_json, parse_media_type
from openapi.parameters.nesting import nested
from openapi.parameters.request_parts import RequestParts
from openapi.parameters.styles import Decode, arrays, objects, scalars
from openapi.schemas import Schema

_DECODE: Final[Mapping[str, Decode]] = {
    "path": unquote,
    "query": unquote_plus,
    "querystring": unquote,
    "header": str.strip,
    "cookie": str,
}
_FORM: Final = "application/x-www-form-urlencoded"

Texts: TypeAlias = Callable[[RequestParts], Sequence[str]]


class Deserializer(Protocol):
    """Reads one parameter. If `typed` is true, its results have the types of the data; otherwise they consist of
    text."""

    typed: bool

    def read(self, parts: RequestParts) -> list[Any] | None:
        """The possible meanings of the parameter, the likeliest first: [] if the text does not follow its style, None
        if the parameter is absent.

        Raises Misfit if names with brackets do not build an object, ValueError for content that cannot be read.
        """


def deserializer_of(operation: Operation, parameter: Parameter) -> Deserializer:
    """The deserializer of a parameter of `operation`."""
    if parameter.location == "querystring" and parse_media_type(parameter.media_type or "").name == _FORM:
        return FormDeserializer()
    if parameter.media_type is not None:
        return ContentDeserializer(parameter, operation.path)
    if parameter.style == "deepObject":
        return DeepDeserializer(parameter.name)
    is_query = parameter.location == "query"
    if is_query and parameter.explode and parameter.schema.named_types - {"null"} == {"object"}:
        return SpreadDeserializer(parameter, _names_of_others(operation, parameter))
    return StyleDeserializer(parameter, operation.path)


class StyleDeserializer:
    """A parameter that is one text in its style, or several texts with its name."""

    typed = False

    def __init__(self, parameter: Parameter, path: str) -> None:
        self._style, self._explode, self._name = parameter.style, parameter.explode, parameter.name
        self._texts, self._decode = _texts(parameter, path)
        self._is_repeated = self._explode and parameter.location == "query"
        self._is_header = parameter.location == "header"
        self._forms = _Forms(parameter.schema)

    def read(self, parts: RequestParts) -> list[Any] | None:
        """As in `Deserializer`."""
        texts = self._texts(parts)
        if not texts:
            return None
        if self._forms.is_array and self._is_repeated:
            several = [[self._decode(text) for text in texts]]
            if len(texts) > 1 and not self._forms.is_scalar:
                return several
            return [*several, *self._forms.single(self._style, self._explode, self._name, texts[-1], self._decode)]
        how = self._style, self._explode, self._name, texts[-1], self._decode
        return list(self._forms.meanings(*how, drops_empty=self._is_header))


class _Forms:
    """The forms of data that a schema allows; text is read as these only."""

    def __init__(self, schema: Schema) -> None:
        types = schema.named_types
        self.is_array = "array" in types
        self._is_object = "object" in types
        self.is_scalar = not types or bool(types - {"array", "object", "null"})
        self._is_nullable = "null" in types

    def meanings(
        self, style: str, explode: bool, name: str, text: str, decode: Decode, *, drops_empty: bool
    ) -> Iterator[Any]:
        """The possible meanings of one text; with `drops_empty`, empty elements of a list are ignored, as in headers
        (RFC 9110 section 5.6.1.2)."""
        if self.is_array:
            for items in arrays(style, explode, name, text, decode):
                yield [item for item in items if item] if drops_empty else items
        yield from self.single(style, explode, name, text, decode)

    def single(self, style: str, explode: bool, name: str, text: str, decode: Decode) -> Iterator[Any]:
        """The possible meanings of one text except lists."""
        if self._is_object:
            yield from objects(style, explode, name, text, decode)
        if self.is_scalar:
            yield from scalars(style, name, text, decode)
        elif self._is_nullable:
            yield from (scalar for scalar in scalars(style, name, text, decode) if scalar == "null")


def header_meanings(header: DeclaredHeader, value: str) -> list[Any]:
    """The possible meanings of the value of a response header, in the style `simple` (section "Header Object")."""
    forms = _Forms(header.schema)
    return list(forms.meanings("simple", header.explode, header.name, value, str.strip, drops_empty=True))


class DeepDeserializer:
    """An object with its properties in brackets after its name: ``color[R]=100`` (style `deepObject`)."""

    typed = False

    def __init__(self, name: str) -> None:
        self._name = name

    def read(self, parts: RequestParts) -> list[Any] | None:
        """As in `Deserializer`."""
        # The name is replaced by `p`, because it can contain brackets itself.
        fields = [
            (f"p{name[len(self._name) :]}", unquote_plus(value))
            for name, values in parts.query.items()
            if name == self._name or name.startswith(f"{self._name}[")
            for value in values
        ]
        found = nested(fields)
        return [found["p"]] if "p" in found else None


class SpreadDeserializer:
    """An object whose properties are fields of the query under their own names (style `form`, exploded).

    If its schema allows additional properties, every name that is not in `others` is a property.
    """

    typed = False

    def __init__(self, parameter: Parameter, others: Iterable[str]) -> None:
        self._name = parameter.name
        self._properties = frozenset(name for part in parameter.schema.parts for name in part.properties)
        self._is_open = all(part.additional_properties is not False for part in parameter.schema.parts)
        self._others = frozenset(others)

    def read(self, parts: RequestParts) -> list[Any] | None:
        """As in `Deserializer`."""
        if self._name in parts.query and self._name not in self._properties:
            return [unquote_plus(parts.query[self._name][-1])]
        found = nested(_fields(parts.query, self._has))
        # An object without properties looks like an absent one.
        return [found] if found else None

    def _has(self, name: str) -> bool:
        return name in self._properties or (self._is_open and name not in self._others)


class FormDeserializer:
    """The whole query string as a form (OpenAPI 3.2.0 section "Parameter Locations", `querystring`)."""

    typed = False

    def read(self, parts: RequestParts) -> list[Any] | None:
        """As in `Deserializer`."""
        found = nested(_fields(parts.query, lambda name: True))
        return [found] if found else None


class ContentDeserializer:
    """A parameter with `content`: JSON is read as data, any other media type as text."""

    def __init__(self, parameter: Parameter, path: str) -> None:
        self.typed = is_json(parse_media_type(parameter.media_type or "").name)
        self._texts, self._decode = _texts(parameter, path)

    def read(self, parts: RequestParts) -> list[Any] | None:
        """As in `Deserializer`."""
        texts = self._texts(parts)
        return [content_of(self._decode(texts[-1]), typed=self.typed)] if texts else None


def content_of(text: str, *, typed: bool) -> Any:
    """The data of a JSON text if `typed`, else the text. Raises ValueError if it is not valid JSON."""
    if not typed:
        return text
    try:
        return read_json(text.encode("utf-8", "surrogatepass"))
    except ValueError as error:
        raise ValueError(f"the value is not valid JSON: {error}") from None


def _texts(parameter: Parameter, path: str) -> tuple[Texts, Decode]:
    """The function that finds the texts of a parameter in a request, and the one that decodes them."""
    location, name = parameter.location, parameter.name
    if location != "path":
        return lambda parts: parts.texts(location, name), _DECODE[location]
    segments = path.split("/")
    whole = f"{{{name}}}"
    if whole not in segments:
        # The router has decoded the value of a parameter that is only a part of its segment.
        return lambda parts: [parts.path_values[name]] if name in parts.path_values else (), str
    position = segments.index(whole) - len(segments)
    return lambda parts: [parts.segment(position)], _DECODE[location]


def _fields(query: Mapping[str, Sequence[str]], is_wanted: Callable[[str], bool]) -> list[tuple[str, str]]:
    """The decoded fields of a query whose names, without any brackets after them, satisfy `is_wanted`."""
    return [
        (name, unquote_plus(value))
        for name, values in query.items()
        if is_wanted(name.partition("[")[0])
        for value in values
    ]


def _names_of_others(operation: Operation, parameter: Parameter) -> Iterator[str]:
    """The names of query fields that belong to other parameters or to credentials."""
    for other in operation.parameters:
        if other.location == "query" and other is not parameter:
            yield other.name
    for requirement in operation.security:
        yield from (scheme.key for scheme in requirement if scheme.location == "query")
