"""Faults of the head of an answer that a tolerant parser passes over."""

from __future__ import annotations

import re
from typing import Final

_END: Final = re.compile(rb"\r?\n\r?\n")
# A line of a head that begins with white space continues the line before it.
_FOLDED: Final = re.compile(rb"\n[ \t]+[^\s]")
_LENGTH: Final = re.compile(rb"(?im)^content-length[ \t]*:([^\r\n]*)")
_CODING: Final = re.compile(rb"(?im)^transfer-encoding[ \t]*:")


def fault_of_head(received: bytes) -> str | None:
    """What a server must not send in the last complete head of the `received` bytes; None if nothing is wrong."""
    heads = _END.split(received)[:-1]
    head = next((each for each in reversed(heads) if each.startswith(b"HTTP/")), b"")
    if _FOLDED.search(head):
        return "a header is folded over several lines (RFC 9112 section 5.2)"
    if _LENGTH.search(head) and _CODING.search(head):
        return "it has Content-Length beside Transfer-Encoding (RFC 9112 section 6.2)"
    lengths = _LENGTH.findall(head)
    if len(lengths) > 1 or any(b"," in length for length in lengths):
        return "it has more than one Content-Length (RFC 9110 section 8.6)"
    return None
