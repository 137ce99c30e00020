"""The compact form of a signed token (RFC 7515 section 7.1), and the JSON in it."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

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
    """The bytes that `part` is the base64url of, without padding (RFC 7515 section 2); ValueError when it is not.

    Only the one text that encodes them is taken: otherwise one token would have several.
    """
    decoded = urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    if urlsafe_b64encode(decoded).rstrip(b"=") != part:
        raise ValueError("not base64url")
    return decoded


def decode_object(part: bytes) -> dict[str, Any]:
    """The JSON object in a header or payload; ValueError for what is none, RecursionError for one that is too deep.

    UTF-8 alone is taken, and every name may stand once (RFC 7515 section 4, RFC 7519 section 4): another reader of the
    same token must not see other claims.
    """
    value = _JSON.decode(decode(part).decode())
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _members(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name stands twice")
    return members


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")


_JSON: Final = json.JSONDecoder(object_pairs_hook=_members, parse_constant=_refuse)
