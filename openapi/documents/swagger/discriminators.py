"""Discriminators of Swagger 2.0, which are the name of a property, as Discriminator Objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from openapi.documents.pointer import pointer_to, steps_of
from openapi.documents.swagger.context import Context, local_pointer

# Extensions that give the value of the property for a definition, other than its name.
_VALUES: Final = ("x-discriminator-value", "x-ms-discriminator-value")


def convert_discriminator(context: Context, written: Any, pointer: str) -> dict[str, Any] | None:
    """The Discriminator Object of the schema at `pointer`. The values of the property are the names of definitions, as
    written; it has a mapping for those that are not the names of their components."""
    place = pointer + "/discriminator"
    if isinstance(written, Mapping) and isinstance(written.get("propertyName"), str):
        context.warn(place, "in Swagger 2.0, discriminator is the name of a property")
        written = written["propertyName"]
    if not isinstance(written, str):
        context.warn(place, "discriminator must be the name of a property; it is ignored")
        return None
    discriminator: dict[str, Any] = {"propertyName": written}
    if mapping := _mapping(context, pointer):
        discriminator["mapping"] = mapping
    context.trace.member(discriminator, place, "propertyName")
    return context.trace.mark(discriminator, place)


def _mapping(context: Context, pointer: str) -> dict[str, str]:
    definitions = context.root.get("definitions")
    steps = steps_of(pointer)
    if len(steps) != 2 or steps[0] != "definitions" or not isinstance(definitions, dict):
        return {}
    mapping = {}
    for name in (steps[1], *_children(definitions, steps[1])):
        value = next((definitions[name][key] for key in _VALUES if isinstance(definitions[name].get(key), str)), name)
        if value != name or context.is_renamed("definitions", name):
            mapping[value] = "#" + pointer_to("components", "schemas", context.name("definitions", name))
    return mapping


def _children(definitions: Mapping[str, Any], base: str) -> Iterator[str]:
    """The definitions that have `base` in their `allOf`, themselves or by others."""
    found, added = {base}, True
    while added:
        added = False
        for name, definition in definitions.items():
            if name not in found and not found.isdisjoint(_parents(definition)):
                found.add(name)
                added = True
                yield name


def _parents(definition: Any) -> Iterator[str]:
    parts = definition.get("allOf") if isinstance(definition, Mapping) else None
    for part in parts if isinstance(parts, list) else ():
        target = local_pointer(part.get("$ref")) if isinstance(part, Mapping) else None
        if target is not None and target.startswith("/definitions/"):
            yield steps_of(target)[-1]
