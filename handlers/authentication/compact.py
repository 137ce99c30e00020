"""The compact form of a signed token (RFC 7515 section 7.1), and the JSON in it."""

from __future__ import annotations

import json
import re
from binascii import a2b_base64
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import orjson

_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_STANDARD: Final = bytes.maketrans(b"-_", b"+/")
# By what the length leaves over when divided by four: the padding, and the characters that may come last.
_ENDS: Final = ((b"", _ALPHABET), (b"", b""), (b"==", _ALPHABET[::16]), (b"=", _ALPHABET[::4]))
_PARTS: Final = re.compile(rb"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")


class CompactToken(NamedTuple):
    """A token in its parts: header and payload as they were sent, what was signed, and the decoded signature."""

    header: bytes
    payload: bytes
    signed: bytes
    signature: bytes


def split_token(token: bytes) -> CompactToken:
    """The parts of a token; ValueError when it has not three in base64url."""
    parts = _PARTS.fullmatch(token)
    if parts is None:
        raise ValueError("not three parts")
    return CompactToken(parts[1], parts[2], token[: parts.end(2)], decode(parts[3]))


def decode(part: bytes) -> bytes:
    """The bytes that one part of a `CompactToken` is the base64url of, without padding (RFC 7515 section 2).

    Only the one text that encodes them is taken, for otherwise one token would have several: ValueError when the bits
    that are left over at its end are not zero (RFC 4648 section 3.5).
    """
    padding, last = _ENDS[len(part) % 4]
    if part[-1] not in last:
        raise ValueError("not base64url")
    return a2b_base64(part.translate(_STANDARD) + padding)


def decode_object(part: bytes) -> dict[str, Any]:
    """The JSON object in a header or payload; ValueError for what is none, RecursionError for one that is too deep.

    UTF-8 alone is taken, and every name may stand once (RFC 7515 section 4, RFC 7519 section 4): another reader of the
    same token must not see other claims.
    """
    content = decode(part)
    value = orjson.loads(content)
    # What is written as we would write it has no name twice. Anything else is read with more care, and takes longer.
    if not _is_compact(value, content):
        value = _JSON.decode(content.decode())
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _is_compact(value: object, content: bytes) -> bool:
    try:
        return orjson.dumps(value) == content
    except orjson.JSONEncodeError:
        # It is nested more deeply than can be written.
        return False


def _members(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name stands twice")
    return members


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")


_JSON: Final = json.JSONDecoder(object_pairs_hook=_members, parse_constant=_refuse)
