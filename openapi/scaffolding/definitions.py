"""Definitions of types as lines of Python."""

from __future__ import annotations

import keyword
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from openapi.scaffolding.names import IMPORTED
from openapi.scaffolding.shapes import ObjectShape
from openapi.scaffolding.text import docstring, line, sentence, string
from openapi.schemas import Schema

# The names that types are made of.
_OF_TYPES: Final = IMPORTED | {"bool", "bytes", "dict", "float", "int", "list", "object", "str", "tuple"}
# The type of any value.
ANY: Final = "object"


@dataclass(frozen=True)
class TypedDictionary:
    """A `TypedDict`: its name, and the types of its fields."""

    name: str
    shape: ObjectShape
    fields: Mapping[str, str]

    def lines(self, tags: Mapping[Schema, Mapping[str, Iterable[str]]], defined: Container[str]) -> list[str]:
        """The definition. A field that a discriminator reads is a `Literal` of its values, in `tags`."""
        values = {key: found for part in self.shape.parts for key, found in tags.get(part, {}).items()}
        values |= tags.get(self.shape.source, {})
        fields = {
            key: _literal(values[key]) if kind == "str" and key in values else kind for key, kind in self.fields.items()
        }
        is_partial = not self.shape.required & fields.keys()
        marked = {
            key: kind if is_partial or key in self.shape.required else f"NotRequired[{kind}]"
            for key, kind in fields.items()
        }
        total = ", total=False" if is_partial else ""
        text = docstring([self._description], "    ")
        if all(_is_plain(key, defined) for key in marked):
            body = [f"    {key}: {kind}" for key, kind in marked.items()]
            return [f"class {self.name}(TypedDict{total}):", *text, "", *body]
        # A name that no class body can have, or that would hide a type there (PEP 589, "Alternative Syntax").
        body = [f"        {string(key)}: {string(kind)}," for key, kind in marked.items()]
        comment = f"# {line(self._description)}"
        return [comment, f"{self.name} = TypedDict(", f'    "{self.name}",', "    {", *body, "    }" + total + ",", ")"]

    @property
    def _description(self) -> str:
        own = next((part.description for part in self.shape.parts if part.description.strip()), "")
        return sentence(own) or "An object of the contract."


def alias_lines(name: str, kind: str, description: str) -> list[str]:
    """The definition of `name` as another name of a type."""
    comment = [f"# {line(description)}"] if description.strip() else []
    return [*comment, f"{name}: TypeAlias = {string(kind)}"]


def union(kinds: Iterable[str]) -> str:
    """The type of a value that is of one of several types."""
    flat = list(dict.fromkeys(kind for kind in kinds if kind))
    if ANY in flat:
        return ANY
    known = [kind for kind in flat if kind != "Never"]
    # None is last, and one of several.
    ordered = [kind for kind in known if kind != "None"] + [kind for kind in known if kind == "None"]
    return " | ".join(ordered) or "Never"


def _is_plain(key: str, defined: Container[str]) -> bool:
    is_name = key.isidentifier() and key.isascii() and not keyword.iskeyword(key) and not key.startswith("__")
    return is_name and key not in _OF_TYPES and key not in defined


def _literal(values: Iterable[str]) -> str:
    return f"Literal[{', '.join(string(value) for value in sorted(values))}]"
