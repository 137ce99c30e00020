"""Reads the parts of a JWT without verifying its signature (RFC 7515 section 3.1, RFC 7519)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import orjson


def header_of(token: str) -> dict[str, Any] | None:
    """The header of a JWT; None for a text that is not a JWT."""
    parts = token.split(".")
    return decode_part(parts[0]) if len(parts) == 3 else None


def claims_of(token: str) -> dict[str, Any] | None:
    """The claims of a JWT, unverified; None for a text that is not a JWT."""
    parts = token.split(".")
    return decode_part(parts[1]) if len(parts) == 3 else None


def expires_at(token: str) -> float | None:
    """The `exp` of a JWT in seconds since 1970; None if it has no such claim."""
    exp = (claims_of(token) or {}).get("exp")
    return float(exp) if isinstance(exp, int | float) and not isinstance(exp, bool) else None


def decode_part(part: str) -> dict[str, Any] | None:
    """The JSON object in one part of a JWT; None if the part is not one."""
    try:
        value = orjson.loads(decode_base64url(part) or b"")
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def encode_part(value: Mapping[str, Any]) -> str:
    """A JSON object as one part of a JWT."""
    return encode_base64url(orjson.dumps(value))


def decode_base64url(text: str) -> bytes | None:
    """The bytes of a text in base64url without padding (RFC 7515 appendix C); None if the text is not base64url."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None


def encode_base64url(data: bytes) -> str:
    """Bytes in base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
