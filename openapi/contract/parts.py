"""The parts of operations: parameters, bodies, responses and headers, with references and defaults resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal, TypeAlias, cast

from openapi.contract.links import Link, links_of
from openapi.documents.document import Document
from openapi.documents.external_values import external_value
from openapi.documents.pointer import join_pointer, pointer_to
from openapi.schemas.schema import Schema

Location: TypeAlias = Literal["path", "query", "querystring", "header", "cookie"]

# Section "Parameter Object", `style`: the default of each location, and the other styles that it allows.
_USUAL: Final[Mapping[Location, str]] = {
    "path": "simple",
    "query": "form",
    "querystring": "form",
    "header": "simple",
    "cookie": "form",
}
_STYLES: Final[Mapping[Location, tuple[str, ...]]] = {
    "path": ("label", "matrix"),
    "query": ("spaceDelimited", "pipeDelimited", "deepObject"),
}


@dataclass(frozen=True)
class Example:
    """An example; `name` is empty if it has no name, `pointer` is the JSON pointer of its value in the document."""

    name: str
    value: Any
    pointer: str


@dataclass(frozen=True, eq=False)
class Content:
    """A Media Type Object under its key `media_type`, a media type or a range of them.

    `pointer` leads to it from the operation, `origin` is its JSON pointer after references are followed. A body of
    items with a schema each `is_sequence` (3.2.0 section "Sequential Media Types"); its `schema` is that of their list.
    """

    media_type: str
    schema: Schema
    examples: tuple[Example, ...]
    encodings: Mapping[str, Encoding]
    pointer: str
    origin: str
    is_sequence: bool = False


@dataclass(frozen=True, eq=False)
class Encoding:
    """An Encoding Object: how one property of a form is sent. `content_type` is None if the default applies."""

    content_type: str | None
    style: str
    explode: bool


@dataclass(frozen=True, eq=False)
class Parameter:
    """A Parameter Object. A style that its location does not allow is replaced by the default style.

    `media_type` is the key of its `content`, None if it has a `schema` instead; `pointer` is the JSON pointer of its
    declaration.
    """

    name: str
    location: Location
    required: bool
    style: str
    explode: bool
    allows_empty: bool
    media_type: str | None
    schema: Schema
    examples: tuple[Example, ...]
    pointer: str

    @property
    def default(self) -> Any:
        """The `default` of the schema, which replaces an absent parameter. Raises LookupError if there is none."""
        return self.schema.resolved["default"]

    @property
    def has_default(self) -> bool:
        """Whether the schema has a `default`."""
        return "default" in self.schema


@dataclass(frozen=True, eq=False)
class DeclaredHeader:
    """A Header Object under its name. `media_type` as in `Parameter`."""

    name: str
    required: bool
    explode: bool
    media_type: str | None
    schema: Schema
    examples: tuple[Example, ...]
    pointer: str


@dataclass(frozen=True, eq=False)
class RequestBody:
    """A Request Body Object."""

    required: bool
    contents: tuple[Content, ...]
    pointer: str


@dataclass(frozen=True, eq=False)
class DeclaredResponse:
    """A Response Object under its `key`: a status, a range such as ``4XX``, or ``default``."""

    key: str
    description: str
    pointer: str
    _document: Document = field(repr=False)
    _definition: Mapping[str, Any] = field(repr=False)
    _origin: str = field(repr=False)

    @cached_property
    def contents(self) -> tuple[Content, ...]:
        """Its media types, in the order of the document."""
        return tuple(_contents(self._document, self._definition, self.pointer, self._origin))

    @cached_property
    def headers(self) -> tuple[DeclaredHeader, ...]:
        """Its headers without Content-Type, which the media types describe (section "Response Object")."""
        headers: Mapping[str, Any] = self._definition.get("headers", {})
        return tuple(
            _header(self._document, name, header, self.pointer + pointer_to("headers", name))
            for name, header in headers.items()
            if name.lower() != "content-type"
        )

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Its links to other operations of the document."""
        return tuple(links_of(self._document, self._definition))

    def example_names(self) -> list[str]:
        """The names of the examples of all its media types, without duplicates."""
        # Reads the document directly: the contents of every response would be slow to create only for their names.
        contents: Mapping[str, Mapping[str, Any]] = self._definition.get("content", {})
        examples = (
            example for content in contents.values() for example in examples_of_object(self._document, content, "")
        )
        return list(dict.fromkeys(example.name for example in examples if example.name))


