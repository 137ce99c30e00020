"""Words of one dialect of JSON Schema in a schema of another: they are read as they are meant where that is plain.

OpenAPI 3.0.3 section "Schema Object"; JSON Schema draft 2020-12, Core appendix E and Validation.
"""

from __future__ import annotations

from typing import Any

from openapi.documents.dialects import is_known_dialect
from openapi.documents.mistakes import Mistakes
from openapi.documents.references import Steps

_NEWER = "OpenAPI 3.0 has no {!r}; it is read as {}"
_OLDER = "{!r} is a word of OpenAPI 3.0; it is read as {}"


def nullable_reference(schema: dict[str, Any], path: Steps, mistakes: Mistakes, *, old: bool) -> None:
    """Allow null beside the target of a reference with `nullable: true` or, in 3.0, `type` with null."""
    kinds = schema.get("type")
    if schema.get("nullable") is not True and not (old and isinstance(kinds, list) and "null" in kinds):
        return
    mistakes.add(path, "'nullable' beside $ref has no meaning in OpenAPI; null is allowed, as it is meant")
    null = _null(old)
    reference = {"$ref": schema.pop("$ref")}
    rest: dict[str, Any] = {name: schema[name] for name in ("description", "title") if name in schema}
    schema.clear()
    schema.update(rest | {"anyOf": [reference, null]})


def _null(old: bool) -> dict[str, Any]:
    return {"type": "string", "nullable": True, "enum": [None]} if old else {"type": "null"}


def for_openapi_3_0(schema: dict[str, Any], path: Steps, mistakes: Mistakes) -> None:
    """Read the words of draft 2020-12 in a schema of OpenAPI 3.0, in place."""

    def say(keyword: str, meaning: str) -> None:
        mistakes.add((*path, keyword), _NEWER.format(keyword, meaning))

    _types(schema, path, mistakes)
    if "const" in schema:
        say("const", "an enum with one value")
        schema["enum"] = [schema.pop("const")]
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        value = schema.get(exclusive)
        if isinstance(value, int | float) and not isinstance(value, bool):
            say(exclusive, f"a {bound} that is excluded")
            own = schema.get(bound)
            stricter = own is None or (value >= own if bound == "minimum" else value <= own)
            if stricter:
                schema |= {bound: value, exclusive: True}
            else:
                del schema[exclusive]
    if "examples" in schema:
        values = schema.pop("examples")
        say("examples", "an example, the first one")
        if isinstance(values, list | dict) and values:
            schema.setdefault("example", values[0] if isinstance(values, list) else next(iter(values.values())))
    if schema.get("contentEncoding") in ("base64", "base64url"):
        say("contentEncoding", "format: byte")
        del schema["contentEncoding"]
        schema.setdefault("format", "byte")
    if "contentMediaType" in schema and "format" not in schema:
        say("contentMediaType", "format: binary")
        del schema["contentMediaType"]
        schema["format"] = "binary"
    if "patternProperties" in schema:
        say("patternProperties", "properties of any name; they are not checked")
        del schema["patternProperties"]
        schema["additionalProperties"] = True
    _positions(schema, path, mistakes)


def _types(schema: dict[str, Any], path: Steps, mistakes: Mistakes) -> None:
    kinds = schema.get("type")
    if kinds == "null":
        kinds = ["null"]
    if not isinstance(kinds, list):
        return
    named = [kind for kind in kinds if kind != "null"]
    mistakes.add((*path, "type"), "OpenAPI 3.0 has one type; null is read as nullable, several types as anyOf")
    del schema["type"]
    nullable = len(named) < len(kinds)
    if len(named) == 1:
        schema |= {"type": named[0]} | ({"nullable": True} if nullable else {})
    elif not named:
        schema.setdefault("enum", [None])
    else:
        choice = [{"type": kind} | ({"nullable": True} if nullable else {}) for kind in named]
        if "anyOf" in schema:
            schema["allOf"] = [*_listed(schema.get("allOf")), {"anyOf": choice}]
        else:
            schema["anyOf"] = choice
    if nullable and isinstance(values := schema.get("enum"), list) and None not in values and named:
        schema["enum"] = [*values, None]


def _positions(schema: dict[str, Any], path: Steps, mistakes: Mistakes) -> None:
    """The schemas of the first items become those of any item."""
    first = schema.pop("prefixItems", None)
    keyword = "prefixItems" if first is not None else "items"
    rest = schema.get("items")
    if isinstance(rest, list):
        first, rest = [*_listed(first), *rest], schema.pop("additionalItems", None)
        del schema["items"]
    if first is not None:
        mistakes.add((*path, keyword), "OpenAPI 3.0 has one schema for all items; any of these is allowed")
        several = [*_listed(first), *([rest] if isinstance(rest, dict) else [])]
        schema["items"] = {"anyOf": several} if several else {}
    elif isinstance(rest, bool):
        mistakes.add((*path, "items"), "'items' must be a schema; any item is allowed")
        schema["items"] = {}


def for_2020_12(schema: dict[str, Any], path: Steps, mistakes: Mistakes) -> None:
    """Read the words of OpenAPI 3.0 and of older drafts in a schema of draft 2020-12, in place."""

    def say(keyword: str, meaning: str) -> None:
        mistakes.add((*path, keyword), _OLDER.format(keyword, meaning))

    if isinstance(schema.get("nullable"), bool):
        say("nullable", "the type null")
        _nullable(schema, schema.pop("nullable"))
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(flag := schema.get(exclusive), bool):
            say(exclusive, f"that the {bound} is excluded")
            del schema[exclusive]
            if flag and bound in schema:
                schema[exclusive] = schema.pop(bound)
        elif exclusive in schema and not isinstance(schema[exclusive], int | float):
            mistakes.add((*path, exclusive), "this must be a number; it is not checked")
            del schema[exclusive]
    if isinstance(first := schema.get("items"), list):
        say("items", "prefixItems")
        del schema["items"]
        if first:
            schema["prefixItems"] = first
        if "additionalItems" in schema:
            schema["items"] = schema.pop("additionalItems")
    if isinstance(needs := schema.get("dependencies"), dict):
        say("dependencies", "dependentRequired and dependentSchemas")
        del schema["dependencies"]
        for name, need in needs.items():
            kind = "dependentRequired" if isinstance(need, list) else "dependentSchemas"
            schema.setdefault(kind, {})[name] = need
    if "$schema" in schema and not is_known_dialect(schema["$schema"]):
        mistakes.add((*path, "$schema"), "this dialect is not known; the schema is read as draft 2020-12")
        del schema["$schema"]
    if "examples" in schema and not isinstance(schema["examples"], list):
        values = schema["examples"]
        mistakes.add((*path, "examples"), "the examples of a schema are a list")
        schema["examples"] = list(values.values()) if isinstance(values, dict) else [values]


def _nullable(schema: dict[str, Any], nullable: bool) -> None:
    if not nullable:
        return
    kinds = schema.get("type")
    if isinstance(kinds, str) and kinds != "null":
        schema["type"] = [kinds, "null"]
    elif isinstance(kinds, list) and "null" not in kinds:
        schema["type"] = [*kinds, "null"]
    if isinstance(values := schema.get("enum"), list) and None not in values:
        schema["enum"] = [*values, None]
    parts = {name: schema.pop(name) for name in ("$ref", "allOf", "anyOf", "oneOf") if name in schema}
    if parts:
        schema["anyOf"] = [parts, {"type": "null"}]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
