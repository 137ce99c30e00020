"""Content codings undone on a copy (RFC 9110 section 8.4), within bounds."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any, Final

# The window of zlib, and the form that it looks for: gzip, zlib, or neither (RFC 1952, RFC 1950, RFC 1951).
_GZIP: Final = 31
_ZLIB: Final = 15
_RAW: Final = -15


class NotDecoded(Exception):
    """The text says why: nobody here knows the coding, or there is too much of it."""


class WronglyCoded(Exception):
    """The content is not coded as it says."""


def decoded(content: bytes, codings: Sequence[str], limit: int) -> bytes:
    """`content` with its `codings` undone, the last one first; at most `limit` bytes are made."""
    for coding in reversed(codings):
        match coding.strip().lower():
            case "" | "identity":
                continue
            case "gzip" | "x-gzip":
                content = _inflated(content, _GZIP, limit)
            case "deflate":
                content = _deflated(content, limit)
            case other:
                raise NotDecoded(f"the coding {other} is not known here")
    return content


def _deflated(content: bytes, limit: int) -> bytes:
    """The coding means zlib's form; some servers send what is inside of it alone."""
    try:
        return _inflated(content, _ZLIB, limit)
    except WronglyCoded:
        return _inflated(content, _RAW, limit)


def _inflated(content: bytes, window: int, limit: int) -> bytes:
    made = bytearray()
    while content:
        inflater: Any = zlib.decompressobj(window)
        try:
            # One more than may be, to see that there is more.
            made += inflater.decompress(content, limit - len(made) + 1)
        except zlib.error as error:
            raise WronglyCoded(str(error)) from None
        if len(made) > limit:
            raise NotDecoded(f"it is more than {limit} bytes once decoded")
        if not inflater.eof:
            raise WronglyCoded("it ends too early")
        # Of gzip there may be several, one behind the other (RFC 1952 section 2.2).
        content = inflater.unused_data if window == _GZIP else b""
    return bytes(made)
