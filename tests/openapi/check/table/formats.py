"""Formats (OpenAPI 3.0.3, Data Types)."""

from __future__ import annotations

from typing import Any, Final

from tests.openapi.check.table.row import Row
from tests.openapi.check.table.server import Site, says

_BREAKS: Final = ("body-schema",)
_MAX: Final = {"int32": 2**31 - 1, "int64": 2**63 - 1}


def value(name: str, schema: str, answer: Any, *finds: str) -> Row:
    """An operation that answers with a value of a format."""
    return Row(f"formats: {name}", f"GET /x: {{200: {{a: {schema}}}}}", Site({"GET /x": says({"a": answer})}), finds)


ROWS: Final = (
    value("the largest int32", "integer int32", _MAX["int32"]),
    value("the smallest int64", "integer int64", -(2**63)),
    value("byte is base64", "string byte", "aGVsbG8="),
    value("byte is empty", "string byte", ""),
    value("a date", "string date", "2024-02-29"),
    value("a date-time with an offset and a fraction", "string date-time", "2024-06-30T23:59:59.25+05:30"),
    value("a uuid", "string uuid", "0190b5f4-6f6e-7c3a-8b1e-3f1d2c4b5a69"),
    value("a format that nobody knows", "string colour", "blue"),
    value("an integer in a double", "number double", 3),
    value("int32 above its range", "integer int32", _MAX["int32"] + 1, *_BREAKS),
    value("int32 below its range", "integer int32", -(2**31) - 1, *_BREAKS),
    value("int64 above its range", "integer int64", _MAX["int64"] + 1, *_BREAKS),
    value("int64 far below its range", "integer int64", -(10**25), *_BREAKS),
    value("byte is no base64", "string byte", "not base64!", *_BREAKS),
    value("byte has a length that base64 never has", "string byte", "aGVsbG8hY", *_BREAKS),
    value("a date that no calendar has", "string date", "2023-02-29", *_BREAKS),
    value("a date-time without an offset", "string date-time", "2024-06-30T12:00:00", *_BREAKS),
    value("a uuid that is too short", "string uuid", "0190b5f4", *_BREAKS),
)
