"""Parameters that are no part of the body, and headers of responses."""

from __future__ import annotations

from typing import Any, Final

from openapi.documents.swagger.context import Context, extensions
from openapi.documents.swagger.values import Place, Value, convert_value

_LOCATIONS: Final[dict[str, Place]] = {"path": "path", "query": "query", "header": "header", "cookie": "cookie"}
_EXAMPLES: Final = ("x-example", "x-examples", "x-nullable")


def convert_parameter(context: Context, written: dict[str, Any], pointer: str) -> dict[str, Any] | None:
    """The Parameter Object that is written at `pointer`; None, with a warning, if it has no name or place."""
    name, location = written.get("name"), _LOCATIONS.get(str(written.get("in")))
    if not isinstance(name, str) or location is None:
        context.warn(pointer, "a parameter must have a name, and in: path, query, header, body or formData; ignored")
        return None
    if location == "cookie":
        context.warn(f"{pointer}/in", "Swagger 2.0 has no cookie parameters; it is taken as in OpenAPI 3.0")
    parameter: dict[str, Any] = {"name": name, "in": location}
    if isinstance(written.get("description"), str):
        parameter["description"] = written["description"]
    if location == "path" and written.get("required") is not True:
        context.warn(pointer, "a path parameter must have required: true; it is taken as required")
    if location == "path" or written.get("required") is True:
        parameter["required"] = True
    if location == "query" and written.get("allowEmptyValue") is True:
        parameter["allowEmptyValue"] = True
    _describe(context, parameter, convert_value(context, written, pointer, location), written, pointer)
    return context.trace.mark(parameter, pointer)


def convert_header(context: Context, written: Any, pointer: str) -> dict[str, Any]:
    """The Header Object that is written at `pointer`."""
    written = context.mapping(written, pointer)
    header: dict[str, Any] = {}
    if isinstance(written.get("description"), str):
        header["description"] = written["description"]
    _describe(context, header, convert_value(context, written, pointer, "header"), written, pointer)
    return context.trace.mark(header, pointer)


def _describe(context: Context, part: dict[str, Any], value: Value, written: dict[str, Any], pointer: str) -> None:
    """Add the schema, the style and the example to a Parameter or Header Object."""
    part["schema"] = value.schema
    if value.style is not None:
        part["style"], part["explode"] = value.style
        for key in ("style", "explode"):
            context.trace.member(part, f"{pointer}/collectionFormat", key)
    for key in ("x-example", "example"):
        if key in written:
            part["example"] = written[key]
            context.trace.member(part, f"{pointer}/{key}", "example")
            break
    part.update(extensions(written, *_EXAMPLES))
