"""Parameters of the body and of forms as Request Body Objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from openapi.documents.swagger.context import Context, Declared, MediaTypes, extensions
from openapi.documents.swagger.schemas import convert_schema
from openapi.documents.swagger.values import Value, convert_value

_JSON: Final = "application/json"
URLENCODED: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
_EXAMPLES: Final = ("x-example", "x-examples")


def convert_body(context: Context, body: Declared, consumes: MediaTypes) -> dict[str, Any]:
    """The Request Body Object of a body parameter. Without `consumes`, the body is JSON."""
    written, pointer = body
    if "schema" not in written:
        context.warn(pointer, "a body parameter must have a schema; any value is accepted")
    schema = convert_schema(context, written.get("schema", {}), f"{pointer}/schema")
    content = {
        media_type: context.trace.mark({"schema": schema, **_example(context, body, media_type)}, pointer)
        for media_type in body_types(consumes)
    }
    context.trace.mark(content, consumes.pointer or pointer)
    request = {**_description(written), "content": content, **extensions(written, *_EXAMPLES)}
    if written.get("required") is True:
        request["required"] = True
    return context.trace.mark(request, pointer)


def body_types(consumes: MediaTypes) -> list[str]:
    """The media types of a body parameter: those of forms describe other operations if there are others."""
    names = [name for name in consumes.names if _form_type(name) is None]
    return names or list(consumes.names) or [_JSON]


def convert_form(
    context: Context, fields: Sequence[Declared], consumes: MediaTypes, pointer: str
) -> dict[str, Any] | None:
    """The Request Body Object of the form parameters of the operation or path at `pointer`. Without a form type in
    `consumes`, a form with files is multipart, any other is urlencoded."""
    if not fields:
        return None
    has_file = any(_has_file(field.value) for field in fields)
    types = [name for name in consumes.names if _form_type(name) is not None]
    types = types or [MULTIPART if has_file else URLENCODED]
    # The first media type is the one that clients of the contract choose.
    types.sort(key=lambda name: has_file and _form_type(name) != MULTIPART)
    content = {media_type: _form_content(context, fields, media_type, pointer) for media_type in types}
    context.trace.mark(content, consumes.pointer or f"{pointer}/parameters")
    request: dict[str, Any] = {"content": content}
    if any(field.value.get("required") is True for field in fields):
        request["required"] = True
    return context.trace.mark(request, f"{pointer}/parameters")


def _form_content(context: Context, fields: Sequence[Declared], media_type: str, pointer: str) -> dict[str, Any]:
    is_multipart = _form_type(media_type) == MULTIPART
    schema: dict[str, Any] = {"type": "object", "properties": {}}
    encodings = {}
    for written, place in fields:
        value = convert_value(context, written, place, "multipart" if is_multipart else "urlencoded")
        schema["properties"][written["name"]] = _property(context, value, written, place)
        if not is_multipart and value.style is not None and value.style != ("form", True):
            style, explode = value.style
            encodings[written["name"]] = context.trace.mark({"style": style, "explode": explode}, place)
    required = list(dict.fromkeys(written["name"] for written, _ in fields if written.get("required") is True))
    schema.update({"required": required} if required else {})
    context.trace.mark(schema, f"{pointer}/parameters")
    for key in schema:
        context.trace.member(schema, f"{pointer}/parameters", key)
    content = {"schema": schema, **({"encoding": encodings} if encodings else {})}
    return context.trace.mark(content, f"{pointer}/parameters")


def _property(context: Context, value: Value, written: Mapping[str, Any], pointer: str) -> dict[str, Any]:
    schema = value.schema
    schema.update(_description(written), **extensions(written, "x-nullable", *_EXAMPLES))
    for key in ("x-example", "example"):
        if key in written:
            schema["example"] = written[key]
            context.trace.member(schema, f"{pointer}/{key}", "example")
            break
    if written.get("allowEmptyValue") is True and schema.get("type") != "string":
        context.warn(f"{pointer}/allowEmptyValue", "OpenAPI 3.0 has no empty values in forms; a value is expected")
    return schema


def _example(context: Context, body: Declared, media_type: str) -> dict[str, Any]:
    """The example of a body for a media type, in the extensions that publishers use."""
    examples = body.value.get("x-examples")
    if isinstance(examples, Mapping) and media_type in examples:
        return {"example": examples[media_type]}
    return {"example": body.value["x-example"]} if "x-example" in body.value else {}


def _description(written: Mapping[str, Any]) -> dict[str, Any]:
    description = written.get("description")
    return {"description": description} if isinstance(description, str) else {}


def _has_file(field: Mapping[str, Any]) -> bool:
    items = field.get("items")
    return field.get("type") == "file" or (isinstance(items, Mapping) and items.get("type") == "file")


def _form_type(media_type: str) -> str | None:
    essence = media_type.partition(";")[0].strip().lower()
    return essence if essence in (URLENCODED, MULTIPART) else None
