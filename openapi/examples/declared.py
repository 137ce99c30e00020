"""The examples that a contract carries itself (sections "Media Type Object", "Example Object" and "Schema Object")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openapi.contract import Contract
from openapi.documents.pointer import join_pointer
from openapi.examples.composed import NOTHING, composed
from openapi.schemas import Direction, schema_validator


@dataclass(frozen=True)
class Example:
    """An example; `name` is empty for one that has none, `pointer` leads to its value in the document."""

    name: str
    value: Any
    pointer: str


def examples_of(contract: Contract, media_type_object: Mapping[str, Any], pointer: str) -> tuple[Example, ...]:
    """What may be sent as it stands: the named `examples`, then the `example` beside them, then that of the schema.

    `pointer` is where the Media Type Object stands; it may be a Parameter or Header Object as well. An example with an
    `externalValue` is none: it would have to be fetched. A schema without an example is answered by those of its
    properties, when all of them have one.
    """
    found = list(_named(contract, media_type_object, pointer))
    if "example" in media_type_object:
        found.append(Example("", media_type_object["example"], f"{pointer}/example"))
    if isinstance(schema := media_type_object.get("schema"), Mapping):
        found += schema_examples(contract, schema, f"{pointer}/schema")
    return tuple(found)


def schema_examples(contract: Contract, schema: Mapping[str, Any], pointer: str) -> tuple[Example, ...]:
    """The example of a schema that stands at `pointer`, or the one that its parts make together; at most one."""
    schema, pointer = follow(contract, schema, pointer)
    if "example" in schema:
        return (Example("", schema["example"], f"{pointer}/example"),)
    value = composed(contract, schema)
    if value is NOTHING or not schema_validator(contract, schema, pointer, Direction.RESPONSE).is_valid(value):
        return ()
    return (Example("", value, pointer),)


def follow(contract: Contract, value: Mapping[str, Any], pointer: str) -> tuple[Mapping[str, Any], str]:
    """What a Reference Object at `pointer` leads to, and where that stands; anything else stays as it is."""
    while isinstance(reference := value.get("$ref"), str):
        pointer = reference.removeprefix("#")
        target = contract.resolve({"$ref": reference})
        value = target if isinstance(target, Mapping) else {}
    return value, pointer


def _named(contract: Contract, holder: Mapping[str, Any], pointer: str) -> Iterator[Example]:
    examples = holder.get("examples")
    if not isinstance(examples, Mapping):
        return
    for name, example in examples.items():
        if isinstance(example, Mapping):
            example, where = follow(contract, example, pointer + join_pointer(("examples", name)))
            if "value" in example:
                yield Example(name, example["value"], f"{where}/value")
