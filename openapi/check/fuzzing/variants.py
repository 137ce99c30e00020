"""Variants of a valid request: the same with one odd or wrong value."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from openapi.check.fuzzing.odd_values import HUGE, odd_texts, wrong_values
from openapi.contract import Operation, Parameter
from openapi.examples.generation import GenerationError
from openapi.examples.requests import GIVEN, RequestMaker, SampleRequest
from openapi.http.media_types import parse_media_type
from openapi.http.messages import values_of
from openapi.schemas import Direction, Schema
from openapi.validation.bodies import ContentReaders

# Variants of one parameter, and properties of a body that are varied.
_MOST_OF_ONE: Final = 5
_MOST_PROPERTIES: Final = 12


@dataclass(frozen=True)
class Variant:
    """A request with an odd or wrong value, or without a required one, at `where`; `what` describes it."""

    request: SampleRequest
    where: str
    what: str


def variants(operation: Operation, maker: RequestMaker, good: SampleRequest) -> Iterator[Variant]:
    """The variants of `good`, the valid request of an operation, one for each value; whether the contract allows them
    is for a validator to say."""
    for parameter in operation.parameters:
        where = f"{parameter.location} {parameter.name}"
        for value in islice(_values(parameter.schema, parameter), _MOST_OF_ONE):
            given = {GIVEN[parameter.location]: {parameter.name: value}}
            if (request := _made(maker, operation, given)) is not None:
                yield Variant(request, where, f"{where}: {shown(value)}")
    yield from _of_body(operation, maker, good)


def _of_body(operation: Operation, maker: RequestMaker, good: SampleRequest) -> Iterator[Variant]:
    """Variants of the properties of an object in JSON or in a form."""
    text = next(iter(values_of(good.headers, "content-type")), "")
    if operation.body is None or not good.body or not text:
        return
    media_type = parse_media_type(text)
    reader = ContentReaders(operation.body.contents, Direction.REQUEST).find(media_type)
    if reader is None or not reader.reads(media_type):
        return
    data, _ = reader.read(media_type, good.body)
    if not isinstance(data, dict):
        return
    for name, each, document in _documents(reader.content.schema, _as_text(data)):
        if (request := _made(maker, operation, {"body": document})) is not None:
            yield Variant(request, f"body {name}", each)


def _as_text(data: Any) -> Any:
    """Data with the content of files as text, so that other media types can express it too."""
    if isinstance(data, Mapping):
        return {name: _as_text(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_as_text(value) for value in data]
    return data.decode("latin-1") if isinstance(data, bytes) else data


def _documents(schema: Schema, data: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(property, description, data) of each variant of an object."""
    names = dict.fromkeys(name for part in schema.parts for name in part.properties)
    required = {name for part in schema.parts for name in part.required}
    for name in islice(names, _MOST_PROPERTIES):
        if name in required and name in data:
            yield name, f"body without {name}", {key: value for key, value in data.items() if key != name}
        if (found := schema.property(name)) is not None:
            for value in islice(_values(found, None), _MOST_OF_ONE):
                yield name, f"body {name}: {shown(value)}", {**data, name: value}


def _values(schema: Schema, parameter: Parameter | None) -> Iterable[Any]:
    types = schema.named_types
    if not types or "string" in types:
        in_path = parameter is not None and parameter.location == "path"
        # An escaped slash in a path is refused by many servers before they read the value.
        yield from (text.replace("/", "") if in_path else text for text in odd_texts(schema))
    if types & {"integer", "number"}:
        yield HUGE
    yield from wrong_values(schema)


def _made(maker: RequestMaker, operation: Operation, given: Mapping[str, Any]) -> SampleRequest | None:
    try:
        return maker.request(operation, given)
    except GenerationError:
        return None


def shown(value: object) -> str:
    """A value in a message: JSON, cut if it is long."""
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= 60 else f"{text[:50]}… ({len(text)} characters)"
