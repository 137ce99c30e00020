"""A document as data: where it came from, and what its references lead to."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from openapi.documents.errors import ContractError
from openapi.documents.pointer import resolve_pointer


@dataclass(frozen=True)
class Document:
    """A document of one piece; `content` are its bytes as published, `source` is what errors call it.

    `root` is its data, `files` are those that it was read from, its own first. A `lenient` document is someone else's:
    its structure is checked, rules that no schema can express are not enforced.
    """

    source: str
    content: bytes
    root: Mapping[str, Any] = field(repr=False)
    files: tuple[Path, ...] = ()
    lenient: bool = False

    @cached_property
    def cache(self) -> dict[Hashable, Any]:
        """What is made from the document once and is found again with it."""
        return {}

    def as_dict(self) -> dict[str, Any]:
        """Its data in a dict of its own, for programs that read documents by themselves."""
        return dict(self.root)

    def at(self, pointer: str) -> Any:
        """What the document has at a JSON pointer, for quotes in reports; LookupError when there is nothing."""
        return resolve_pointer(self.root, pointer)

    def resolve(self, value: Any) -> Any:
        """`value`, or the target when it is a Reference Object (section "Reference Object").

        LookupError when a reference leads nowhere, ContractError when one leads to itself.
        """
        return self.follow(value, "")[0]

    def follow(self, value: Any, pointer: str) -> tuple[Any, str]:
        """The same for a value at `pointer`, with the JSON pointer of the target."""
        seen = set()
        while isinstance(value, Mapping) and isinstance(reference := value.get("$ref"), str):
            if reference in seen:
                raise ContractError(self.source, reference.removeprefix("#"), "a $ref refers to itself")
            seen.add(reference)
            pointer = reference.removeprefix("#")
            value = resolve_pointer(self.root, pointer)
        return value, pointer
