"""A document as data, with its source and its references."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from openapi.documents.dialects import Dialect, dialect_of, is_meta_schema
from openapi.documents.errors import ContractError
from openapi.documents.mistakes import Mistake
from openapi.documents.pointer import pointer_to, resolve_pointer, steps_of


@dataclass(frozen=True)
class Document:
    """A document in one piece; `content` are its bytes as published, `source` is its name in errors.

    `root` is its data; `files` are the files that it was read from, the root file first. A `lenient` document is
    written by a third party: its structure is checked, but not the rules that a schema cannot express.

    A document of another version is converted when it is loaded: `root` is then the converted data, `converted_from`
    the data as written, and `origins` maps the JSON pointer in `root` of each part that moved to its JSON pointer as
    written. Users see pointers as written, see `as_written`; all other pointers are those of `root`.

    `warnings` are the mistakes of the document as written, which are mended in `root`.
    """

    source: str
    content: bytes
    root: Mapping[str, Any] = field(repr=False)
    files: tuple[Path, ...] = ()
    lenient: bool = False
    origins: Mapping[str, str] = field(default_factory=dict, repr=False)
    converted_from: Mapping[str, Any] | None = field(default=None, repr=False)
    warnings: tuple[Mistake, ...] = ()

    @property
    def written(self) -> Mapping[str, Any]:
        """Its data as written."""
        return self.root if self.converted_from is None else self.converted_from

    def as_written(self, pointer: str) -> str:
        """The JSON pointer as written of the part at a pointer into `root`."""
        head, tail = pointer, ""
        while head and head not in self.origins:
            head, _, step = head.rpartition("/")
            tail = f"/{step}{tail}"
        return self.origins.get(head, head) + tail

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

    def published(self) -> dict[str, Any]:
        """The data as written in a new dict, for users."""
        return dict(self.written)

    def at(self, pointer: str) -> Any:
        """The value at a JSON pointer. Raises LookupError if there is none."""
        return resolve_pointer(self.root, pointer)

    def quotation(self, pointer: str) -> Any:
        """The value at a pointer as written, for reports; as `at` if it was added by a conversion."""
        with suppress(LookupError):
            return resolve_pointer(self.written, self.as_written(pointer))
        return self.at(pointer)

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
