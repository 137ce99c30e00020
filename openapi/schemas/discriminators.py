"""The schemas that the values of a discriminator select (section "Discriminator Object")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from openapi.documents.document import Document
from openapi.documents.pointer import pointer_to, steps_of
from openapi.schemas.circular import extends
from openapi.schemas.schema import Schema

_SCHEMAS: Final = "/components/schemas"


@dataclass(frozen=True)
class DiscriminatedSchema:
    """The schema at `pointer`, which an object must satisfy if the discriminating property has one of `values`."""

    values: tuple[str, ...]
    pointer: str

    @property
    def name(self) -> str:
        """The name of the schema."""
        return steps_of(self.pointer)[-1]


def selections_of(document: Document, schema: Mapping[str, Any]) -> list[DiscriminatedSchema]:
    """The selections of a Schema Object with a discriminator: those of its mapping, and the names of the schemas that
    are its alternatives or, if it has none, that extend it with `allOf`. A value that names no schema selects none."""
    written = schema["discriminator"].get("mapping")
    mapping = {value: _target(target) for value, target in written.items()} if isinstance(written, Mapping) else {}
    values: dict[str, list[str]] = {}
    for value, pointer in mapping.items():
        values.setdefault(pointer, []).append(value)
    for pointer in _implicit(document, schema):
        name = steps_of(pointer)[-1]
        if name not in mapping:
            values.setdefault(pointer, [name])
    return [
        DiscriminatedSchema(tuple(names), pointer) for pointer, names in values.items() if _is_schema(document, pointer)
    ]


def selected_by(schema: Schema) -> list[tuple[Schema, tuple[str, ...]]]:
    """The schemas that the discriminator of a schema selects, each with the values for it; [] without a
    discriminator."""
    document, written = schema.document, schema.resolved
    found = selections_of(document, written) if schema.discriminator is not None else []
    return [(Schema(document, {"$ref": f"#{each.pointer}"}, each.pointer), each.values) for each in found]


def _target(written: str) -> str:
    return written.removeprefix("#") if "#" in written else _SCHEMAS + pointer_to(written)


def _implicit(document: Document, schema: Mapping[str, Any]) -> Iterator[str]:
    alternatives = [*schema.get("oneOf", ()), *schema.get("anyOf", ())]
    if alternatives:
        references = (each.get("$ref") for each in alternatives if isinstance(each, Mapping))
        yield from (reference.removeprefix("#") for reference in references if isinstance(reference, str))
        return
    schemas: Mapping[str, Any] = document.root.get("components", {}).get("schemas", {})
    for name, candidate in schemas.items():
        if extends(document, candidate, schema, set()):
            yield _SCHEMAS + pointer_to(name)


def _is_schema(document: Document, pointer: str) -> bool:
    try:
        return isinstance(document.at(pointer), Mapping)
    except LookupError:
        return False
