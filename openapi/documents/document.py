"""A document as data, with its source and its references."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from openapi.documents.dialects import Dialect, dialect_of, is_meta_schema
from openapi.documents.errors import ContractError
from openapi.documents.pointer import pointer_to, resolve_pointer, steps_of


@dataclass(frozen=True)
class Document:
    """A document in one piece; `content` are its bytes as published, `source` is its name in errors.

    `root` is its data; `files` are the files that it was read from, the root file first. A `lenient` document is
    written by a third party: its structure is checked, but not the rules that a schema cannot express.
    """

    source: str
    content: bytes
    root: Mapping[str, Any] = field(repr=False)
    files: tuple[Path, ...] = ()
    lenient: bool = False

    @cached_property
    def cache(self) -> dict[Hashable, Any]:
        """Values that are computed from the document once and then reused."""
        return {}

    @cached_property
    def dialect(self) -> Dialect:
        """The dialect of its schemas."""
        return dialect_of(self.root)

    def as_dict(self) -> dict[str, Any]:
        """The data in a new dict, for libraries that read OpenAPI documents themselves."""
        return dict(self.root)

    def at(self, pointer: str) -> Any:
        """The value at a JSON pointer, for quotations in reports. Raises LookupError if there is none."""
        return resolve_pointer(self.root, pointer)

    def resolve(self, value: Any) -> Any:
        """`value`, or the target when it is a Reference Object (section "Reference Object").

        Raises LookupError for a reference to something that does not exist, ContractError for one that leads to itself.
        """
        return self.follow(value, "")[0]

    def follow(self, value: Any, pointer: str) -> tuple[Any, str]:
        """As `resolve`, for a value at `pointer`: the target and its JSON pointer."""
        seen = set()
        while isinstance(value, Mapping) and isinstance(reference := value.get("$ref"), str):
            if reference in seen:
                raise ContractError(
                    self.source, reference.removeprefix("#"), "the $ref refers to itself; replace it with a definition"
                )
            seen.add(reference)
            if is_meta_schema(reference):
                return {}, pointer
            pointer = reference.removeprefix("#")
            value = resolve_pointer(self.root, pointer)
        return value, pointer

    def origin_of(self, pointer: str) -> str:
        """`pointer`, after the references on its way are followed: the place in a shared component that it leads to.
        Steps that lead nowhere stay as they are."""
        key = (Document.origin_of, pointer)
        if key not in self.cache:
            self.cache[key] = self._origin_of(pointer)
        origin: str = self.cache[key]
        return origin

    def _origin_of(self, pointer: str) -> str:
        value: Any = self.root
        origin = ""
        for step in steps_of(pointer):
            origin += pointer_to(step)
            try:
                value = resolve_pointer(value, pointer_to(step))
                value, origin = self.follow(value, origin)
            except (LookupError, ContractError):
                value = {}
        return origin
