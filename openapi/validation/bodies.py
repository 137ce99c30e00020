"""Reads the bodies of requests and responses by media type, and validates them with the declared schema."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import unquote_plus

from openapi.contract import Content
from openapi.http.forms import FormField, read_urlencoded
from openapi.http.json import NumberOutOfRange, read_json
from openapi.http.media_types import MediaType, is_json, parse_media_type, ranges_of
from openapi.http.streams import is_stream, read_items
from openapi.http.xml import RefusedXML, UnknownEncoding, XMLElement, is_xml, read_xml
from openapi.parameters.coercion import Coercion
from openapi.parameters.nesting import Misfit, nested
from openapi.parameters.styles import arrays, objects
from openapi.schemas import Direction, Schema, SchemaValidator
from openapi.validation.violations import MISSING, Violation
from openapi.validation.xml import UnexpectedRoot, XMLData

_URLENCODED: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
_FORMS: Final = (_URLENCODED, _MULTIPART)
# A stream of events has no end, so only one whose items have a schema is validated.
_EVENTS: Final = "text/event-stream"


class Malformed(ValueError):
    """A body that is not valid in its media type; the text is the reason, a sentence without a capital and a full
    stop. If it `is_readable`, other readers may be able to read it."""

    def __init__(self, reason: str, *, is_readable: bool = False) -> None:
        super().__init__(reason)
        self.is_readable = is_readable


class ContentReader:
    """Reads bodies of one declared media type."""

    def __init__(self, content: Content, direction: Direction) -> None:
        self.content = content
        self._direction = direction
        self._prefix = "request-" if direction is Direction.REQUEST else ""
        self._validator = SchemaValidator(content.schema, direction)
        self._form = _Form(content)
        self._xml = XMLData(content.schema) if is_xml(parse_media_type(content.media_type).name) else None
        types = content.schema.named_types - {"null"}
        # For a binary format the schema is a string of octets ("Data Types").
        self._is_text = types <= {"string"} if direction is Direction.REQUEST else types == {"string"}

    def reads(self, media_type: MediaType) -> bool:
        """Whether a body of this media type can be validated. A schema describes data, and only a few media types can
        be read as data here."""
        name = media_type.name
        if is_json(name) or (is_stream(name) and self.content.is_sequence):
            return True
        if self._xml is not None and is_xml(name) and self._xml.is_described:
            return True
        if name.startswith("text/") and name != _EVENTS and self._is_text:
            return True
        return self._direction is Direction.REQUEST and name in (_URLENCODED, _MULTIPART)

    def read(self, media_type: MediaType, body: bytes) -> tuple[Any, list[Violation]]:
        """The data of a whole body and its violations; MISSING for a body that is not valid in its media type. A body
        that cannot be validated is returned unchanged."""
        if not self.reads(media_type):
            return body, list(self._malformed_xml(media_type, body))
        try:
            data = self._data(media_type, body)
        except UnknownEncoding:
            return body, []
        except UnexpectedRoot as error:
            return MISSING, [Violation(f"{self._prefix}body-schema", self.content.schema.pointer, str(error))]
        except Malformed as error:
            rule = f"{self._prefix}body-malformed"
            pointer = self.content.schema.pointer
            return MISSING, [Violation(rule, pointer, str(error), is_probable=error.is_readable)]
        judged = self._form.judged(data) if media_type.name == _MULTIPART else data
        if self._validator.is_valid(judged):
            return data, []
        rule = f"{self._prefix}body-schema"
        # An empty list and an absent one are the same in a form.
        is_empty = media_type.name in _FORMS and self._validator.is_valid(self._form.with_empty_lists(judged))
        return data, [
            Violation(rule, found.pointer, found.reason, found.where or "the body", is_empty, found.is_undecided)
            for found in self._validator.violations(judged)
        ]

    def _malformed_xml(self, media_type: MediaType, body: bytes) -> Iterator[Violation]:
        """The violation of a request that is not well-formed XML; its data is not judged."""
        if self._direction is Direction.REQUEST and is_xml(media_type.name):
            try:
                _xml(body)
            except UnknownEncoding:
                return
            except Malformed as error:
                yield Violation(f"{self._prefix}body-malformed", self.content.schema.pointer, str(error))

    def _data(self, media_type: MediaType, body: bytes) -> Any:
        name = media_type.name
        if is_json(name):
            return _json(body)
        if self._xml is not None and is_xml(name):
            return self._xml.read(_xml(body))
        if is_stream(name) and self.content.is_sequence:
            try:
                return read_items(name, body)
            except ValueError as error:
                raise Malformed(str(error)) from None
        if name == _URLENCODED:
            return self._form.data(read_urlencoded(body, media_type.charset))
        if name == _MULTIPART:
            # Imported here because few operations have such forms.
            from openapi.http.multipart import read_multipart

            try:
                return self._form.data(read_multipart(media_type, body))
            except ValueError as error:
                raise Malformed(f"the body is not multipart/form-data: {error}".rstrip(".")) from None
        if self._direction is Direction.RESPONSE:
            return body.decode(media_type.charset, "replace")
        try:
            return body.decode(media_type.charset)
        except UnicodeDecodeError:
            raise Malformed(f"the body is not text in {media_type.charset}") from None


class _Form:
    """Reads the fields of a form as data (sections "Media Type Object" and "Encoding Object")."""

    def __init__(self, content: Content) -> None:
        self._schema = content.schema
        self._coercion = Coercion(content.schema)
        self._names = frozenset(name for part in content.schema.parts for name in part.properties)
        self._joined = {name: encoding.style for name, encoding in content.encodings.items() if not encoding.explode}

    def with_empty_lists(self, data: Any) -> Any:
        """The data with an empty list for each property that is absent and may be a list."""
        lists = (name for name in self._names if _may_be_list(self._schema.property(name)))
        return {**{name: [] for name in lists}, **data} if isinstance(data, dict) else data

    def data(self, fields: Iterable[FormField]) -> Any:
        """An object with the types of the schema. Raises Malformed if names with brackets do not build an object."""
        try:
            return self._coercion(nested(self._items(fields), self._names))
        except Misfit as error:
            raise Malformed(f"the form cannot be read: {error}") from None

    def judged(self, data: Any) -> Any:
        """Data with a text in place of each file, because a schema describes files as strings. A file under `format:
        byte` is base64, which it need not be on the wire: there it is a file too (section "Media Type Object")."""
        if not isinstance(data, dict):
            return data
        return {name: _as_text(value, is_base64=self._is_base64(name)) for name, value in data.items()}

    def _is_base64(self, name: str) -> bool:
        schema = self._schema.property(name)
        return schema is not None and "byte" in (schema.format, schema.items.format if schema.items else "")

    def _items(self, fields: Iterable[FormField]) -> Iterator[tuple[str, Any]]:
        for field in fields:
            name, value = field.name, field.content
            if isinstance(value, bytes) and field.is_json and not self._is_text(name):
                value = value.decode("utf-8", "replace")
            # For multipart, `style` and `explode` are ignored (section "Encoding Object").
            joined = field.encoded is not None and name in self._joined
            yield name, self._split(name, field.encoded or "") if joined else value

    def _split(self, name: str, text: str) -> Any:
        """The list or object in one undecoded field, by its Encoding Object; else the text."""
        style, types = self._joined[name], self._types(name)
        if "array" in types:
            return next(arrays(style, False, name, text, unquote_plus))
        whole = unquote_plus(text)
        return next(objects(style, False, name, text, unquote_plus), whole) if "object" in types else whole

    def _is_text(self, name: str) -> bool:
        return "string" in self._types(name)

    def _types(self, name: str) -> frozenset[str]:
        schema = self._schema.property(name)
        return frozenset() if schema is None else schema.named_types


class ContentReaders:
    """The readers of all media types under a `content`, in the order of the document."""

    def __init__(self, contents: Iterable[Content], direction: Direction) -> None:
        self._declared = [
            (parse_media_type(content.media_type), ContentReader(content, direction)) for content in contents
        ]
        self.names = ", ".join(reader.content.media_type for _, reader in self._declared)

    def __bool__(self) -> bool:
        return bool(self._declared)

    @property
    def media_types(self) -> list[MediaType]:
        """The declared media types and ranges."""
        return [media_type for media_type, _ in self._declared]

    def find(self, media_type: MediaType) -> ContentReader | None:
        """The reader for a media type: the type itself comes before a range, and a declaration with the same parameters
        before one without them (section "Media Type Object")."""
        for name in ranges_of(media_type.name):
            named = [(declared, reader) for declared, reader in self._declared if declared.name == name]
            allowing = [pair for pair in named if pair[0].allows(media_type)]
            if allowing:
                common = media_type.parameters.items()
                return max(allowing, key=lambda pair: len(pair[0].parameters.items() & common))[1]
        return None


def _json(body: bytes) -> Any:
    if not body:
        raise Malformed("the body is empty")
    try:
        return read_json(body)
    except NumberOutOfRange as error:
        raise Malformed(f"the body cannot be read as JSON: {error}", is_readable=True) from None
    except ValueError as error:
        raise Malformed(f"the body is not valid JSON: {error}") from None


def _xml(body: bytes) -> XMLElement:
    try:
        return read_xml(body)
    except UnknownEncoding:
        raise
    except ValueError as error:
        raise Malformed(f"the body cannot be read as XML: {error}", is_readable=isinstance(error, RefusedXML)) from None


def _as_text(value: Any, *, is_base64: bool) -> Any:
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii") if is_base64 else value.decode("latin-1")
    if isinstance(value, dict):
        return {name: _as_text(inner, is_base64=is_base64) for name, inner in value.items()}
    return [_as_text(inner, is_base64=is_base64) for inner in value] if isinstance(value, list) else value


def _may_be_list(schema: Schema | None) -> bool:
    return schema is not None and "array" in schema.named_types
