"""The content of an answer as a JavaScript value, without loss."""

from __future__ import annotations

import base64
import json
import math
from typing import Any, Final, Literal, TypeAlias

from openapi.http.media_types import is_json
from openapi.http.messages import Response
from openapi.typescript.literals import literal

ContentKind: TypeAlias = Literal["json", "text", "bytes", "none"]

# Answers without content (Fetch section 2.2.3 "null body status").
_BODILESS: Final = frozenset({101, 103, 204, 205, 304})
# Greater integers are not exact in JavaScript (ECMA-262, Number.MAX_SAFE_INTEGER).
_MAX_SAFE_INTEGER: Final = 2**53 - 1


def content_of(response: Response) -> tuple[ContentKind, Any]:
    """The kind of the content, and the content: a value, a text, Base64, or None without content."""
    if response.status in _BODILESS or not response.body:
        return "none", None
    if is_json(response.media_type or ""):
        try:
            value = json.loads(response.body, parse_int=_exact, parse_float=_finite, parse_constant=_finite)
            literal(value)
        except (ValueError, RecursionError):
            pass
        else:
            return "json", value
    try:
        return "text", response.body.decode()
    except UnicodeDecodeError:
        return "bytes", base64.b64encode(response.body).decode()


def _exact(digits: str) -> int:
    if abs(value := int(digits)) > _MAX_SAFE_INTEGER:
        raise ValueError(f"{digits} is not exact in JavaScript")
    return value


def _finite(digits: str) -> float:
    if not math.isfinite(value := float(digits)):
        raise ValueError(f"{digits} is not finite")
    return value
