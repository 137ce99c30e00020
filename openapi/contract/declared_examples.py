"""Finds all examples that a document declares, with their schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from openapi.contract.parts import examples_of_object
from openapi.documents.document import Document
from openapi.documents.pointer import join_pointer
from openapi.documents.references import Steps
from openapi.documents.subschemas import objects_of, subschemas
from openapi.schemas.schema import Schema


class DeclaredExample(NamedTuple):
    """An example of `schema`: the value at `pointer`."""

    pointer: str
    value: Any
    schema: Schema


def declared_examples(document: Document) -> Iterator[DeclaredExample]:
    """The examples of schemas, and of media types, parameters and headers that have a `schema`, in the order of the
    document."""
    for place in objects_of(document.root):
        if place.is_schema:
            yield from _of_schema(document, place.value, place.path)
        elif isinstance(place.value.get("schema"), Mapping):
            pointer = join_pointer(place.path)
            schema = Schema(document, place.value["schema"], f"{pointer}/schema")
            for example in examples_of_object(document, place.value, pointer):
                yield DeclaredExample(example.pointer, example.value, schema)


def _of_schema(document: Document, schema: Mapping[str, Any], path: Steps) -> Iterator[DeclaredExample]:
    pointer = join_pointer(path)
    several = schema.get("examples")
    if "example" in schema:
        yield DeclaredExample(f"{pointer}/example", schema["example"], Schema(document, schema, pointer))
    for index, value in enumerate(several if isinstance(several, list) else ()):
        yield DeclaredExample(f"{pointer}/examples/{index}", value, Schema(document, schema, pointer))
    for inner, steps in subschemas(schema):
        if isinstance(inner, Mapping):
            yield from _of_schema(document, inner, (*path, *steps))
