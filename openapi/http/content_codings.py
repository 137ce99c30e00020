"""Decodes content codings (RFC 9110 section 8.4) on a copy. The memory and the time for a small body that decodes to a
large one are limited."""

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

# More than any server needs; each coding costs time.
_MAX_CODINGS: Final = 5
# Bytes given to a decoder at a time. A decoder copies the data after the end of each stream, so larger pieces are slow
# if there are many small streams in a row.
_PIECE: Final = 4096
# The largest zstd window on the web, 8 MiB (RFC 9659 section 3).
_ZSTD_WINDOW: Final[Mapping[int, int]] = {zstd.DecompressionParameter.window_log_max: 23}
# `wbits` of zlib: the window size with the format gzip, zlib or raw deflate (RFC 1952, RFC 1950, RFC 1951).
_GZIP: Final = 31
_ZLIB: Final = 15
_RAW: Final = -15


class NotDecoded(Exception):
    """The content was not decoded; the text says why: the coding is not supported, or a limit is exceeded."""


class WronglyCoded(Exception):
    """The content is not valid in the coding that it declares."""


class _Decoder(Protocol):
    """Decodes one coding. If `decompress` returns less than `max_length` bytes, it has used all its input."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Brotli:
    """Brotli (RFC 7932), whose library uses other names for the same methods."""

    unused_data = b""

    def __init__(self) -> None:
        self._decoder: Any = brotli.Decompressor()

    @property
    def eof(self) -> bool:
        return bool(self._decoder.is_finished())

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return bytes(self._decoder.process(data, output_buffer_limit=max_length))


def codings_of(values: Iterable[str]) -> list[str]:
    """The codings in the values of Content-Encoding, in the order in which they were applied."""
    names = (coding.strip().lower() for value in values for coding in value.split(","))
    return [name for name in names if name not in ("", "identity")]


def expected_coding(values: Iterable[str]) -> str:
    """A description of the content that the values of its Content-Encoding require."""
    codings = codings_of(values)
    if codings and all(coding in CODINGS for coding in codings):
        return f"content coded as {', '.join(codings)}"
    return "content without a coding, or in a coding that the request accepts"


def decoded(content: bytes, codings: Sequence[str], limit: int) -> bytes:
    """Decode the `codings` of `content`, the last one first; each result has at most `limit` bytes.

    Raises NotDecoded if a coding is not supported or a limit is exceeded, WronglyCoded if the content is not valid in
    the coding.
    """
    if len(codings) > _MAX_CODINGS:
        raise NotDecoded(f"it has more than {_MAX_CODINGS} codings")
    for coding in reversed(codings):
        if (undo := _UNDO.get(coding)) is None:
            raise NotDecoded(f"the coding {coding} is not supported")
        content = undo(content, limit)
    return content


def _gunzipped(content: bytes, limit: int) -> bytes:
    # A gzip file can have several members in a row (RFC 1952 section 2.2).
    return _undone(content, lambda: zlib.decompressobj(_GZIP), limit, repeated=True)


def _inflated(content: bytes, limit: int) -> bytes:
    """The coding `deflate` is the zlib format; some servers send raw deflate data (RFC 9110 section 8.4.1.2)."""
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
    # There can be several frames, and skippable ones (RFC 8878 section 3.1).
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
                raise WronglyCoded("there is data after the end of the coded content")
            try:
                # One byte more than the limit shows that the limit is exceeded.
                made += decoder.decompress(piece, limit - len(made) + 1)
            except (zlib.error, zstd.ZstdError, brotli.error) as error:
                raise WronglyCoded(str(error)) from None
            if len(made) > limit:
                raise NotDecoded(f"it is more than {limit} bytes once decoded")
            piece = decoder.unused_data if decoder.eof else b""
    if decoder is not None and not decoder.eof:
        raise WronglyCoded("the coded content is incomplete")
    return bytes(made)
