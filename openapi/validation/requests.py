"""Reads a request: parameters and body become data, and their violations are listed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from openapi.contract import Operation, Parameter, RequestBody
from openapi.http.media_types import MediaType, parse_media_type
from openapi.http.messages import Fields, values_of
from openapi.parameters.request_parts import RequestParts
from openapi.schemas import Direction
from openapi.validation.bodies import ContentReader, ContentReaders
from openapi.validation.parameters import ParameterReader
from openapi.validation.violations import MISSING, Violation


@dataclass(slots=True)
class Reading:
    """The data of a request: `values` by parameter without absent ones, the `body` or MISSING, and the `violations` of
    the contract."""

    values: dict[Parameter, Any] = field(default_factory=dict)
    body: Any = MISSING
    violations: list[Violation] = field(default_factory=list)


class RequestReader:
    """Reads the requests of one operation; everything that depends only on the contract is prepared once.

    Raises ValueError, which names the schema, if a schema cannot be compiled.
    """

    def __init__(self, operation: Operation) -> None:
        self._parameters = [ParameterReader(operation, parameter) for parameter in operation.parameters]
        self._body = None if operation.body is None else BodyReader(operation.body)

    @property
    def takes_body(self) -> bool:
        """Whether the operation takes a body."""
        return self._body is not None

    def unread_body(self, headers: Fields) -> str:
        """Why a body with these headers is not judged; "" if it is."""
        return "the contract declares no body" if self._body is None else self._body.unread(headers)

    @property
    def is_empty(self) -> bool:
        """Whether the operation has neither parameters nor a body, so that nothing has to be read."""
        return not self._parameters and self._body is None

    def accepts_path(self, parts: RequestParts) -> bool:
        """Whether the parameters in the path of a request satisfy their schemas."""
        own = (reader for reader in self._parameters if reader.parameter.location == "path")
        return not any(reader.read(parts)[1] for reader in own)

    def read(self, parts: RequestParts, body: bytes | None) -> Reading:
        """The data of a request and its violations, except those of credentials; `body` is None if it is unavailable
        and must not be judged."""
        reading = Reading()
        for reader in self._parameters:
            value, violations = reader.read(parts)
            if violations:
                reading.violations += violations
            elif value is not MISSING:
                reading.values[reader.parameter] = value
        if self._body is not None and body is not None:
            reading.body, violations = self._body.read(parts, body)
            reading.violations += violations
        return reading


class BodyReader:
    """Reads the body that an operation takes (section "Request Body Object")."""

    def __init__(self, body: RequestBody) -> None:
        self._declared = body
        self._contents = ContentReaders(body.contents, Direction.REQUEST)

    def read(self, parts: RequestParts, body: bytes) -> tuple[Any, list[Violation]]:
        """The data of a body, or MISSING without one, and its violations. A body without Content-Type is read as the
        first declared media type (RFC 9110 section 8.3 lets the recipient decide)."""
        pointer = self._declared.pointer
        if not body:
            if not self._declared.required:
                return MISSING, []
            reason = "the request has no body, and this operation needs one"
            return MISSING, [Violation("request-body-missing", pointer, reason)]
        media_type, reader = self._reader(parts.headers)
        if reader is None or media_type is None:
            names = " or ".join(declared.name for declared in self._contents.media_types)
            reason = f"the body must be {names}" if names else "the contract declares no media type for the body"
            return MISSING, [Violation("request-media-type-undeclared", f"{pointer}/content", reason)]
        return reader.read(media_type, body)

    def unread(self, headers: Fields) -> str:
        """As `RequestReader.unread_body`; a media type that is not declared is a violation."""
        media_type, reader = self._reader(headers)
        if reader is None or media_type is None or reader.reads(media_type):
            return ""
        return f"the media type {media_type.name} is not read"

    def _reader(self, headers: Fields) -> tuple[MediaType | None, ContentReader | None]:
        text = next(iter(values_of(headers, "content-type")), None)
        media_type = parse_media_type(text) if text is not None else next(iter(self._contents.media_types), None)
        return media_type, None if media_type is None else self._contents.find(media_type)
