"""Data encoded in its media type."""

from __future__ import annotations

import csv
import io
from base64 import b64decode
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from openapi.http.json import write_json
from openapi.http.media_types import is_json, parse_media_type
from openapi.http.streams import is_stream, write_items
from openapi.parameters.serializing import text_of
from openapi.schemas import Schema

_FORM: Final = "application/x-www-form-urlencoded"
_EVENTS: Final = "text/event-stream"
# The smallest valid files of their media types: one pixel, one page, an empty archive, a moment of silence.
_SAMPLES: Final[Mapping[str, bytes]] = {
    "image/png": b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    ),
    "image/jpeg": b64decode(
        "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP////////////////////////////////////////////////////////////////////////////////"
        "//////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
    ),
    "image/gif": b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"),
    "image/svg+xml": b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
    "application/zip": b"PK\x05\x06" + bytes(18),
    "application/pdf": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
    # Frames of MPEG 1, layer 3, 128 kbit/s, 44.1 kHz.
    "audio/mpeg": (b"\xff\xfb\x90\x00" + bytes(413)) * 4,
    # Eight bits, 8 kHz.
    "audio/wav": b"RIFF\x44\1\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x40\x1f\0\0\1\0\x08\0data\x20\1\0\0"
    + b"\x80" * 288,
}


def sample_file(media_type: str, schema: Schema) -> bytes | None:
    """The smallest file of a media type, for a schema of plain text; None if the data has to be generated."""
    return _SAMPLES.get(media_type) if schema.type in (None, "string") and len(schema.parts) == 1 else None


def is_written(content_type: str) -> bool:
    """Whether data can be encoded in a media type; otherwise it is sent as JSON."""
    return not content_type.lower().startswith("multipart/")


def encode(value: Any, content_type: str, schema: Schema | None = None) -> bytes:
    """`value` encoded in a media type, or as JSON if that is not possible. Text is sent unchanged.

    The `schema` defines the form of its XML.
    """
    media_type = parse_media_type(content_type).name
    if is_json(media_type):
        return write_json(value)
    is_xml = media_type.endswith(("/xml", "+xml"))
    # Text is taken as encoded already, except plain words, which are not valid in these formats.
    if (
        isinstance(value, str)
        and not (is_xml and "<" not in value)
        and not (media_type == _EVENTS and ":" not in value)
    ):
        return value.encode()
    if media_type == _FORM and isinstance(value, dict):
        return urlencode(value, doseq=True).encode()
    if is_xml and schema is not None:
        # The standard library's XML brings its HTTP client with it, which no other form needs.
        from openapi.examples.xml import xml_of

        return xml_of(schema, value)
    if is_stream(media_type) and (media_type == _EVENTS or isinstance(value, list)):
        return write_items(media_type, value if isinstance(value, list) else [value])
    if media_type == "text/csv":
        return _csv(value)
    return write_json(value)


def _csv(value: Any) -> bytes:
    """A table with its header (RFC 4180)."""
    rows = value if isinstance(value, list) else [value]
    text = io.StringIO()
    writer = csv.writer(text)
    names = list(dict.fromkeys(name for row in rows if isinstance(row, dict) for name in row))
    if names:
        writer.writerow(names)
    for row in rows:
        cells = [row.get(name) for name in names] if isinstance(row, dict) else row if isinstance(row, list) else [row]
        writer.writerow(["" if cell is None else text_of(cell) for cell in cells])
    return text.getvalue().encode()
