"""Schema Objects of Swagger 2.0 as those of OpenAPI 3.0."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from openapi.documents.pointer import pointer_to, steps_of
from openapi.documents.swagger.context import Context, local_pointer
from openapi.documents.swagger.discriminators import convert_discriminator


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is(*types: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, types)


# The keywords that mean the same in both versions -> whether a value can be one of theirs.
_PLAIN: Final[Mapping[str, Callable[[Any], bool]]] = {
    **dict.fromkeys(("title", "description", "pattern", "format"), _is(str)),
    **dict.fromkeys(("multipleOf", "maximum", "minimum"), _is_number),
    **dict.fromkeys(("maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties"), _is_count),
    **dict.fromkeys(("exclusiveMaximum", "exclusiveMinimum", "uniqueItems", "readOnly"), _is(bool)),
    **dict.fromkeys(("nullable", "writeOnly", "deprecated"), _is(bool)),
    **dict.fromkeys(("xml", "externalDocs"), _is(dict)),
    "enum": lambda value: isinstance(value, list) and bool(value),
    "default": lambda value: True,
    "example": lambda value: True,
}
_LISTS: Final = ("allOf", "anyOf", "oneOf")
_SCHEMAS: Final = ("items", "additionalProperties", "not")
_TYPES: Final = ("array", "boolean", "integer", "number", "object", "string")
# Keywords of OpenAPI 3.0 that Swagger 2.0 does not have.
_NEWER: Final = ("anyOf", "oneOf", "not", "nullable", "writeOnly", "deprecated")
_USED: Final = ("x-nullable", "x-example")


def convert_schema(context: Context, written: Any, pointer: str) -> dict[str, Any]:
    """The Schema Object that is written at `pointer`."""
    if not isinstance(written, Mapping):
        context.warn(pointer, "a schema must be an object; any value is accepted")
        return context.trace.mark({}, pointer)
    if isinstance(written.get("$ref"), str):
        schema = _reference(context, written["$ref"], pointer)
    else:
        schema = {}
        for key, value in written.items():
            _convert_keyword(context, schema, key, value, pointer)
        _complete(context, schema, written, pointer)
    is_nullable = written.get("x-nullable") is True or schema.pop("nullable", None) is True
    return context.trace.mark(_nullable(context, schema, pointer) if is_nullable else schema, pointer)


def _reference(context: Context, reference: str, pointer: str) -> dict[str, Any]:
    schema = {"$ref": reference}
    target = local_pointer(reference)
    if target is not None:
        steps = steps_of(target)
        if len(steps) == 2 and steps[0] == "definitions":
            schema["$ref"] = "#" + pointer_to("components", "schemas", context.name(*steps))
        else:
            context.pending.append((schema, target))
    return schema


def _convert_keyword(context: Context, schema: dict[str, Any], key: str, value: Any, pointer: str) -> None:
    place = pointer + pointer_to(key)
    if key.startswith("x-"):
        if key not in _USED:
            schema[key] = value
        return
    if key in _NEWER:
        context.warn(place, f"Swagger 2.0 has no {key}; it is taken as in OpenAPI 3.0")
    if key == "type":
        _convert_type(context, schema, value, place)
    elif key == "required":
        _convert_required(context, schema, value, place)
    elif key == "discriminator":
        discriminator = convert_discriminator(context, value, pointer)
        schema.update({} if discriminator is None else {key: discriminator})
    elif key == "properties":
        properties = context.mapping(value, place)
        schema[key] = {
            name: convert_schema(context, each, place + pointer_to(name)) for name, each in properties.items()
        }
    elif key == "additionalProperties" and isinstance(value, bool):
        schema[key] = value
    elif key == "items" and isinstance(value, list):
        context.warn(place, "OpenAPI 3.0 has one schema for all items; an item may satisfy any of these")
        items = [convert_schema(context, each, place + pointer_to(index)) for index, each in enumerate(value)]
        schema[key] = context.trace.mark({"anyOf": items} if items else {}, place)
        context.trace.member(schema[key], place, "anyOf")
    elif key in _SCHEMAS:
        schema[key] = convert_schema(context, value, place)
    elif key in _LISTS and isinstance(value, list) and value:
        schema[key] = [convert_schema(context, each, place + pointer_to(index)) for index, each in enumerate(value)]
    elif key in _PLAIN and _PLAIN[key](value):
        schema[key] = value
    elif key in _PLAIN or key in _LISTS:
        context.warn(place, f"the value of {key} has the wrong type; it is ignored")
    else:
        context.warn(place, f"schemas of Swagger 2.0 have no {key}; it is ignored")


def _convert_type(context: Context, schema: dict[str, Any], value: Any, place: str) -> None:
    types = value if isinstance(value, list) else [value]
    known = [each for each in types if each in _TYPES]
    if "file" in types:
        schema.update(type="string", format="binary")
        context.trace.member(schema, place, "format")
    elif len(known) == 1:
        schema["type"] = known[0]
        if "null" in types:
            schema["nullable"] = True
    elif known:
        schema["anyOf"] = [{"type": each, **({"nullable": True} if "null" in types else {})} for each in known]
        context.trace.member(schema, place, "anyOf")
    elif "null" in types:
        schema.update(_null())
    else:
        context.warn(place, f"{value!r} is not a type of Swagger 2.0; any type is accepted")


def _convert_required(context: Context, schema: dict[str, Any], value: Any, place: str) -> None:
    if isinstance(value, list):
        names = list(dict.fromkeys(name for name in value if isinstance(name, str)))
        schema.update({"required": names} if names else {})
    else:
        context.warn(place, "in a schema, required is a list of property names; it is ignored")


def _complete(context: Context, schema: dict[str, Any], written: Mapping[str, Any], pointer: str) -> None:
    """Add what OpenAPI 3.0 requires, and what is written in an extension or in another place than there."""
    if schema.get("type") == "array" and "items" not in schema:
        context.warn(pointer, "an array has no items; any items are accepted")
        schema["items"] = {}
    if "format" in schema and written.get("type") == "file":
        schema["format"] = "binary"
    if "x-example" in written and "example" not in schema:
        schema["example"] = written["x-example"]
        context.trace.member(schema, pointer + "/x-example", "example")


def _nullable(context: Context, schema: dict[str, Any], pointer: str) -> dict[str, Any]:
    """A schema that accepts null too. `nullable` has an effect only next to `type` (3.0.3, proposal "Clarify
    Nullable")."""
    if "type" in schema:
        schema["nullable"] = True
        if "enum" in schema and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
        return schema
    if not schema.keys() & {"$ref", "enum", *_LISTS, "not"}:
        return schema
    null = context.trace.mark(_null(), pointer + "/x-nullable")
    either = {"anyOf": [context.trace.mark(schema, pointer), null]}
    context.trace.member(either, pointer, "anyOf")
    return either


def _null() -> dict[str, Any]:
    return {"type": "string", "nullable": True, "enum": [None]}
