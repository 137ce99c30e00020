"""Finds the references in a document. It tells names from keywords, and data from structure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Steps: TypeAlias = tuple[str | int, ...]

# The keyword that contains a reference -> the kind of its target, named as in the "Components Object"; a Path Item is
# one of `paths`, because only the components of OpenAPI 3.1 can contain it.
KINDS: Final = {
    "$defs": "schemas",
    "additionalItems": "schemas",
    "additionalProperties": "schemas",
    "allOf": "schemas",
    "anyOf": "schemas",
    "callbacks": "callbacks",
    "contains": "schemas",
    "definitions": "schemas",
    "dependentSchemas": "schemas",
    "discriminator": "schemas",
    "else": "schemas",
    "examples": "examples",
    "headers": "headers",
    "if": "schemas",
    "itemSchema": "schemas",
    "items": "schemas",
    "links": "links",
    "not": "schemas",
    "oneOf": "schemas",
    "parameters": "parameters",
    "pathItems": "paths",
    "paths": "paths",
    "patternProperties": "schemas",
    "prefixItems": "schemas",
    "properties": "schemas",
    "propertyNames": "schemas",
    "requestBodies": "requestBodies",
    "requestBody": "requestBodies",
    "responses": "responses",
    "schema": "schemas",
    "schemas": "schemas",
    "securitySchemes": "securitySchemes",
    "then": "schemas",
    "unevaluatedItems": "schemas",
    "unevaluatedProperties": "schemas",
    "webhooks": "paths",
}
# The values of these keywords map names to objects: a schema can have a property named "example", and a response is
# named "default".
MAPS: Final = frozenset(
    [
        *("$defs", "additionalOperations", "callbacks", "content", "definitions", "dependentSchemas", "encoding"),
        *("examples", "headers", "links", "mediaTypes", "parameters", "pathItems", "paths", "patternProperties"),
        *("properties", "requestBodies", "responses", "schemas", "securitySchemes", "webhooks"),
    ]
)
# The values of these keywords are data: a `$ref` in them is not a reference.
DATA: Final = frozenset(("const", "dataValue", "default", "enum", "example", "value"))


def is_data(keyword: str, value: Any) -> bool:
    """Whether the value of a keyword is data. The `examples` of a schema are a list of data, other ones are a map."""
    return keyword in DATA or (keyword == "examples" and isinstance(value, list))


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference: ``holder[key]``, where `holder` is at `path`.

    `holder` is a Reference Object or, if `key` is not ``$ref``, the mapping of a discriminator. `keyword` is the
    closest keyword above it, such as ``properties`` or ``items``; names and positions are skipped. `extension` says
    whether it is inside a specification extension, where the meaning of ``$ref`` is not defined; `is_map` whether it is
    in place of a map, such as all paths, where the specification has none.
    """

    holder: dict[str, Any]
    key: str
    path: Steps
    keyword: str
    extension: bool
    is_map: bool = False

    @property
    def target(self) -> str:
        """The relative URI of the target (section "Reference Object")."""
        target: str = self.holder[self.key]
        return target


def references(value: Any, path: Steps = (), keyword: str = "", *, maps: bool = False) -> Iterator[Reference]:
    """Every reference in `value`, in the order of the document, with `maps` those in place of maps too; `value` is at
    `path`, under `keyword`."""
    pending: list[tuple[Any, Steps, str, bool, bool]] = [(value, path, keyword, False, False)]
    while pending:
        value, path, keyword, named, extension = pending.pop()
        if isinstance(value, list):
            pending.extend(
                (child, (*path, index), keyword, False, extension)
                for index, child in reversed(list(enumerate(value)))
                if isinstance(child, dict | list)
            )
        elif named:
            if maps and isinstance(value.get("$ref"), str):
                yield Reference(value, "$ref", path, keyword, extension, is_map=True)
            # The keys of a map are names.
            pending.extend(
                (child, (*path, name), keyword, False, extension)
                for name, child in reversed(value.items())
                if isinstance(child, dict | list)
            )
        else:
            if isinstance(value.get("$ref"), str):
                yield Reference(value, "$ref", path, keyword, extension)
            if keyword == "discriminator" and isinstance(mapping := value.get("mapping"), dict):
                yield from _mapped(mapping, (*path, "mapping"), extension)
            pending.extend(
                # A Callback Object maps expressions to Path Items.
                (
                    child,
                    (*path, key),
                    "paths" if keyword == "callbacks" else key,
                    isinstance(child, dict) and key in MAPS,
                    extension or key.startswith("x-"),
                )
                for key, child in reversed(value.items())
                if isinstance(child, dict | list) and not is_data(key, child)
            )


def _mapped(mapping: dict[str, Any], path: Steps, extension: bool) -> Iterator[Reference]:
    """The references in the mapping of a discriminator; a value without a slash is the name of a schema
    ("Discriminator Object")."""
    for key, target in mapping.items():
        if isinstance(target, str) and ("/" in target or "#" in target):
            yield Reference(mapping, key, path, "discriminator", extension)
