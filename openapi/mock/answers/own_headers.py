"""The headers of answers, and those that only the mock sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from openapi.http.grammar import is_token

# The framing of a message (RFC 9112 section 6); wrong values make the answer unreadable.
_FRAMING: Final = frozenset({"connection", "content-length", "keep-alive", "trailer", "transfer-encoding", "upgrade"})
# Headers that the mock sends itself, and Content-Encoding, because the mock sends no coding.
_SENT: Final = frozenset({"content-encoding", "content-type", "date", "vary", "x-content-type-options", "x-request-id"})


def follows(name: str) -> bool:
    """Whether a header follows from the answer and the request, so that a scenario cannot set it."""
    return name.lower() in _FRAMING or name.lower().startswith("access-control-")


def is_own(name: str) -> bool:
    """Whether the mock generates no value for a declared header."""
    return follows(name) or name.lower() in _SENT or not is_token(name)


def merged_headers(*headers: Mapping[str, str]) -> dict[str, str]:
    """Headers by lower-case name; of several with one name, the last."""
    return {name.lower(): value for each in headers for name, value in each.items()}
