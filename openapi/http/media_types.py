"""Media types, in contracts and in messages (RFC 9110 section 8.3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from functools import lru_cache

# Not compared: the encoding of a text does not restrict its content.
_CHARSET = "charset"


@dataclass(frozen=True)
class MediaType:
    """A media type: type and subtype in lower case, and parameters with names in lower case."""

    name: str
    parameters: Mapping[str, str]

    @property
    def charset(self) -> str:
        """The encoding of text; UTF-8 if the media type has no `charset` or an unknown one."""
        charset = self.parameters.get(_CHARSET, "utf-8")
        try:
            "".encode(charset)
        except (LookupError, UnicodeError):
            return "utf-8"
        return charset

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
    """The media type in a Content-Type header, or in a key of `content`."""
    message = Message()
    message["content-type"] = text.replace("\r", "").replace("\n", "")
    name = text.partition(";")[0].strip().lower()
    return MediaType(name, {key.lower(): str(value) for key, value in message.get_params(failobj=[])[1:]})


def is_json(media_type: str) -> bool:
    """Whether a media type, without parameters, is JSON (RFC 6839 section 3.1)."""
    return media_type == "application/json" or media_type.endswith("+json")


def ranges_of(media_type: str) -> tuple[str, str, str]:
    """A media type and the ranges that contain it, the most specific first (RFC 9110 section 12.5.1)."""
    return media_type, f"{media_type.partition('/')[0]}/*", "*/*"
