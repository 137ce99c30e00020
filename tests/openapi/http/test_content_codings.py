"""Content codings are decoded as in browsers, and a decompression bomb costs no more than the limit allows."""

from __future__ import annotations

import gzip
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import brotli
import pytest

from openapi.http.content_codings import NotDecoded, WronglyCoded, codings_of, decoded

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Pack = Callable[[bytes], bytes]
TEXT = b"text " * 5000
LIMIT = 100_000


def raw_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


def with_window(log: int) -> Pack:
    def pack(content: bytes) -> bytes:
        packer = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: log})
        return packer.compress(content) + packer.flush()

    return pack


BROTLI: Pack = brotli.compress
FORMS: dict[str, tuple[str, Pack]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "zlib": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "br": ("br", BROTLI),
    "zstd": ("zstd", zstd.compress),
    "zstd of the largest window": ("zstd", with_window(23)),
}
forms = pytest.mark.parametrize(("coding", "pack"), FORMS.values(), ids=FORMS)


@forms
@pytest.mark.parametrize("content", [b"", b"a", TEXT], ids=["empty", "short", "long"])
def test_every_coding_that_browsers_request_is_decoded(coding: str, pack: Pack, content: bytes) -> None:
    assert decoded(pack(content), [coding], LIMIT) == content


@forms
def test_empty_content_is_valid_in_every_coding(coding: str, pack: Pack) -> None:
    """Some servers send Content-Encoding with an empty answer."""
    assert decoded(b"", [coding], LIMIT) == b""


@forms
def test_content_as_large_as_the_limit_is_decoded_and_larger_content_is_not(coding: str, pack: Pack) -> None:
    packed = pack(TEXT)

    assert decoded(packed, [coding], len(TEXT)) == TEXT
    with pytest.raises(NotDecoded, match=f"more than {len(TEXT) - 1} bytes once decoded"):
        decoded(packed, [coding], len(TEXT) - 1)


@forms
def test_incomplete_content_is_wrongly_coded(coding: str, pack: Pack) -> None:
    with pytest.raises(WronglyCoded):
        decoded(pack(TEXT)[:-5], [coding], LIMIT)


@forms
def test_content_without_the_coding_is_wrongly_coded(coding: str, pack: Pack) -> None:
    with pytest.raises(WronglyCoded):
        decoded(b'{"provider": "sinch"}', [coding], LIMIT)


@forms
def test_content_with_data_after_its_end_is_wrongly_coded(coding: str, pack: Pack) -> None:
    with pytest.raises(WronglyCoded):
        decoded(pack(TEXT) + b"more", [coding], LIMIT)


@forms
def test_a_bomb_takes_no_more_memory_than_the_limit_allows(coding: str, pack: Pack) -> None:
    bomb = pack(bytes(20_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(NotDecoded):
            decoded(bomb, [coding], LIMIT)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 10 * LIMIT


def test_a_bomb_in_a_bomb_is_refused_at_the_outer_one() -> None:
    bomb = gzip.compress(BROTLI(bytes(20_000_000)) + bytes(1_000_000))

    with pytest.raises(NotDecoded):
        decoded(bomb, ["br", "gzip"], LIMIT)


def test_codings_are_decoded_in_reverse_order() -> None:
    packed = zstd.compress(BROTLI(raw_deflate(gzip.compress(TEXT))))

    assert decoded(packed, ["gzip", "deflate", "br", "zstd"], LIMIT) == TEXT


def test_more_than_5_codings_are_not_decoded() -> None:
    with pytest.raises(NotDecoded, match="more than 5 codings"):
        decoded(b"", ["gzip"] * 6, LIMIT)


@pytest.mark.parametrize("coding", ["compress", "dcb", "aes128gcm", "*"])
def test_an_unknown_coding_is_not_decoded(coding: str) -> None:
    with pytest.raises(NotDecoded, match="is not supported"):
        decoded(TEXT, [coding], LIMIT)


SKIPPED = b"\x50\x2a\x4d\x18\x03\0\0\0abc"  # RFC 8878 section 3.1.2


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"one ", mtime=0) + gzip.compress(b"two", mtime=0)),
        ("zstd", zstd.compress(b"one ") + SKIPPED + zstd.compress(b"two")),
    ],
)
def test_several_streams_in_a_row_are_decoded_as_one_content(coding: str, packed: bytes) -> None:
    assert decoded(packed, [coding], LIMIT) == b"one two"


def test_200000_streams_in_a_row_are_decoded_quickly() -> None:
    """If each stream copied the data after it, this would take minutes."""
    assert decoded(gzip.compress(b"") * 200_000 + gzip.compress(b"end"), ["gzip"], LIMIT) == b"end"


def test_a_window_that_browsers_refuse_is_refused() -> None:
    """RFC 9659 section 3: a decoder need not support a window of more than 8 MiB."""
    with pytest.raises(WronglyCoded, match="too much memory"):
        decoded(with_window(24)(TEXT), ["zstd"], LIMIT)


@pytest.mark.parametrize(
    ("values", "codings"),
    [
        ([], []),
        (["GZIP"], ["gzip"]),
        (["gzip, br", "zstd"], ["gzip", "br", "zstd"]),
        (["identity", " , br,"], ["br"]),
    ],
)
def test_the_codings_of_all_header_lines_are_one_list_in_lower_case(values: list[str], codings: list[Any]) -> None:
    assert codings_of(values) == codings
