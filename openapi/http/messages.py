"""HTTP requests and responses as values, to check, show or repeat them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

# Header fields in their order, with names as written; a name can occur several times (RFC 9110 section 5.2).
Fields: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A request. `target` is its path and query as on the wire (RFC 9112 section 3.2.1)."""

    method: str
    target: str
    headers: Fields = ()
    body: bytes = b""

    @property
    def path(self) -> str:
        """The target without its query, undecoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The target after its question mark, undecoded."""
        return self.target.partition("?")[2]

    def header(self, name: str) -> str | None:
        """The first value of a header; None when there is none."""
        return next(iter(values_of(self.headers, name)), None)


@dataclass(frozen=True, slots=True)
class Response:
    """A response. `body` is its content with any Content-Encoding decoded; `seconds` is the time from the request to
    the last byte of the response. `cut` is the number of bytes after `body` that were not kept."""

    status: int
    headers: Fields = ()
    body: bytes = b""
    seconds: float = 0.0
    cut: int = 0

    def header(self, name: str) -> str | None:
        """The first value of a header; None when there is none."""
        return next(iter(values_of(self.headers, name)), None)

    @property
    def media_type(self) -> str | None:
        """The type and subtype of its Content-Type in lower case; None without one (RFC 9110 section 8.3)."""
        value = self.header("content-type")
        return None if value is None else value.partition(";")[0].strip().lower()

    def shortened(self, longest: int) -> Response:
        """The same response with at most `longest` bytes of its body."""
        more = len(self.body) - longest
        return self if more <= 0 else replace(self, body=self.body[:longest], cut=self.cut + more)


def has_content(status: int) -> bool:
    """Whether a response with a status can have content: 1xx, 204, 205 and 304 never have any (RFC 9110 sections 6.4.1
    and 15.3.6)."""
    return status >= 200 and status not in (204, 205, 304)


def values_of(headers: Fields, name: str) -> list[str]:
    """Every value of a header, in order; names are compared without case (RFC 9110 section 5.1)."""
    wanted = name.lower()
    return [value for field, value in headers if field.lower() == wanted]


def fields_from(headers: Iterable[tuple[bytes, bytes]]) -> Fields:
    """The headers of an ASGI message as fields: each character is a byte (ISO 8859-1)."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)


def fields_of(headers: Mapping[str, str]) -> Fields:
    """A mapping of headers as fields."""
    return tuple(headers.items())
