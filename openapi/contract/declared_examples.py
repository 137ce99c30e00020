"""Finds all examples that a document declares, with their schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from openapi.contract.parts import examples_of_object
from openapi.documents.document import Document
from openapi.documents.pointer import join_pointer
from openapi.schemas.schema import Schema

_DATA: Final = ("example", "examples", "default", "enum")
_NAMED: Final = ("properties", "schemas", "responses", "parameters", "headers", "requestBodies", "content", "callbacks")


class DeclaredExample(NamedTuple):
    """An example of `schema`: the value at `pointer`."""

    pointer: str
    value: Any
    schema: Schema


def declared_examples(document: Document) -> Iterator[DeclaredExample]:
    """The examples of schemas, and of media types, parameters and headers that have a `schema`, in the order of the
    document."""
    for holder, path, kind in _holders(document.root, (), "other"):
        pointer = join_pointer(path)
        if kind == "schema":
            yield DeclaredExample(f"{pointer}/example", holder["example"], Schema(document, holder, pointer))
            continue
        schema = Schema(document, holder["schema"], f"{pointer}/schema")
        for example in examples_of_object(document, holder, pointer):
            yield DeclaredExample(example.pointer, example.value, schema)


def _holders(value: Any, path: tuple[str | int, ...], kind: str) -> Iterator[tuple[Any, tuple[str | int, ...], str]]:
    """The objects that contain examples, with their paths: schemas, and objects with a `schema` next to the
    examples."""
    if isinstance(value, list):
        for index, child in enumerate(value):
            yield from _holders(child, (*path, index), kind)
    if not isinstance(value, Mapping):
        return
    if kind == "schema" and "example" in value:
        yield value, path, kind
    if kind == "other" and isinstance(value.get("schema"), Mapping) and ("example" in value or "examples" in value):
        yield value, path, kind
    for key, child in value.items():
        if kind == "names":
            yield from _holders(child, (*path, key), "schema" if path[-1] in ("properties", "schemas") else "other")
        elif key not in _DATA and not key.startswith("x-"):
            inner = "names" if key in _NAMED and isinstance(child, Mapping) else "schema" if key == "schema" else kind
            yield from _holders(child, (*path, key), inner)
