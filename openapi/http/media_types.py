"""Media types, in contracts and in messages (RFC 9110 section 8.3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from encodings import normalize_encoding
from encodings.aliases import aliases
from functools import lru_cache
from typing import Final

from openapi.http.grammar import TCHARS

# Not compared: the encoding of a text does not restrict its content.
_CHARSET = "charset"

# A parameter up to the next semicolon. Clients send values that are no tokens, such as boundaries, without quotation
# marks too. Nothing is given back once it has matched, so that no text takes long to read.
_PARAMETER: Final = re.compile(
    rf'[ \t]*+({TCHARS})[ \t]*+=[ \t]*+(?:"((?:[^"\\]|\\.)*+)"|([^;"\s]++))[ \t]*+(?=;|\Z)', re.DOTALL
)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)

# Python's encodings of text that the web has (Encoding Standard section 4.2, and UTF-32). Others, such as UTF-7 and
# Punycode, give lone surrogates or raise other errors than UnicodeDecodeError.
_UNICODE: Final = ("utf_8", *(f"utf_{bits}{order}" for bits in (16, 32) for order in ("", "_le", "_be")))
_LATIN: Final = ("ascii", "latin_1", *(f"iso8859_{part}" for part in range(1, 17) if part != 12))
_WINDOWS: Final = ("cp874", "cp932", "cp949", *(f"cp{page}" for page in range(1250, 1259)))
_CYRILLIC: Final = ("koi8_r", "koi8_u", "cp866", "mac_cyrillic", "mac_roman")
_ASIAN: Final = (
    "shift_jis",
    "euc_jp",
    "iso2022_jp",
    "gb2312",
    "gbk",
    "gb18030",
    "big5",
    "big5hkscs",
    "euc_kr",
    "tis_620",
)
_ENCODINGS: Final = frozenset((*_UNICODE, *_LATIN, *_WINDOWS, *_CYRILLIC, *_ASIAN))


@dataclass(frozen=True)
class MediaType:
    """A media type: type and subtype in lower case, and parameters with names in lower case."""

    name: str
    parameters: Mapping[str, str]

    @property
    def charset(self) -> str:
        """The encoding of text, by its name in Python; UTF-8 if the media type has no `charset` or an unknown one."""
        # Not by `codecs.lookup`, which keeps every unknown name in memory.
        name = normalize_encoding(self.parameters.get(_CHARSET, "")).lower()
        name = aliases.get(name, name)
        return name.replace("_", "-") if name in _ENCODINGS else "utf-8"

    def allows(self, other: MediaType) -> bool:
        """Whether the parameters of `other` are allowed where this media type is declared: they must not contradict
        it."""
        return all(
            other.parameters.get(name, value).lower() == value.lower()
            for name, value in self.parameters.items()
            if name != _CHARSET
        )


# A server uses few media types, and sends one in each answer.
@lru_cache(maxsize=256)
def parse_media_type(text: str) -> MediaType:
    """The media type in a Content-Type header, or in a key of `content`. The last of several parameters of one name
    counts; a malformed parameter is ignored up to the next semicolon (RFC 9110 section 5.6.6)."""
    name, _, parameters = text.partition(";")
    return MediaType(name.strip().lower(), dict(_parameters(parameters.replace("\r", "").replace("\n", ""))))


def is_json(media_type: str) -> bool:
    """Whether a media type, without parameters, is JSON (RFC 6839 section 3.1)."""
    return media_type == "application/json" or media_type.endswith("+json")


def is_text(media_type: str) -> bool:
    """Whether the content of a media type, without parameters, is text: JSON and XML are (RFC 7303 section 4.2)."""
    is_xml = media_type == "application/xml" or media_type.endswith("+xml")
    return media_type.startswith("text/") or is_json(media_type) or is_xml


def ranges_of(media_type: str) -> tuple[str, str, str]:
    """A media type and the ranges that contain it, the most specific first (RFC 9110 section 12.5.1)."""
    return media_type, f"{media_type.partition('/')[0]}/*", "*/*"


def _parameters(text: str) -> Iterator[tuple[str, str]]:
    start = 0
    while start < len(text):
        if (match := _PARAMETER.match(text, start)) is not None:
            name, quoted, plain = match.groups()
            yield name.lower(), plain if quoted is None else _ESCAPE.sub(r"\1", quoted)
            start = match.end()
        start = text.find(";", start) + 1 or len(text)
