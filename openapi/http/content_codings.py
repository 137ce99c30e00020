"""Content codings undone on a copy (RFC 9110 section 8.4), within bounds: a small body that grows large costs no more
than one that is as large as may be."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# More than anybody has a reason to use; each of them takes its time.
_MAX_CODINGS: Final = 5
# What is handed to a decoder at once: where there are many small streams in a row, what is behind the end of each of
# them is copied.
_PIECE: Final = 4096
# The largest window that zstd may have on the web, 8 MiB (RFC 9659 section 3).
_ZSTD_WINDOW: Final[Mapping[int, int]] = {zstd.DecompressionParameter.window_log_max: 23}
# The window of zlib, and the form that it looks for: gzip, zlib, or neither (RFC 1952, RFC 1950, RFC 1951).
_GZIP: Final = 31
_ZLIB: Final = 15
_RAW: Final = -15


class NotDecoded(Exception):
    """The text says why: nobody here knows the coding, or there is too much of it."""


class WronglyCoded(Exception):
    """The content is not coded as it says."""


class _Decoder(Protocol):
    """Undoes one coding. As long as less than `max_length` bytes come, it has taken all that it was given."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Brotli:
    """Brotli (RFC 7932), which goes by other names in its library."""

    unused_data = b""

    def __init__(self) -> None:
        self._decoder: Any = brotli.Decompressor()

    @property
    def eof(self) -> bool:
        return bool(self._decoder.is_finished())

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return bytes(self._decoder.process(data, output_buffer_limit=max_length))


def codings_of(values: Iterable[str]) -> list[str]:
    """The codings that the values of Content-Encoding name, in the order in which they were applied."""
    names = (coding.strip().lower() for value in values for coding in value.split(","))
    return [name for name in names if name not in ("", "identity")]


def expected_coding(values: Iterable[str]) -> str:
    """What content should be by the values of its Content-Encoding, in words."""
    codings = codings_of(values)
    if codings and all(coding in CODINGS for coding in codings):
        return f"content coded as {', '.join(codings)}"
    return "content that is not coded, or in a coding that was asked for"


def decoded(content: bytes, codings: Sequence[str], limit: int) -> bytes:
    """`content` with its `codings` undone, the last one first; at most `limit` bytes are made for each of them.

    NotDecoded where that cannot be done, WronglyCoded where the content is something else.
    """
    if len(codings) > _MAX_CODINGS:
        raise NotDecoded(f"it has more than {_MAX_CODINGS} codings")
    for coding in reversed(codings):
        if (undo := _UNDO.get(coding)) is None:
            raise NotDecoded(f"the coding {coding} is not known here")
        content = undo(content, limit)
    return content


def _gunzipped(content: bytes, limit: int) -> bytes:
    # There may be several, one behind the other (RFC 1952 section 2.2).
    return _undone(content, lambda: zlib.decompressobj(_GZIP), limit, repeated=True)


def _inflated(content: bytes, limit: int) -> bytes:
    """The coding means zlib's form; some servers send what is inside of it alone (RFC 9110 section 8.4.1.2)."""
    try:
        return _undone(content, lambda: zlib.decompressobj(_ZLIB), limit)
    except WronglyCoded as error:
        try:
            return _undone(content, lambda: zlib.decompressobj(_RAW), limit)
        except WronglyCoded:
            raise error from None


def _unbrotlied(content: bytes, limit: int) -> bytes:
    return _undone(content, _Brotli, limit)


def _unzstd(content: bytes, limit: int) -> bytes:
    # Several frames, and some that are to be skipped (RFC 8878 section 3.1).
    return _undone(content, lambda: zstd.ZstdDecompressor(options=_ZSTD_WINDOW), limit, repeated=True)


_UNDO: Final = {
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _inflated,
    "br": _unbrotlied,
    "zstd": _unzstd,
}
CODINGS: Final = frozenset(_UNDO)


def _undone(content: bytes, make: Callable[[], _Decoder], limit: int, *, repeated: bool = False) -> bytes:
    made = bytearray()
    decoder: _Decoder | None = None
    for start in range(0, len(content), _PIECE):
        piece = content[start : start + _PIECE]
        while piece:
            if decoder is None or (decoder.eof and repeated):
                decoder = make()
            elif decoder.eof:
                raise WronglyCoded("something stands behind its end")
            try:
                # One more than may be, to see that there is more.
                made += decoder.decompress(piece, limit - len(made) + 1)
            except (zlib.error, zstd.ZstdError, brotli.error) as error:
                raise WronglyCoded(str(error)) from None
            if len(made) > limit:
                raise NotDecoded(f"it is more than {limit} bytes once decoded")
            piece = decoder.unused_data if decoder.eof else b""
    if decoder is not None and not decoder.eof:
        raise WronglyCoded("it ends too early")
    return bytes(made)
