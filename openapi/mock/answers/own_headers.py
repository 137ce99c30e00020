"""The headers of answers, and those that the mock sends by itself or that follow from the answer: nobody else has a say
in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from openapi.http.grammar import is_token

# How a message is framed (RFC 9112 section 6); wrong, the client reads no answer at all.
_FRAMING: Final = frozenset({"connection", "content-length", "keep-alive", "trailer", "transfer-encoding", "upgrade"})
# What a contract declares and the mock has: two of a name would contradict one another. What is sent is not encoded.
_SENT: Final = frozenset(
    {"cache-control", "content-encoding", "content-type", "date", "vary", "x-content-type-options", "x-request-id"}
)


def follows(name: str) -> bool:
    """Whether a header follows from the answer and from who asks, so that a scenario cannot set it."""
    return name.lower() in _FRAMING or name.lower().startswith("access-control-")


def is_own(name: str) -> bool:
    """Whether a header that a contract declares is not to be sent with a value made up for it."""
    return follows(name) or name.lower() in _SENT or not is_token(name)


def merged_headers(*headers: Mapping[str, str]) -> dict[str, str]:
    """Headers by their names in lower case, the last of each."""
    return {name.lower(): value for each in headers for name, value in each.items()}
