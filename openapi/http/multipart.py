"""The reader of ``multipart/form-data`` (RFC 7578)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from openapi.http.forms import FormField
from openapi.http.media_types import MediaType, is_json

# The most files, and the most other fields, that a form can have.
_MOST: Final = 1000


def read_multipart(media_type: MediaType, body: bytes) -> list[FormField]:
    """The fields of a multipart form. Raises ValueError with the reason if the form is malformed or incomplete."""
    boundary = media_type.parameters.get("boundary")
    if not boundary:
        raise ValueError("its Content-Type has no boundary")
    parts = _Parts()
    delimiter = boundary.encode("latin-1", "replace")
    try:
        parser = MultipartParser(delimiter, parts.callbacks())
        parser.write(_without_preamble(body, delimiter))
        parser.finalize()
    except FormParserError as error:
        raise ValueError(str(error)) from None
    if not parts.is_complete:
        raise ValueError("the body ends before its last boundary")
    return parts.fields


def _without_preamble(body: bytes, boundary: bytes) -> bytes:
    """`body` from its first boundary, which begins a line; anything may precede it (RFC 2046 section 5.1.1)."""
    if body.startswith(b"--" + boundary):
        return body
    first = re.search(rb"\r\n--" + re.escape(boundary) + rb"[ \t]*+\r\n", body)
    return body if first is None else body[first.start() + 2 :]


@dataclass(slots=True)
class _Part:
    headers: dict[str, str] = field(default_factory=dict)
    name: str | None = None
    is_file: bool = False
    content: bytearray = field(default_factory=bytearray)


class _Parts:
    """Collects the events of the multipart parser into fields."""

    def __init__(self) -> None:
        self.fields: list[FormField] = []
        self.is_complete = False
        self._part = _Part()
        self._name = bytearray()
        self._value = bytearray()
        self._counts = {True: 0, False: 0}

    def callbacks(self) -> Any:
        """The callbacks for the parser."""
        return {
            "on_part_begin": self._begin,
            "on_part_data": lambda data, start, end: self._part.content.extend(data[start:end]),
            "on_part_end": self._end_part,
            "on_header_begin": self._begin_header,
            "on_header_field": lambda data, start, end: self._name.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._end_headers,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._part = _Part()

    def _begin_header(self) -> None:
        self._name.clear()
        self._value.clear()

    def _end_header(self) -> None:
        self._part.headers[self._name.decode("latin-1").lower()] = self._value.decode("latin-1")

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._part.headers.get("content-disposition", ""))
        if b"name" not in options:
            raise FormParserError("a part has no name in its Content-Disposition header")
        self._part.name = _text(options[b"name"])
        self._part.is_file = b"filename" in options
        self._counts[self._part.is_file] += 1
        if self._counts[self._part.is_file] > _MOST:
            kind = "files" if self._part.is_file else "fields"
            raise FormParserError(f"the form has more than {_MOST} {kind}")

    def _end_part(self) -> None:
        part = self._part
        media_type = part.headers.get("content-type", "").partition(";")[0].strip().lower()
        content = bytes(part.content)
        self.fields.append(FormField(part.name or "", content if part.is_file else _text(content), is_json(media_type)))

    def _end(self) -> None:
        self.is_complete = True


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")
