"""Converts a Swagger 2.0 document to OpenAPI 3.0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from openapi.documents.mistakes import Mistake
from openapi.documents.pointer import pointer_to, resolve_pointer, steps_of
from openapi.documents.swagger.bodies import convert_body
from openapi.documents.swagger.context import Context, Declared, extensions
from openapi.documents.swagger.parameters import convert_parameter
from openapi.documents.swagger.paths import convert_paths
from openapi.documents.swagger.responses import convert_response
from openapi.documents.swagger.schemas import convert_schema
from openapi.documents.swagger.sections import SECTIONS
from openapi.documents.swagger.security import convert_requirements, convert_scheme
from openapi.documents.swagger.servers import servers_of

_KNOWN: Final = (
    *("swagger", "info", "host", "basePath", "schemes", "consumes", "produces", "paths", "security", "tags"),
    *("externalDocs", *SECTIONS),
)
# For pointers to components that do not exist, too.
_COMPONENTS: Final = {
    **{f"/components/{kind}": f"/{section}" for section, kind in SECTIONS.items()},
    "/components/requestBodies": "/parameters",
}


@dataclass(frozen=True)
class Converted:
    """An OpenAPI 3.0.3 `document`; `origins` maps the JSON pointer of each part that moved to its JSON pointer as
    written, and the longest one that begins a pointer counts. The warnings have pointers as written."""

    document: dict[str, Any]
    origins: Mapping[str, str]
    warnings: tuple[Mistake, ...]


def convert(root: Mapping[str, Any]) -> Converted:
    """The Swagger 2.0 document `root` as OpenAPI 3.0.3, with references to its own parts adapted. Raises nothing: a
    part that is not valid or cannot be expressed is changed or left out, with a warning."""
    context = Context(root)
    document: dict[str, Any] = {"openapi": "3.0.3", "info": _info(context)}
    context.trace.member(document, "/swagger", "openapi")
    if servers := servers_of(context, root, ""):
        document["servers"] = servers
        context.trace.member(document, "/host" if "host" in root else "/basePath", "servers")
    for key, kind in (("tags", list), ("externalDocs", dict)):
        if isinstance(root.get(key), kind):
            document[key] = root[key]
    document["paths"] = convert_paths(context, root.get("paths", {}), "/paths")
    components = _components(context)
    if "security" in root:
        document["security"] = convert_requirements(context, root, "")
    _settle_references(context, document, components)
    document.update({"components": components} if components else {}, **extensions(root))
    for key in root:
        if key not in _KNOWN and not key.startswith("x-"):
            context.warn(pointer_to(key), f"Swagger 2.0 has no {key}; it is ignored")
    origins = {**_COMPONENTS, **context.trace.places(document).origins}
    return Converted(document, origins, tuple(context.warnings))


def _info(context: Context) -> dict[str, Any]:
    info = context.mapping(context.root.get("info", {}), "/info")
    for key in ("title", "version"):
        if not isinstance(info.get(key), str):
            context.warn("/info", f"info must have a {key}, a text")
    return {**info, "title": str(info.get("title", "")), "version": str(info.get("version", ""))}


def _components(context: Context) -> dict[str, Any]:
    components: dict[str, Any] = {}

    def add(kind: str, section: str, name: str, component: dict[str, Any] | None) -> None:
        if component is not None:
            components.setdefault(kind, {})[context.name(section, name)] = component

    for section, kind in SECTIONS.items():
        for name, written in context.mapping(context.root.get(section, {}), f"/{section}").items():
            pointer = pointer_to(section, name)
            if section == "definitions":
                add(kind, section, name, convert_schema(context, written, pointer))
            elif section == "securityDefinitions":
                add(kind, section, name, convert_scheme(context, written, pointer))
            elif (declared := context.resolve(written, pointer)) is None:
                continue
            elif section == "responses":
                add(kind, section, name, convert_response(context, *declared, context.produces))
            else:
                _add_parameter(context, components, name, declared)
    return components


def _add_parameter(context: Context, components: dict[str, Any], name: str, declared: Declared) -> None:
    """Add a shared parameter to the components; one of a form is part of the bodies that use it."""
    written = context.mapping(declared.value, declared.pointer)
    usable = context.name("parameters", name)
    if written.get("in") == "body":
        body = convert_body(context, Declared(written, declared.pointer), context.consumes)
        components.setdefault("requestBodies", {})[usable] = body
    elif written.get("in") != "formData":
        parameter = convert_parameter(context, written, declared.pointer)
        if parameter is not None:
            components.setdefault("parameters", {})[usable] = parameter


def _settle_references(context: Context, document: dict[str, Any], components: dict[str, Any]) -> None:
    """Point each reference to a schema that is not a definition to its new place. A schema in a part that is not
    converted itself, such as an extension, becomes a component."""
    for kind, parts in components.items():
        context.trace.mark(parts, _COMPONENTS[f"/components/{kind}"])
    converted = context.trace.places({**document, "components": components}).converted if context.pending else {}
    while context.pending:
        reference, target = context.pending.pop()
        if target not in converted:
            try:
                written = resolve_pointer(context.root, target)
            except LookupError:
                context.warn(target, f"'#{target}' does not exist; any value is accepted")
                continue
            name = context.new_name("definitions", steps_of(target)[-1])
            components.setdefault("schemas", {})[name] = convert_schema(context, written, target)
            converted[target] = pointer_to("components", "schemas", name)
        reference["$ref"] = f"#{converted[target]}"
