"""The examples that a contract declares (sections "Media Type Object", "Example Object" and "Schema Object")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openapi.contract import Content, DeclaredHeader, Example, Parameter
from openapi.examples.composed import NOTHING, composed
from openapi.schemas import Direction, Schema, SchemaValidator


def examples_of(
    holder: Content | Parameter | DeclaredHeader, direction: Direction = Direction.RESPONSE
) -> tuple[Example, ...]:
    """The named `examples`, then the `example` beside them, then that of the schema, as they are declared.

    For a schema without an example, the examples of its properties are composed, if all of them have one.
    """
    return (*holder.examples, *schema_examples(holder.schema, direction))


def schema_examples(schema: Schema, direction: Direction = Direction.RESPONSE) -> tuple[Example, ...]:
    """The example of a schema, or the one composed of its parts; at most one."""
    if schema.examples:
        return (Example("", schema.examples[0], schema.origin + schema.example_pointer),)
    value = composed(schema, direction)
    if value is NOTHING or not SchemaValidator(schema, direction).is_valid(value):
        return ()
    return (Example("", value, schema.origin),)


def valid_examples(holder: Content | Parameter | DeclaredHeader, direction: Direction) -> Iterator[Any]:
    """The values of the declared examples that keep their schema, without the properties that do not travel in this
    direction."""
    validator = SchemaValidator(holder.schema, direction)
    for example in examples_of(holder, direction):
        value = travelling(holder.schema, example.value, direction)
        if validator.is_valid(value):
            yield value


def travelling(schema: Schema, value: Any, direction: Direction) -> Any:
    """`value` without the properties that do not travel in a direction (section "Schema Object", `readOnly` and
    `writeOnly`)."""
    if isinstance(value, list):
        items = next((part.items for part in schema.parts if part.items is not None), None)
        return value if items is None else [travelling(items, item, direction) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, inner in value.items():
        declared = schema.property(name)
        if declared is None:
            kept[name] = inner
        elif declared.get(direction.value) is not True:
            kept[name] = travelling(declared, inner, direction)
    return kept
