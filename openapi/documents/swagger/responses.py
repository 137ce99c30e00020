"""Response Objects of Swagger 2.0 as those of OpenAPI 3.0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from openapi.documents.pointer import pointer_to
from openapi.documents.swagger.context import Context, MediaTypes, extensions
from openapi.documents.swagger.parameters import convert_header
from openapi.documents.swagger.schemas import convert_schema

_JSON: Final = "application/json"
_BINARY: Final = "application/octet-stream"


def convert_response(context: Context, written: Any, pointer: str, produces: MediaTypes) -> dict[str, Any]:
    """The Response Object that is written at `pointer`. Without a schema and examples it has no content (section
    "Response Object")."""
    written = context.mapping(written, pointer)
    description = written.get("description")
    if not isinstance(description, str):
        context.warn(pointer, "a response must have a description")
    response: dict[str, Any] = {"description": description if isinstance(description, str) else ""}
    if "headers" in written:
        place = f"{pointer}/headers"
        response["headers"] = {
            name: convert_header(context, header, place + pointer_to(name))
            for name, header in context.mapping(written["headers"], place).items()
        }
    if content := _content(context, written, pointer, produces):
        response["content"] = context.trace.mark(content, produces.pointer or pointer)
    response.update(extensions(written))
    return context.trace.mark(response, pointer)


def content_types(context: Context, written: Mapping[str, Any], pointer: str, produces: MediaTypes) -> list[str]:
    """The media types of a response: those that the operation produces, and those of its examples."""
    examples = context.mapping(written.get("examples", {}), f"{pointer}/examples")
    if "schema" not in written and not examples:
        return []
    known = {_essence(name) for name in produces.names}
    others = [name for name in examples if _essence(name) not in known and "/" in name]
    for name in others if produces.names else ():
        place = f"{pointer}/examples{pointer_to(name)}"
        context.warn(place, f"{name} is not in produces; it is taken as a media type of the response")
    if produces.names or others:
        return [*produces.names, *others]
    return [_BINARY if _is_file(written["schema"]) else _JSON] if "schema" in written else []


def _content(context: Context, written: Mapping[str, Any], pointer: str, produces: MediaTypes) -> dict[str, Any]:
    content: dict[str, Any] = {}
    schema = convert_schema(context, written["schema"], f"{pointer}/schema") if "schema" in written else None
    examples = written.get("examples")
    examples = examples if isinstance(examples, dict) else {}
    for media_type in content_types(context, written, pointer, produces):
        media: dict[str, Any] = {} if schema is None else {"schema": schema}
        keys = [key for key in examples if _essence(key) == _essence(media_type)]
        for key in keys[:1]:
            place = f"{pointer}/examples{pointer_to(key)}"
            found = context.resolve(examples[key], place)
            if found is not None:
                if (
                    isinstance(found.value, str)
                    and not _is_json(media_type)
                    and not _is_text(context, written, pointer)
                ):
                    # The schema describes the data, of which this example is the text, such as CSV.
                    media.clear()
                media["example"] = found.value
                context.trace.member(media, place, "example")
        content[media_type] = context.trace.mark(media, pointer)
    return content


def _is_file(schema: Any) -> bool:
    return isinstance(schema, Mapping) and schema.get("type") == "file"


def _is_text(context: Context, response: Mapping[str, Any], pointer: str) -> bool:
    schema = response.get("schema")
    found = context.resolve(schema, f"{pointer}/schema")
    return (
        found is not None and isinstance(found.value, Mapping) and found.value.get("type") in (None, "string", "file")
    )


def _is_json(media_type: str) -> bool:
    return _essence(media_type).endswith(("/json", "+json"))


def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()
