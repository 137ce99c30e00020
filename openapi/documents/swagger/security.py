"""Security schemes and requirements of Swagger 2.0 as those of OpenAPI 3.0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from openapi.documents.swagger.context import Context, extensions

# The flow of Swagger 2.0 -> its name in the "OAuth Flows Object", and the URLs that it has.
_FLOWS: Final = {
    "implicit": ("implicit", ("authorizationUrl",)),
    "password": ("password", ("tokenUrl",)),
    "application": ("clientCredentials", ("tokenUrl",)),
    "accessCode": ("authorizationCode", ("authorizationUrl", "tokenUrl")),
}


def convert_scheme(context: Context, written: Any, pointer: str) -> dict[str, Any] | None:
    """The Security Scheme Object that is written at `pointer`; None, with a warning, if its type is not known."""
    written = context.mapping(written, pointer)
    kind = written.get("type")
    scheme: dict[str, Any]
    if kind == "basic":
        scheme = {"type": "http", "scheme": "basic"}
    elif kind == "apiKey" and isinstance(written.get("name"), str) and written.get("in") in ("header", "query"):
        scheme = {"type": "apiKey", "name": written["name"], "in": written["in"]}
    elif kind == "oauth2" and str(written.get("flow")) in _FLOWS:
        scheme = {"type": "oauth2", "flows": _flows(context, written, pointer)}
    else:
        reason = "a security scheme must be basic, apiKey with name and in, or oauth2 with a flow; it is ignored"
        context.warn(pointer, reason)
        return None
    if isinstance(written.get("description"), str):
        scheme["description"] = written["description"]
    scheme.update(extensions(written))
    return context.trace.mark(scheme, pointer)


def _flows(context: Context, written: Mapping[str, Any], pointer: str) -> dict[str, Any]:
    name, urls = _FLOWS[written["flow"]]
    flow: dict[str, Any] = {}
    for key in urls:
        if not isinstance(written.get(key), str):
            context.warn(pointer, f"this flow must have {key}, a URL")
        flow[key] = str(written.get(key, ""))
    scopes = context.mapping(written.get("scopes", {}), f"{pointer}/scopes")
    flow["scopes"] = {scope: str(text) for scope, text in scopes.items() if not scope.startswith("x-")}
    flow["scopes"].update(extensions(scopes))
    return context.trace.mark({name: context.trace.mark(flow, pointer)}, pointer)


def convert_requirements(context: Context, holder: Mapping[str, Any], pointer: str) -> list[dict[str, Any]]:
    """The `security` of a document or of an operation."""
    found = []
    for requirement, place in context.items(holder, pointer, "security"):
        schemes = context.mapping(requirement, place)
        found.append(
            {context.name("securityDefinitions", name): list(context.texts(schemes, place, name)) for name in schemes}
        )
    return found
