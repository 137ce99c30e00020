"""Mends Schema Objects: keywords whose values make no sense are not checked, and words of other dialects are read as
they are meant (`mixed_words`)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from openapi.documents.mending.mixed_words import for_2020_12, for_openapi_3_0, nullable_reference
from openapi.documents.mistakes import Mistakes
from openapi.documents.references import Steps
from openapi.documents.subschemas import NAMED, ONE, SEVERAL

_TYPES: Final = frozenset({"array", "boolean", "integer", "number", "object", "string"})
# Names of types in programming languages and older descriptions.
_OTHER_TYPES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("int", "int32", "int64", "long", "short"), "integer"),
    **dict.fromkeys(("float", "double", "decimal"), "number"),
    **dict.fromkeys(("str", "text", "date", "date-time", "datetime", "uuid", "enum", "file", "binary"), "string"),
    **dict.fromkeys(("dict", "map", "json", "hash"), "object"),
    **dict.fromkeys(("list", "tuple"), "array"),
    "bool": "boolean",
}


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _names(value: Any) -> bool:
    return isinstance(value, list) and all(map(_text, value)) and len(set(value)) == len(value)


def _discriminator(value: Any) -> bool:
    mapping = value.get("mapping", {}) if isinstance(value, dict) else None
    return isinstance(mapping, dict) and _text(value.get("propertyName")) and all(map(_text, mapping.values()))


def _xml(value: Any) -> bool:
    kinds = {"name": str, "namespace": str, "prefix": str, "nodeType": str, "attribute": bool, "wrapped": bool}
    return isinstance(value, dict) and all(
        isinstance(each, kinds.get(name, object if name.startswith("x-") else ())) for name, each in value.items()
    )


def _docs(value: Any) -> bool:
    return isinstance(value, dict) and _text(value.get("url")) and _text(value.get("description", ""))


# Keyword -> whether a value makes sense, and what does.
_VALUES: Final[Mapping[str, tuple[Callable[[Any], bool], str]]] = {
    **dict.fromkeys(
        ("maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties"),
        (_count, "a whole number, 0 or more"),
    ),
    **dict.fromkeys(("maxContains", "minContains"), (_count, "a whole number, 0 or more")),
    **dict.fromkeys(("maximum", "minimum"), (_number, "a number")),
    "multipleOf": (lambda value: _number(value) and value > 0, "a number above 0"),
    **dict.fromkeys(("uniqueItems", "nullable", "readOnly", "writeOnly", "deprecated"), (_flag, "true or false")),
    **dict.fromkeys(("title", "description", "format", "pattern"), (_text, "text")),
    **dict.fromkeys(("contentEncoding", "contentMediaType", "$comment", "$anchor", "$id"), (_text, "text")),
    "discriminator": (_discriminator, "an object with propertyName"),
    "xml": (_xml, "an XML Object"),
    "externalDocs": (_docs, "an object with url"),
}
_KNOWN_IN_3_0: Final = frozenset(
    {
        *("title", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength"),
        *("minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxProperties", "minProperties", "required"),
        *("enum", "type", "not", "allOf", "oneOf", "anyOf", "items", "properties", "additionalProperties"),
        *("description", "format", "default", "nullable", "discriminator", "readOnly", "writeOnly", "example"),
        *("externalDocs", "deprecated", "xml", "$ref"),
    }
)


class SchemaMender:
    """Mends the schemas of a document of a version, and tells each mistake."""

    def __init__(self, version: str, mistakes: Mistakes) -> None:
        self._old = version == "3.0"
        self._mistakes = mistakes
        self._done: set[int] = set()

    def mend(self, schema: Any, path: Steps) -> Any:
        """The schema at `path`, mended in place where it is an object."""
        if isinstance(schema, bool) and not self._old:
            return schema
        if not isinstance(schema, dict):
            return self._of_other(schema, path)
        if id(schema) in self._done:
            return schema
        self._done.add(id(schema))
        if isinstance(schema.get("$ref"), str):
            nullable_reference(schema, path, self._mistakes, old=self._old)
            if "$ref" in schema and self._old:
                return schema
        elif "$ref" in schema:
            self._drop(schema, "$ref", path, "this must be text")
        self._type(schema, path)
        (for_openapi_3_0 if self._old else for_2020_12)(schema, path, self._mistakes)
        self._keywords(schema, path)
        self._inner(schema, path)
        return schema

    def _of_other(self, schema: Any, path: Steps) -> Any:
        if isinstance(schema, str) and schema.lower() in _TYPES:
            self._mistakes.add(path, f"a schema is an object; it is read as type: {schema.lower()}")
            return {"type": schema.lower()}
        self._mistakes.add(path, "a schema is an object; any value is allowed")
        return {"not": {}} if schema is False else {}

    def _type(self, schema: dict[str, Any], path: Steps) -> None:
        """Read the names of types as they are meant."""
        if (written := schema.get("type", self)) is self:
            return
        names = re.split(r"[,|]", written) if isinstance(written, str) else written
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            self._drop(schema, "type", path, "this is not the name of a type")
            return
        meant = [_meant(name) for name in names]
        if None in meant or not meant:
            self._drop(schema, "type", path, f"{written!r} is not a type")
            return
        found = list(dict.fromkeys(name for name in meant if name is not None))
        if written == "file" or written == "binary":
            schema.setdefault("format", "binary")
        read = found[0] if len(found) == 1 else found
        if read != written:
            if not (isinstance(written, list) and len(written) == 1 and not self._old):
                self._mistakes.add((*path, "type"), f"{written!r} is not a type; it is read as {read!r}")
            schema["type"] = read

    def _keywords(self, schema: dict[str, Any], path: Steps) -> None:
        for keyword, value in list(schema.items()):
            if keyword.startswith("x-"):
                continue
            if self._old and keyword not in _KNOWN_IN_3_0:
                self._drop(schema, keyword, path, f"OpenAPI 3.0 has no {keyword!r}")
            elif keyword in _VALUES and not _VALUES[keyword][0](value):
                self._value(schema, keyword, path)
            elif keyword == "enum":
                self._enum(schema, path)
            elif keyword == "required":
                self._required(schema, path)
        for exclusive in ("exclusiveMaximum", "exclusiveMinimum") if self._old else ():
            if exclusive in schema and not _flag(schema[exclusive]):
                self._drop(schema, exclusive, path, "this must be true or false")

    def _value(self, schema: dict[str, Any], keyword: str, path: Steps) -> None:
        """Read a value of the wrong type: a number or flag in quotes, text without."""
        is_right, right = _VALUES[keyword]
        value = schema[keyword]
        meant: Any = None
        if isinstance(value, str):
            try:
                meant = json.loads(value.lower())
            except ValueError:
                meant = None
        elif is_right is _text and isinstance(value, int | float):
            meant = str(value)
        elif isinstance(value, float) and value.is_integer():
            meant = int(value)
        if meant is not None and is_right(meant):
            self._mistakes.add((*path, keyword), f"this must be {right}; it is read as {meant!r}")
            schema[keyword] = meant
        else:
            self._drop(schema, keyword, path, f"this must be {right}")

    def _enum(self, schema: dict[str, Any], path: Steps) -> None:
        values = schema["enum"]
        if not isinstance(values, list) or not values:
            self._drop(schema, "enum", path, "this must be a list of values")
            return
        seen = {json.dumps(value, sort_keys=True): value for value in values}
        if len(seen) != len(values):
            self._mistakes.add((*path, "enum"), "a value is there twice")
            schema["enum"] = list(seen.values())

    def _required(self, schema: dict[str, Any], path: Steps) -> None:
        names = schema["required"]
        if isinstance(names, list) and all(map(_text, names)) and len(set(names)) < len(names):
            self._mistakes.add((*path, "required"), "a name is there twice")
            schema["required"] = names = list(dict.fromkeys(names))
        if isinstance(names, str):
            self._mistakes.add((*path, "required"), "this must be a list of names; it is read as one")
            schema["required"] = names = [names]
        if not _names(names) or (self._old and not names):
            # An empty list says nothing, and only the schema of 3.0 minds it.
            self._drop(schema, "required", path, "this must be a list of the names of properties")

    def _inner(self, schema: dict[str, Any], path: Steps) -> None:
        for keyword, value in list(schema.items()):
            inner = (*path, keyword)
            if keyword in SEVERAL and (isinstance(value, list) or keyword not in ONE):
                if not isinstance(value, list) or not value:
                    self._drop(schema, keyword, path, "this must be a list of schemas")
                else:
                    schema[keyword] = [self.mend(each, (*inner, index)) for index, each in enumerate(value)]
            elif keyword in NAMED:
                self._properties(schema, keyword, path)
            elif keyword in ONE and not (keyword == "additionalProperties" and isinstance(value, bool)):
                schema[keyword] = self.mend(value, inner)

    def _properties(self, schema: dict[str, Any], keyword: str, path: Steps) -> None:
        named = schema[keyword]
        if not isinstance(named, dict):
            self._drop(schema, keyword, path, "this must be a map of schemas")
            return
        for name, each in named.items():
            if isinstance(each, dict) and isinstance(each.get("required"), bool):
                # JSON Schema draft 3 section 5.7.
                self._mistakes.add((*path, keyword, name, "required"), "names are required in the list of the object")
                if each.pop("required") and keyword == "properties" and name not in schema.get("required", []):
                    schema["required"] = [*schema.get("required", []), name]
            if keyword != "dependencies":
                named[name] = self.mend(each, (*path, keyword, name))

    def _drop(self, schema: dict[str, Any], keyword: str, path: Steps, reason: str) -> None:
        self._mistakes.add((*path, keyword), f"{reason}; it is not checked")
        del schema[keyword]


def _meant(name: str) -> str | None:
    """The type that a name means; None for any type, and for what is no type."""
    name = name.strip().lower()
    if name in _TYPES or name in ("null", "nil", "none"):
        return name if name in _TYPES else "null"
    return _OTHER_TYPES.get(name)
