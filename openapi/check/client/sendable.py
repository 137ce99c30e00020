"""What HTTP can send: contracts can declare names and values that it cannot."""

from __future__ import annotations

import re
from typing import Final

from openapi.http.grammar import is_token
from openapi.http.messages import Request

# What a request line can have as its target, and a header as its value, as characters of ISO 8859-1.
_TARGET: Final = re.compile("[!-~]+")
_VALUE: Final = re.compile("(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?")


class NotSendable(Exception):
    """HTTP cannot send a request; the text says what in it, and why."""


def check_sendable(request: Request) -> None:
    """Raise NotSendable for a request that HTTP cannot send (RFC 9110 sections 5.1, 5.5 and 9.1)."""
    if not is_token(request.method):
        raise NotSendable(f"{request.method!r} is no method of HTTP")
    if not _TARGET.fullmatch(request.target):
        raise NotSendable("a path or a query has characters that HTTP cannot send")
    for name, value in request.headers:
        if not is_token(name):
            raise NotSendable(f"HTTP cannot send a header with the name {name!r} (RFC 9110 section 5.1)")
        if not _VALUE.fullmatch(value):
            raise NotSendable(f"HTTP cannot send the value of the header {name} (RFC 9110 section 5.5)")