def parameter_of(document: Document, written: Mapping[str, Any], pointer: str) -> Parameter:
    """The parameter that `document` has at `pointer`."""
    definition, origin = document.follow(written, pointer)
    location = cast(Location, definition["in"])
    style = definition.get("style", "")
    style = style if style in _STYLES.get(location, ()) else _USUAL[location]
    media_type, schema, examples = _described(document, definition, pointer, origin)
    return Parameter(
        name=definition["name"],
        location=location,
        required=definition.get("required") is True,
        style=style,
        explode=definition.get("explode", style == "form"),
        allows_empty=location == "query" and definition.get("allowEmptyValue") is True,
        media_type=media_type,
        schema=schema,
        examples=examples,
        pointer=pointer,
    )


def undeclared_parameter(document: Document, location: Location, name: str) -> Parameter:
    """A parameter that no operation declares: it has any type and the default style of its location."""
    return parameter_of(document, {"in": location, "name": name}, "")


def request_body_of(document: Document, written: Mapping[str, Any], pointer: str) -> RequestBody:
    """The request body that `document` has at `pointer`."""
    definition, origin = document.follow(written, pointer)
    required = definition.get("required") is True
    return RequestBody(required, tuple(_contents(document, definition, pointer, origin)), pointer)


def response_of(document: Document, key: str, written: Mapping[str, Any], pointer: str) -> DeclaredResponse:
    """The response that `document` has under `key` at `pointer`."""
    definition, origin = document.follow(written, pointer)
    return DeclaredResponse(key, str(definition.get("description", "")), pointer, document, definition, origin)


def _header(document: Document, name: str, written: Mapping[str, Any], pointer: str) -> DeclaredHeader:
    definition, origin = document.follow(written, pointer)
    media_type, schema, examples = _described(document, definition, pointer, origin)
    required, explode = definition.get("required") is True, definition.get("explode") is True
    return DeclaredHeader(name, required, explode, media_type, schema, examples, pointer)


def _described(
    document: Document, definition: Mapping[str, Any], pointer: str, origin: str
) -> tuple[str | None, Schema, tuple[Example, ...]]:
    """The media type, schema and examples of a Parameter or Header Object, or those of its single `content`."""
    for content in _contents(document, definition, pointer, origin):
        return content.media_type, content.schema, content.examples
    return (
        None,
        _schema(document, definition, pointer + "/schema"),
        tuple(examples_of_object(document, definition, origin)),
    )


def _contents(document: Document, holder: Mapping[str, Any], pointer: str, origin: str) -> Iterator[Content]:
    contents: Mapping[str, Any] = holder.get("content", {})
    for media_type, written in contents.items():
        steps = pointer_to("content", media_type)
        # Only OpenAPI 3.2 allows a reference here.
        definition, where = document.follow(written, origin + steps)
        is_sequence = "itemSchema" in definition
        yield Content(
            media_type,
            _sequence(document, where) if is_sequence else _schema(document, definition, f"{pointer}{steps}/schema"),
            tuple(examples_of_object(document, definition, where)),
            {name: _encoding(encoding) for name, encoding in definition.get("encoding", {}).items()},
            pointer + steps,
            where,
            is_sequence,
        )


def _schema(document: Document, definition: Mapping[str, Any], pointer: str) -> Schema:
    return Schema(document, definition.get("schema", {}), pointer)


def _sequence(document: Document, origin: str) -> Schema:
    pointer = f"{origin}/itemSchema"
    return Schema(document, {"type": "array", "items": {"$ref": f"#{pointer}"}}, pointer)


def _encoding(definition: Mapping[str, Any]) -> Encoding:
    style = definition.get("style", "form")
    return Encoding(definition.get("contentType"), style, definition.get("explode", style == "form"))


def examples_of_object(document: Document, holder: Mapping[str, Any], origin: str) -> Iterator[Example]:
    """The named `examples` and then the `example` of a Media Type, Parameter or Header Object. The
    `externalValue` of an example is read from a local file, and left out if it would have to be downloaded."""
    examples = holder.get("examples")
    for name, written in examples.items() if isinstance(examples, Mapping) else ():
        example, where = document.follow(written, origin + join_pointer(("examples", name)))
        # OpenAPI 3.2 has the data of an example under another name.
        key = next((key for key in ("value", "dataValue") if isinstance(example, Mapping) and key in example), None)
        if key is not None:
            yield Example(name, example[key], f"{where}/{key}")
        elif isinstance(example, Mapping) and isinstance(reference := example.get("externalValue"), str):
            with suppress(LookupError):
                yield Example(name, external_value(document, reference), f"{where}/externalValue")
    if "example" in holder:
        yield Example("", holder["example"], f"{origin}/example")
