"""The compact serialization of a signed token (RFC 7515 section 7.1), and the JSON in it."""

from __future__ import annotations

import json
import re
from binascii import a2b_base64
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import orjson

_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_STANDARD: Final = bytes.maketrans(b"-_", b"+/")
# Indexed by the length modulo four: the padding, and the characters that may come last.
_ENDS: Final = ((b"", _ALPHABET), (b"", b""), (b"==", _ALPHABET[::16]), (b"=", _ALPHABET[::4]))
_PARTS: Final = re.compile(rb"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")


class CompactToken(NamedTuple):
    """The parts of a token: header and payload as sent, the signed bytes, and the decoded signature."""

    header: bytes
    payload: bytes
    signed: bytes
    signature: bytes


def split_token(token: bytes) -> CompactToken:
    """The parts of a token. Raises ValueError unless it has three parts in base64url."""
    parts = _PARTS.fullmatch(token)
    if parts is None:
        raise ValueError("the token does not have three parts")
    return CompactToken(parts[1], parts[2], token[: parts.end(2)], decode(parts[3]))


def decode(part: bytes) -> bytes:
    """Decode one part of a `CompactToken` from base64url without padding (RFC 7515 section 2).

    Accepts only the canonical encoding, so that no two texts are the same token. Raises ValueError if the unused bits
    at the end are not zero (RFC 4648 section 3.5).
    """
    padding, last = _ENDS[len(part) % 4]
    if part[-1] not in last:
        raise ValueError("the part is not canonical base64url")
    return a2b_base64(part.translate(_STANDARD) + padding)


def decode_object(part: bytes) -> dict[str, Any]:
    """The JSON object in a header or payload. Raises ValueError for other content, RecursionError for deep nesting.

    Accepts only UTF-8 and unique names (RFC 7515 section 4, RFC 7519 section 4): another reader of the same token must
    not see other claims.
    """
    content = decode(part)
    value = orjson.loads(content)
    # Content that orjson writes identically has no duplicate names. The slower reader handles the rest.
    if not _is_compact(value, content):
        value = _JSON.decode(content.decode())
    if not isinstance(value, dict):
        raise ValueError("the JSON value is not an object")
    return value


def _is_compact(value: object, content: bytes) -> bool:
    try:
        return orjson.dumps(value) == content
    except orjson.JSONEncodeError:
        # The value is nested too deeply to be written.
        return False


def _members(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object has the same name twice")
    return members


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")


_JSON: Final = json.JSONDecoder(object_pairs_hook=_members, parse_constant=_refuse)
