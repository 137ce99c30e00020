"""Media types as they are declared and as they come (RFC 9110 section 8.3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from functools import lru_cache

# How text is encoded says nothing about what may be in it.
_CHARSET = "charset"


@dataclass(frozen=True)
class MediaType:
    """A type and subtype in lower case, with its parameters, their names in lower case."""

    name: str
    parameters: Mapping[str, str]

    @property
    def charset(self) -> str:
        """The encoding of text; UTF-8 where none is named, or one that nobody knows."""
        charset = self.parameters.get(_CHARSET, "utf-8")
        try:
            "".encode(charset)
        except (LookupError, UnicodeError):
            return "utf-8"
        return charset

    def allows(self, other: MediaType) -> bool:
        """Whether `other` may come where this is declared, as far as parameters go: it must not say otherwise."""
        return all(
            other.parameters.get(name, value).lower() == value.lower()
            for name, value in self.parameters.items()
            if name != _CHARSET
        )


# A server has few of them, and names one in each of its answers.
@lru_cache(maxsize=256)
def parse_media_type(text: str) -> MediaType:
    """The media type of a Content-Type, or of a key under `content`."""
    message = Message()
    message["content-type"] = text.replace("\r", "").replace("\n", "")
    name = text.partition(";")[0].strip().lower()
    return MediaType(name, {key.lower(): str(value) for key, value in message.get_params(failobj=[])[1:]})


def is_json(media_type: str) -> bool:
    """Whether a media type, without parameters, is JSON (RFC 6839 section 3.1)."""
    return media_type == "application/json" or media_type.endswith("+json")


def ranges_of(media_type: str) -> tuple[str, str, str]:
    """A media type and the ranges that it is in, the most specific first (RFC 9110 section 12.5.1)."""
    return media_type, f"{media_type.partition('/')[0]}/*", "*/*"
