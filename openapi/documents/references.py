"""Finds the references in a document. It tells names from keywords, and data from structure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Steps: TypeAlias = tuple[str | int, ...]

# The keyword that contains a reference -> the kind of its target, named as in the "Components Object". That object has
# no Path Items.
KINDS: Final = {
    "additionalProperties": "schemas",
    "allOf": "schemas",
    "anyOf": "schemas",
    "callbacks": "callbacks",
    "definitions": "schemas",
    "discriminator": "schemas",
    "examples": "examples",
    "headers": "headers",
    "items": "schemas",
    "links": "links",
    "not": "schemas",
    "oneOf": "schemas",
    "parameters": "parameters",
    "paths": "paths",
    "properties": "schemas",
    "requestBodies": "requestBodies",
    "requestBody": "requestBodies",
    "responses": "responses",
    "schema": "schemas",
    "schemas": "schemas",
    "securitySchemes": "securitySchemes",
}
# The values of these keywords map names to objects: a schema can have a property named "example", and a response is
# named "default".
_MAPS: Final = frozenset(
    [
        *(
            "callbacks",
            "content",
            "definitions",
            "encoding",
            "examples",
            "headers",
            "links",
            "parameters",
            "paths",
            "properties",
        ),
        *("requestBodies", "responses", "schemas", "securitySchemes"),
    ]
)
# The values of these keywords are data: a `$ref` in them is not a reference.
_DATA: Final = frozenset(("default", "enum", "example", "value"))


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference: ``holder[key]``, where `holder` is at `path`.

    `holder` is a Reference Object or, if `key` is not ``$ref``, the mapping of a discriminator. `keyword` is the
    closest keyword above it, such as ``properties`` or ``items``; names and positions are skipped. `extension` says
    whether it is inside a specification extension, where the meaning of ``$ref`` is not defined.
    """

    holder: dict[str, Any]
    key: str
    path: Steps
    keyword: str
    extension: bool

    @property
    def target(self) -> str:
        """The relative URI of the target (section "Reference Object")."""
        target: str = self.holder[self.key]
        return target


def references(value: Any, path: Steps = (), keyword: str = "") -> Iterator[Reference]:
    """Every reference in `value`, in the order of the document; `value` is at `path`, under `keyword`."""
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
                    isinstance(child, dict) and key in _MAPS,
                    extension or key.startswith("x-"),
                )
                for key, child in reversed(value.items())
                if isinstance(child, dict | list) and key not in _DATA
            )


def _mapped(mapping: dict[str, Any], path: Steps, extension: bool) -> Iterator[Reference]:
    """The references in the mapping of a discriminator; a value without a slash is the name of a schema
    ("Discriminator Object")."""
    for key, target in mapping.items():
        if isinstance(target, str) and ("/" in target or "#" in target):
            yield Reference(mapping, key, path, "discriminator", extension)
