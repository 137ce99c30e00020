"""Request bodies for operations, made only from the contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from openapi.contract import Content, Operation, RequestBody
from openapi.examples.declared import valid_examples
from openapi.examples.encoding import encode, sample_file
from openapi.examples.forms import BOUNDARY, multipart, urlencoded, without_empty
from openapi.examples.generation import GenerationError, Generator
from openapi.http.json import write_json
from openapi.http.media_types import is_json, parse_media_type
from openapi.schemas import Direction, SchemaValidator

_JSON: Final = "application/json"
_URLENCODED: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
# Ranges of media types -> the media type that is sent.
_OF_RANGES: Final = {"*/*": _JSON, "application/*": _JSON, "text/*": "text/plain", "image/*": "image/png"}
# Attempts to generate data that can be sent.
_ATTEMPTS: Final = 8


class SampleBody(NamedTuple):
    """The bytes of a body and its Content-Type; both are empty without a body."""

    content: bytes = b""
    content_type: str = ""


class RequestBodies:
    """Bodies that keep their schema, of data from `generator`."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator

    def made(self, operation: Operation, *, may_be_left_out: bool) -> SampleBody:
        """The body of an operation in the media type that says it best, JSON where there is a choice.

        One that is not required is left out where it `may_be_left_out` or cannot be made; GenerationError when one that
        is required cannot be made.
        """
        body = operation.body
        if body is None or (may_be_left_out and not body.required):
            return SampleBody()
        failure: GenerationError | None = None
        for content in _by_preference(body):
            try:
                return self._made(content)
            except GenerationError as error:
                failure = failure or error
        if failure is not None and body.required:
            raise failure
        return SampleBody()

    def given(self, operation: Operation, value: Any) -> SampleBody:
        """A body of this data, in the media type of the operation."""
        content = next(iter(_by_preference(operation.body)), None) if operation.body is not None else None
        if content is None or is_json(_name(content)):
            return SampleBody(write_json(value), _JSON)
        return _encoded(content, value)

    def _made(self, content: Content) -> SampleBody:
        name, place = _name(content), content.schema.document.as_written(content.pointer)
        is_form = name in (_URLENCODED, _MULTIPART)
        if not is_form and (file := sample_file(name, content.schema)) is not None:
            return SampleBody(file, name)
        if not (is_form or _has_form(name) or content.schema.type in (None, "string")):
            raise GenerationError(place, f"no body can be generated for {content.media_type}")
        validator = SchemaValidator(content.schema, Direction.REQUEST)
        for value in self._candidates(content):
            if not is_form:
                if is_json(name) or _has_form(name) or isinstance(value, str):
                    return _encoded(content, value)
            elif isinstance(value, dict) and validator.is_valid(sent := without_empty(value)):
                return _encoded(content, sent)
        what = "a form cannot express an empty list or object" if is_form else "no text was found"
        raise GenerationError(place, what)

    def _candidates(self, content: Content) -> Iterator[Any]:
        yield from valid_examples(content, Direction.REQUEST)
        for minimal in (True, False):
            for key in ("", *map(str, range(_ATTEMPTS))):
                yield self._generator.value(content.schema, key=key, direction=Direction.REQUEST, minimal=minimal)


def _encoded(content: Content, value: Any) -> SampleBody:
    name = _name(content)
    if name == _URLENCODED and isinstance(value, dict):
        return SampleBody(urlencoded(content, value), name)
    if name == _MULTIPART and isinstance(value, dict):
        return SampleBody(multipart(content, value), f"{name}; boundary={BOUNDARY}")
    content_type = name if "*" in content.media_type else content.media_type
    return SampleBody(encode(value, content_type, content.schema), content_type)


def _by_preference(body: RequestBody) -> list[Content]:
    """JSON, then forms, text, and whatever else is declared."""

    def rank(content: Content) -> int:
        name = _name(content)
        return [
            name == _JSON,
            is_json(name),
            name == _URLENCODED,
            name == _MULTIPART,
            name.startswith("text/"),
            True,
        ].index(True)

    return sorted(body.contents, key=rank)


def _name(content: Content) -> str:
    """The media type that is sent, without parameters."""
    name = parse_media_type(content.media_type).name
    return _OF_RANGES.get(name, name.replace("*", "octet-stream"))


def _has_form(name: str) -> bool:
    """Whether data of any type has a form in a media type."""
    return is_json(name) or name.endswith(("/xml", "+xml", "/csv")) or name.endswith(("ndjson", "jsonl", "json-seq"))
