"""What is special about the mending of single kinds of objects."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from openapi.documents.dialects import is_known_dialect
from openapi.documents.mending.objects import odd_names
from openapi.documents.mistakes import Mistakes
from openapi.documents.references import Steps

# Changes an object in place before or after its members are mended; the text that `AFTER` returns says why the object
# must be left out.
_Before: TypeAlias = Callable[[dict[str, Any], Steps, str, Mistakes], None]
_After: TypeAlias = Callable[[dict[str, Any], Steps, str, Mistakes], str | None]

# OpenAPI 3.0.3 section "Style Values"; 3.2.0 adds `cookie`.
_STYLES: Final[Mapping[str, tuple[str, ...]]] = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_FLOWS: Final[Mapping[str, tuple[str, ...]]] = {
    "implicit": ("authorizationUrl",),
    "password": ("tokenUrl",),
    "clientCredentials": ("tokenUrl",),
    "authorizationCode": ("authorizationUrl", "tokenUrl"),
    "deviceAuthorization": ("deviceAuthorizationUrl", "tokenUrl"),
}
# Type of a security scheme -> the members that it needs.
_SCHEMES: Final[Mapping[str, tuple[str, ...]]] = {
    "apiKey": ("name", "in"),
    "http": ("scheme",),
    "oauth2": ("flows",),
    "openIdConnect": ("openIdConnectUrl",),
    "mutualTLS": (),
}


@dataclass(frozen=True)
class Named:
    """An object whose members have names of a pattern. `name` is the right spelling of a name, None if there is none;
    `what` describes right names."""

    kind: str
    name: Callable[[str], str | None]
    what: str


def _path(name: str) -> str | None:
    return name if name.startswith("/") else f"/{name}"


def _status(name: str) -> str | None:
    found = re.fullmatch("([1-5])([0-9]{2}|XX)|default", name.strip(), re.IGNORECASE)
    return None if found is None else name.strip().upper() if found[1] else "default"


NAMED: Final[Mapping[str, Named]] = {
    "Paths": Named("PathItem", _path, "a path, which begins with a slash"),
    "Responses": Named("Response", _status, "a status, a range such as 4XX, or default"),
    "Callback": Named("PathItem", lambda name: name, "an expression"),
}


def _path_item(value: dict[str, Any], path: Steps, version: str, mistakes: Mistakes) -> None:
    for name in list(value):
        if name not in _METHODS and name.lower() in _METHODS and name.lower() not in value:
            mistakes.add((*path, name), f"methods are in lower case: write {name.lower()!r}")
            value[name.lower()] = value.pop(name)


def _example(value: dict[str, Any], path: Steps, version: str, mistakes: Mistakes) -> None:
    known = {"summary", "description", "value", "externalValue", "dataValue", "serializedValue"}
    if value and not any(name in known or name.startswith("x-") for name in value):
        mistakes.add(path, "an Example Object has its data under 'value'; all of this is taken as the data")
        data = dict(value)
        value.clear()
        value["value"] = data


def _document(value: dict[str, Any], path: Steps, version: str, mistakes: Mistakes) -> None:
    if "paths" not in value and version == "3.0":
        mistakes.add(path, "'paths' is missing")
        value["paths"] = {}
    if "jsonSchemaDialect" in value and not is_known_dialect(value["jsonSchemaDialect"]):
        mistakes.add((*path, "jsonSchemaDialect"), "this dialect is not known; schemas are read as draft 2020-12")
        del value["jsonSchemaDialect"]
    if not {"paths", "components", "webhooks"} & value.keys():
        value["paths"] = {}
    for kind, name in odd_names(value):
        reason = "names of components have only letters, digits, dots, hyphens and underscores; this one is kept"
        mistakes.add((*path, "components", kind, name), reason)


BEFORE: Final[Mapping[str, _Before]] = {"PathItem": _path_item, "Example": _example, "Document": _document}


def _described(value: dict[str, Any], path: Steps, version: str, mistakes: Mistakes) -> None:
    """A parameter or header has either a `schema` or one `content`, and one kind of examples."""
    content = value.get("content")
    if content is not None and ("schema" in value or not content):
        mistakes.add((*path, "content"), "a schema is declared too, or no content; the content is ignored")
        del value["content"]
    elif content is not None and len(content) > 1:
        for media_type in list(content)[1:]:
            mistakes.add((*path, "content", media_type), "only one media type is allowed here; this one is ignored")
            del content[media_type]
    if "content" not in value and "schema" not in value:
        mistakes.add(path, "'schema' is missing; any value is allowed")
        value["schema"] = {}
    if "content" in value:
        for name in ("style", "explode", "allowReserved", "example", "examples"):
            if name in value:
                mistakes.add((*path, name), f"{name!r} has no meaning beside content; it is ignored")
                del value[name]
    _one_kind_of_examples(value, path, version, mistakes)


def _one_kind_of_examples(value: dict[str, Any], path: Steps, version: str, mistakes: Mistakes) -> None:
    if "example" in value and "examples" in value:
        mistakes.add((*path, "example"), "'examples' are declared too; this example is ignored")
        del value["example"]


def _parameter(value: dict[str, Any], path: Steps, version: str, mistakes: Mistakes) -> str | None:
    place = value.get("in")
    if place is None or "name" not in value:
        return None
    if place == "querystring" and version == "3.2":
        return None
    if place not in _STYLES:
        return f"parameters are in path, query, header or cookie, not in {place!r}; it is left out"
    _described(value, path, version, mistakes)
    style = value.get("style")
    allowed = _STYLES[place] + (("cookie",) if version == "3.2" and place == "cookie" else ())
    if style is not None and style not in allowed:
        mistakes.add((*path, "style"), f"a {place} parameter has no style {style!r}; the default applies")
        del value["style"]
    if place == "path" and value.get("required") is not True:
        mistakes.add(path, "a path parameter needs 'required: true'; it is read as required")
        value["required"] = True
    for name in ("allowEmptyValue", "allowReserved"):
        if name in value and place != "query" and version != "3.0":
            mistakes.add((*path, name), f"{name!r} is for query parameters; it is ignored")
            del value[name]
    return None


def _header(value: dict[str, Any], path: Steps, version: str, mistakes: Mistakes) -> str | None:
    _described(value, path, version, mistakes)
    if value.get("style", "simple") != "simple":
        mistakes.add((*path, "style"), "headers have the style simple")
        del value["style"]
    return None


def _media_type(value: dict[str, Any], path: Steps, version: str, mistakes: Mistakes) -> str | None:
    _one_kind_of_examples(value, path, version, mistakes)
    return None


def _security_scheme(value: dict[str, Any], path: Steps, version: str, mistakes: Mistakes) -> str | None:
    kind = value.get("type")
    if kind == "basic":
        mistakes.add((*path, "type"), "OpenAPI 3 writes 'type: http, scheme: basic'; it is read so")
        value |= {"type": "http", "scheme": "basic"}
        kind = "http"
    if kind is None:
        return None
    if kind not in _SCHEMES or (kind == "mutualTLS" and version == "3.0"):
        return f"OpenAPI {version} has no security scheme of type {kind!r}; it is not checked"
    if missing := [name for name in _SCHEMES[kind] if name not in value]:
        return f"{missing[0]!r} is missing; the security scheme is not checked"
    if kind == "apiKey" and value["in"] not in ("query", "header", "cookie"):
        return f"keys are in query, header or cookie, not in {value['in']!r}; the security scheme is not checked"
    allowed = {"type", "description", "deprecated", *_SCHEMES[kind]}
    allowed |= {"bearerFormat"} if str(value.get("scheme", "")).lower() == "bearer" else set()
    allowed |= {"oauth2MetadataUrl"} if kind == "oauth2" else set()
    for name in [name for name in value if name not in allowed and not name.startswith("x-")]:
        mistakes.add((*path, name), f"{name!r} has no meaning in this security scheme; it is ignored")
        del value[name]
    return None


def _flows(value: dict[str, Any], path: Steps, version: str, mistakes: Mistakes) -> str | None:
    for flow, urls in _FLOWS.items():
        if not isinstance(written := value.get(flow), dict):
            continue
        for name in [*urls, "scopes"]:
            if name not in written:
                mistakes.add((*path, flow), f"{name!r} is missing")
                written[name] = {} if name == "scopes" else ""
        for name in [name for name in written if name.endswith("Url") and name not in (*urls, "refreshUrl")]:
            mistakes.add((*path, flow, name), f"the flow {flow} has no {name!r}; it is ignored")
            del written[name]
    return None


def _variable(value: dict[str, Any], path: Steps, version: str, mistakes: Mistakes) -> str | None:
    if "enum" in value and not value["enum"]:
        mistakes.add((*path, "enum"), "the list is empty; any value is allowed")
        del value["enum"]
    if "default" not in value and value.get("enum"):
        mistakes.add(path, "'default' is missing; the first value is the default")
        value["default"] = value["enum"][0]
    return None


def _link(value: dict[str, Any], path: Steps, version: str, mistakes: Mistakes) -> str | None:
    if "operationId" in value and "operationRef" in value:
        mistakes.add((*path, "operationRef"), "an operationId is named too; this is ignored")
        del value["operationRef"]
    return None if "operationId" in value or "operationRef" in value else "the link names no operation; it is left out"


def _example_value(value: dict[str, Any], path: Steps, version: str, mistakes: Mistakes) -> str | None:
    if "value" in value and "externalValue" in value:
        mistakes.add((*path, "externalValue"), "a value is given too; this is ignored")
        del value["externalValue"]
    return None


AFTER: Final[Mapping[str, _After]] = {
    "Parameter": _parameter,
    "Header": _header,
    "MediaType": _media_type,
    "SecurityScheme": _security_scheme,
    "Flows": _flows,
    "Variable": _variable,
    "Link": _link,
    "Example": _example_value,
}


def drop_repeated(values: list[Any], path: Steps, mistakes: Mistakes) -> None:
    """Leave out parameters, tags and texts of a list that are there before."""
    seen: set[tuple[Any, ...]] = set()
    kept = []
    for index, value in enumerate(values):
        key = (value,) if isinstance(value, str) else _identity(value)
        if key is not None and key in seen:
            mistakes.add((*path, index), f"{key[-1]!r} is declared twice; the first declaration counts")
            continue
        if key is not None:
            seen.add(key)
        kept.append(value)
    values[:] = kept


def _identity(value: dict[str, Any]) -> tuple[Any, ...] | None:
    if "$ref" in value:
        return (value["$ref"],)
    return (value.get("in"), value["name"]) if "name" in value else None
