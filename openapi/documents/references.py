"""Where a document refers to something: a walk that knows names from keywords, and data from structure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Steps: TypeAlias = tuple[str | int, ...]

# What holds a reference says of which kind is what it refers to, in the words of the "Components Object", which has no
# Path Items.
KINDS: Final = {
    "additionalProperties": "schemas",
    "allOf": "schemas",
    "anyOf": "schemas",
    "callbacks": "callbacks",
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
# What stands under these is a map from names to objects: a schema may well have a property that is called "example",
# and a response is called "default".
_MAPS: Final = frozenset(
    [
        *("callbacks", "content", "encoding", "examples", "headers", "links", "parameters", "paths", "properties"),
        *("requestBodies", "responses", "schemas", "securitySchemes"),
    ]
)
# What stands under these is data, in which a `$ref` is none.
_DATA: Final = frozenset(("default", "enum", "example", "value"))


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference: ``holder[key]``, which stands at `path`.

    `holder` is a Reference Object or, where `key` is not ``$ref``, the mapping of a discriminator. `keyword` is what
    holds it, names and positions left out, such as ``properties`` or ``items``. What a specification extension
    (`extension`) means by a ``$ref`` is not ours to know.
    """

    holder: dict[str, Any]
    key: str
    path: Steps
    keyword: str
    extension: bool

    @property
    def target(self) -> str:
        """What it refers to, a relative URI (section "Reference Object")."""
        target: str = self.holder[self.key]
        return target


def references(value: Any, path: Steps = (), keyword: str = "") -> Iterator[Reference]:
    """Every reference in `value`, which stands at `path` and is held by `keyword`, in the order of the document."""
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
            # In a map the keys are names.
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
                # A Callback Object holds Path Items by expressions.
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
    """The references in the mapping of a discriminator; what has no slash is the name of a schema ("Discriminator
    Object")."""
    for key, target in mapping.items():
        if isinstance(target, str) and ("/" in target or "#" in target):
            yield Reference(mapping, key, path, "discriminator", extension)
