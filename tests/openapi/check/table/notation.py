"""A short notation for OpenAPI documents, so that a row of the table shows only what it is about.

    GET /users/{id}:
      query: {limit~: integer, sort: string}
      200: {name: string, age~: integer int32, tags: [string]}
      404: ~
    schemas: {Cat: {meow: boolean}}
    security: [bearer]

A schema is a type with an optional format (`integer int32`; `string~` may be null), the name of a schema in capitals
(`Cat`), a list (`[string]`: an array), an object of properties (`name~` may be left out; `...: false` allows no
others), or a Schema Object, which has one of the keywords in `KEYWORDS`. A response is a schema of JSON, `~` (no
content), or a Response Object, whose `content` and `headers` may be short. `security: [bearer+key, none]` is a list of
alternatives.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

import yaml

KEYWORDS: Final = {"type", "format", "enum", "oneOf", "anyOf", "allOf", "not", "$ref"}
_NESTED: Final = {"items", "additionalProperties", "not"}
_LISTS: Final = {"oneOf", "anyOf", "allOf"}
_LOCATIONS: Final = ("query", "path", "header", "cookie")
_BODIES: Final = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "multipart": "multipart/form-data",
}
_SCHEMES: Final = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "raw_key": {"type": "apiKey", "in": "header", "name": "Authorization"},
    "query_key": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie_key": {"type": "apiKey", "in": "cookie", "name": "session"},
    "digest": {"type": "http", "scheme": "digest"},
    "oauth": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/token", "scopes": {}}}},
    "openid": {"type": "openIdConnect", "openIdConnectUrl": "https://example.com/.well-known/openid-configuration"},
}
_METHOD: Final = re.compile(r"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE) (/.*)")


def document(text: str) -> bytes:
    """The OpenAPI 3.0.3 document that a text in the notation stands for, as JSON."""
    paths: dict[str, dict[str, Any]] = {}
    components: dict[str, Any] = {"securitySchemes": _SCHEMES}
    root: dict[str, Any] = {"openapi": "3.0.3", "info": {"title": "A row", "version": "1"}, "paths": paths}
    for key, value in yaml.safe_load(text).items():
        if match := _METHOD.fullmatch(key):
            method, path = match.groups()
            paths.setdefault(path, {})[method.lower()] = _operation(path, value or {})
        elif key.startswith("/"):
            paths.setdefault(key, {}).update(_fields(value))
        elif key == "schemas":
            components["schemas"] = {name: schema(short) for name, short in value.items()}
        else:
            root.update(_fields({key: value}))
    return json.dumps({**root, "components": components}).encode()


def schema(short: Any) -> dict[str, Any]:
    """The Schema Object that a short schema stands for."""
    if isinstance(short, str):
        return _named(short)
    if isinstance(short, list):
        return {"type": "array", "items": schema(short[0])}
    if short.keys() & KEYWORDS:
        return {key: _keyword(key, value) for key, value in short.items()}
    properties = {name.removesuffix("~"): schema(value) for name, value in short.items() if name != "..."}
    required = [name for name in short if not name.endswith("~") and name != "..."]
    result: dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        result["required"] = required
    if "..." in short:
        result["additionalProperties"] = _keyword("additionalProperties", short["..."])
    return result


def _named(short: str) -> dict[str, Any]:
    name, _, form = short.removesuffix("~").partition(" ")
    if name[:1].isupper():
        return {"$ref": f"#/components/schemas/{name}"}
    result: dict[str, Any] = {} if name == "any" else {"type": name}
    return result | ({"format": form} if form else {}) | ({"nullable": True} if short.endswith("~") else {})


def _keyword(key: str, value: Any) -> Any:
    if key in _LISTS:
        return [schema(each) for each in value]
    if key == "properties":
        return {name: schema(each) for name, each in value.items()}
    return schema(value) if key in _NESTED and not isinstance(value, bool) else value


def _operation(path: str, short: Mapping[Any, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {"responses": {}}
    parameters = [*short.get("parameters", ())]
    named = {*short.get("path", ())}
    for name in re.findall(r"{(\w+)}", path):
        if name not in named:
            parameters.append(_parameter("path", name, "string"))
    for key, value in short.items():
        if key in _LOCATIONS:
            parameters += [_parameter(key, name, each) for name, each in value.items()]
        elif key in _BODIES:
            result["requestBody"] = {"required": True, "content": {_BODIES[key]: {"schema": schema(value)}}}
        elif isinstance(key, int) or key == "default" or key.endswith("XX"):
            result["responses"][str(key)] = _response(value)
        elif key != "parameters":
            result.update(_fields({key: value}))
    return result | ({"parameters": parameters} if parameters else {})


def _parameter(location: str, name: str, short: Any) -> dict[str, Any]:
    whole = short if isinstance(short, dict) and short.keys() & {"schema", "content"} else {"schema": schema(short)}
    if "schema" in whole:
        whole = {**whole, "schema": schema(whole["schema"])}
    required = location == "path" or not name.endswith("~")
    return {"name": name.removesuffix("~"), "in": location, "required": required, **whole}


def _response(short: Any) -> dict[str, Any]:
    if short is None:
        return {"description": "no content"}
    if isinstance(short, str | list) or not short.keys() & {"content", "headers", "links", "description"}:
        short = {"content": {"application/json": short}}
    result = {"description": "an answer", **short}
    if "content" in short:
        result["content"] = {
            name: {} if each is None else {"schema": schema(each)} for name, each in short["content"].items()
        }
    if "headers" in short:
        result["headers"] = {
            name.removesuffix("~"): {"required": not name.endswith("~"), "schema": schema(each)}
            for name, each in short["headers"].items()
        }
    return result


def _fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a document, a path or an operation; servers and security may be short."""
    result = dict(fields)
    if "servers" in fields:
        result["servers"] = [{"url": each} if isinstance(each, str) else each for each in fields["servers"]]
    if "security" in fields:
        result["security"] = [
            {name: [] for name in each.split("+") if name != "none"} if isinstance(each, str) else each
            for each in fields["security"]
        ]
    return result
