"""The keywords of a Schema Object that contain no other schema, without the differences between the dialects."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from openapi.http.media_types import is_text, parse_media_type

# Keywords that do not restrict data; `nullable` belongs to `type`.
_ANNOTATIONS: Final = frozenset(
    {
        *("title", "description", "default", "example", "examples", "deprecated", "discriminator", "externalDocs"),
        *("nullable", "readOnly", "writeOnly", "xml"),
        *("$anchor", "$comment", "$defs", "$dynamicAnchor", "$id", "$schema", "$vocabulary", "definitions"),
        *("contentEncoding", "contentMediaType", "contentSchema"),
    }
)
# JSON Schema draft 2020-12 says the encoding of a string by a keyword, OpenAPI 3.0 by a format ("Data Types").
_ENCODED: Final = {"base64": "byte", "base64url": "byte"}


class SchemaKeywords(ABC):
    """What a Schema Object says itself. Only this class knows OpenAPI 3.0's `nullable`."""

    @property
    @abstractmethod
    def resolved(self) -> Mapping[str, Any]:
        """The Schema Object after references are followed; caches use its identity as the key."""

    def get(self, keyword: str, default: Any = None) -> Any:
        """The value of a keyword that has the same meaning in every dialect and contains no schema, such as
        `minLength`."""
        return self.resolved.get(keyword, default)

    def __contains__(self, keyword: str) -> bool:
        return keyword in self.resolved

    @property
    def keywords(self) -> Sequence[str]:
        """The keywords in the order of the document, without extensions."""
        return [keyword for keyword in self.resolved if not keyword.startswith("x-")]

    @property
    def assertions(self) -> Sequence[str]:
        """The keywords that restrict data."""
        return [keyword for keyword in self.keywords if keyword not in _ANNOTATIONS]

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The types that the schema itself names, with "null" if it is nullable; () for any type."""
        kind = self.resolved.get("type")
        if isinstance(kind, str):
            return (kind, "null") if self.resolved.get("nullable") is True else (kind,)
        return tuple(kind) if isinstance(kind, list) else ()

    @property
    def type(self) -> str | None:
        """The single type except null that the schema itself names; None if there are none or several."""
        named = [kind for kind in self.types if kind != "null"]
        return named[0] if len(named) == 1 else None

    @property
    def is_nullable(self) -> bool:
        """Whether the schema itself declares null, even without effect (3.0.3, proposal "Clarify Nullable")."""
        return "null" in self.types or self.resolved.get("nullable") is True

    @cached_property
    def enum(self) -> list[Any] | None:
        """The allowed values, one for a `const`; None if there is neither."""
        if "const" in self.resolved:
            return [self.resolved["const"]]
        values = self.resolved.get("enum")
        return values if isinstance(values, list) else None

    @property
    def lower_bound(self) -> tuple[float, bool] | None:
        """The least number, and whether it is excluded; None if there is no minimum."""
        return max(self._bounds("minimum", "exclusiveMinimum"), default=None)

    @property
    def upper_bound(self) -> tuple[float, bool] | None:
        """The greatest number, and whether it is excluded; None if there is no maximum."""
        bounds = self._bounds("maximum", "exclusiveMaximum")
        return min(bounds, key=lambda bound: (bound[0], not bound[1]), default=None)

    def _bounds(self, keyword: str, exclusive: str) -> list[tuple[float, bool]]:
        """The bound, excluded if `exclusive` is true, and the other one that a number under `exclusive` is."""
        value, other = self.resolved.get(keyword), self.resolved.get(exclusive)
        own = [] if value is None else [(value, other is True)]
        return own if isinstance(other, bool) or other is None else [*own, (other, True)]

    @property
    def format(self) -> str:
        """The `format`, or ""; text that `contentMediaType` says is another kind of content is `binary`, unless it is
        encoded (OpenAPI 3.1, "Considerations for File Uploads")."""
        value = self.resolved.get("format") or self._format_of_content
        return value if isinstance(value, str) else ""

    @property
    def _format_of_content(self) -> str:
        encoding, media_type = self.resolved.get("contentEncoding"), self.resolved.get("contentMediaType")
        if isinstance(encoding, str):
            return _ENCODED.get(encoding, "")
        return "binary" if isinstance(media_type, str) and not is_text(parse_media_type(media_type).name) else ""

    @property
    def description(self) -> str:
        """The `description`, or ""."""
        value = self.resolved.get("description", "")
        return value if isinstance(value, str) else ""

    @cached_property
    def examples(self) -> tuple[Any, ...]:
        """The examples of the schema itself, `example` first."""
        several = self.resolved.get("examples")
        one = (self.resolved["example"],) if "example" in self.resolved else ()
        return (*one, *several) if isinstance(several, list) else one

    @property
    def example_pointer(self) -> str:
        """The JSON pointer of the first example in the Schema Object."""
        return "/example" if "example" in self.resolved else "/examples/0"

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The names of required properties."""
        names = self.resolved.get("required", ())
        return tuple(names) if isinstance(names, list) else ()

    @cached_property
    def dependent_required(self) -> Mapping[str, tuple[str, ...]]:
        """The names of the properties that another one requires, by its name."""
        written = self.resolved.get("dependentRequired")
        named = written.items() if isinstance(written, Mapping) else ()
        return {name: tuple(names) for name, names in named if isinstance(names, list)}

    @cached_property
    def discriminator(self) -> Mapping[str, Any] | None:
        """The Discriminator Object."""
        value = self.resolved.get("discriminator")
        return value if isinstance(value, Mapping) else None

    @cached_property
    def xml(self) -> Mapping[str, Any]:
        """The XML Object, or {}."""
        value = self.resolved.get("xml", {})
        return value if isinstance(value, Mapping) else {}

    @property
    def allows_nothing(self) -> bool:
        """Whether it is the schema false, or written like it."""
        return self.resolved.get("not") in ({}, True)
