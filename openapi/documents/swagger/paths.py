"""Path Item and Operation Objects of Swagger 2.0 as those of OpenAPI 3.0."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from openapi.documents.pointer import pointer_to, steps_of
from openapi.documents.swagger.bodies import body_types, convert_body, convert_form
from openapi.documents.swagger.context import Context, Declared, MediaTypes, extensions
from openapi.documents.swagger.parameters import convert_parameter
from openapi.documents.swagger.responses import content_types, convert_response
from openapi.documents.swagger.security import convert_requirements
from openapi.documents.swagger.servers import servers_of

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch")
_STATUS: Final = re.compile("[1-5]([0-9]{2}|XX)|default")
_TEXTS: Final = ("summary", "description", "operationId")


class Parameters(NamedTuple):
    """Parameters as Parameter Objects, those of the body, and those of a form; each of the last two with the pointer
    where it is used, and resolved."""

    plain: list[dict[str, Any]]
    body: list[tuple[str, Declared]]
    form: list[Declared]


def convert_paths(context: Context, written: Any, pointer: str) -> dict[str, Any]:
    """The Paths Object."""
    paths = {}
    for path, item in context.mapping(written, pointer).items():
        place = pointer + pointer_to(path)
        if path.startswith("x-"):
            paths[path] = item
        elif path.startswith("/"):
            paths[path] = _item(context, item, place)
        else:
            context.warn(place, "a path must begin with a slash; it is ignored")
    return context.trace.mark(paths, pointer)


def _item(context: Context, written: Any, pointer: str) -> dict[str, Any]:
    if isinstance(written, Mapping) and "$ref" in written:
        found = context.resolve(written, pointer)
        if found is None:
            return context.trace.mark({}, pointer)
        if len(steps_of(found.pointer)) == 2 and found.pointer.startswith("/paths/"):
            return context.trace.mark({"$ref": f"#{found.pointer}"}, pointer)
        written, pointer = found
    written = context.mapping(written, pointer)
    shared = _parameters(context, written, pointer)
    item: dict[str, Any] = {"parameters": shared.plain} if shared.plain else {}
    for key, value in written.items():
        place = pointer + pointer_to(key)
        if key in _METHODS:
            item[key] = _operation(context, context.mapping(value, place), place, shared)
        elif key not in ("parameters", "$ref") and not key.startswith("x-"):
            context.warn(place, f"{key} is not a method of Swagger 2.0; it is ignored")
    item.update(extensions(written))
    return context.trace.mark(item, pointer)


def _operation(context: Context, written: dict[str, Any], pointer: str, shared: Parameters) -> dict[str, Any]:
    operation: dict[str, Any] = {}
    tags = context.texts(written, pointer, "tags")
    operation.update({"tags": list(tags)} if tags else {})
    operation.update({key: written[key] for key in _TEXTS if isinstance(written.get(key), str)})
    if isinstance(written.get("externalDocs"), dict):
        operation["externalDocs"] = written["externalDocs"]
    own = _parameters(context, written, pointer)
    if own.plain:
        operation["parameters"] = own.plain
    consumes = context.media_types(written, pointer, "consumes", context.consumes)
    if (body := _request_body(context, own, shared, consumes, pointer)) is not None:
        operation["requestBody"] = body
    produces = context.media_types(written, pointer, "produces", context.produces)
    operation["responses"] = _responses(context, written, pointer, produces)
    if written.get("deprecated") is True:
        operation["deprecated"] = True
    if "security" in written:
        operation["security"] = convert_requirements(context, written, pointer)
    if "schemes" in written and (servers := servers_of(context, written, pointer)):
        operation["servers"] = servers
    operation.update(extensions(written))
    return context.trace.mark(operation, pointer)


def _parameters(context: Context, written: Mapping[str, Any], pointer: str) -> Parameters:
    """The parameters of an operation or of a path."""
    found = Parameters([], [], [])
    for item, place in context.items(written, pointer, "parameters"):
        declared = context.resolve(item, place)
        if declared is None:
            continue
        definition = context.mapping(declared.value, declared.pointer)
        declared = Declared(definition, declared.pointer)
        if definition.get("in") == "body":
            found.body.append((place, declared))
        elif definition.get("in") == "formData" and isinstance(definition.get("name"), str):
            found.form.append(declared)
        elif definition and (parameter := _plain(context, declared, place)) is not None:
            found.plain.append(parameter)
    return found


def _plain(context: Context, declared: Declared, place: str) -> dict[str, Any] | None:
    parameter = convert_parameter(context, declared.value, declared.pointer)
    if parameter is None or not _is_shared(declared, place, "parameters"):
        return parameter
    reference = _reference(context, "parameters", "parameters", declared)
    context.trace.member(reference, place, "schema")
    return context.trace.mark(reference, place)


def _request_body(
    context: Context, own: Parameters, shared: Parameters, consumes: MediaTypes, pointer: str
) -> dict[str, Any] | None:
    bodies, names = own.body or shared.body, {field.value.get("name") for field in own.form}
    inherited = [field for field in shared.form if field.value.get("name") not in names]
    form = [*inherited, *own.form]
    if bodies and (form or len(bodies) > 1):
        context.warn(f"{pointer}/parameters", "an operation has one body, or a form; only the first body is used")
    if not bodies:
        return convert_form(context, form, consumes, pointer)
    place, body = bodies[0]
    if not _is_shared(body, place, "parameters") or consumes != context.consumes:
        return convert_body(context, body, consumes)
    reference = _reference(context, "requestBodies", "parameters", body)
    _through(context, reference, place, body_types(consumes), consumes)
    return context.trace.mark(reference, place)


def _responses(context: Context, written: Mapping[str, Any], pointer: str, produces: MediaTypes) -> dict[str, Any]:
    place = f"{pointer}/responses"
    responses: dict[str, Any] = {}
    for key, value in context.mapping(written.get("responses", {}), place).items():
        if key.startswith("x-"):
            responses[key] = value
        elif not _STATUS.fullmatch(key):
            context.warn(place + pointer_to(key), f"{key} is not a status; it is ignored")
        elif (declared := context.resolve(value, place + pointer_to(key))) is not None:
            responses[key] = _response(context, declared, place + pointer_to(key), produces)
    if not responses:
        context.warn(pointer, "an operation must have responses; any is expected")
        responses["default"] = context.trace.mark({"description": ""}, pointer)
    return context.trace.mark(responses, place)


def _response(context: Context, declared: Declared, place: str, produces: MediaTypes) -> dict[str, Any]:
    if not _is_shared(declared, place, "responses") or produces != context.produces:
        return convert_response(context, declared.value, declared.pointer, produces)
    reference = _reference(context, "responses", "responses", declared)
    written = context.mapping(declared.value, declared.pointer)
    _through(context, reference, place, content_types(context, written, declared.pointer, produces), produces)
    return context.trace.mark(reference, place)


def _is_shared(declared: Declared, place: str, section: str) -> bool:
    """Whether what is used at `place` is declared in a section of the document, so that it is a component."""
    steps = steps_of(declared.pointer)
    return declared.pointer != place and len(steps) == 2 and steps[0] == section


def _reference(context: Context, kind: str, section: str, declared: Declared) -> dict[str, Any]:
    name = context.name(section, steps_of(declared.pointer)[1])
    return {"$ref": f"#{pointer_to('components', kind, name)}"}


def _through(
    context: Context, reference: dict[str, Any], place: str, media_types: Sequence[str], declared: MediaTypes
) -> None:
    """Remember where the parts behind a reference to a body or a response are written."""
    context.trace.member(reference, declared.pointer or place, "content")
    for media_type in media_types:
        context.trace.member(reference, place, "content", media_type)
        context.trace.member(reference, f"{place}/schema", "content", media_type, "schema")
