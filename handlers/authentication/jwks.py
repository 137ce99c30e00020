"""JSON Web Key Sets (RFC 7517): the keys of a set that can verify tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from jwt.algorithms import Algorithm, ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from jwt.exceptions import PyJWTError

from handlers.authentication.keys import KeySet, KeyUnusable, VerificationKey, verification_key

# RFC 7518 section 6.1 and RFC 8037 section 2. A published set must not contain symmetric keys.
_KINDS: Final[Mapping[str, type[Algorithm]]] = {"RSA": RSAAlgorithm, "EC": ECAlgorithm, "OKP": OKPAlgorithm}


class KeySetInvalid(ValueError):
    """The content is not a key set that can verify tokens; the text says why."""


def read_key_set(content: bytes) -> KeySet:
    """The keys in a JWK Set that verify tokens, each with the algorithm that its `alg` names (section 4.4), or else the
    usual one of its kind.

    Ignores other keys (section 5). Raises KeySetInvalid if no key remains, if two different keys have the same id, or
    if one of several keys has no id.
    """
    keys: dict[str | None, VerificationKey] = {}
    for entry in _entries(content):
        key = _key(entry)
        if key is None:
            continue
        key_id = entry.get("kid")
        if not isinstance(key_id, str | None) or keys.get(key_id, key) != key:
            raise KeySetInvalid("two different keys of the set have the same kid, or a kid is not a string")
        keys[key_id] = key
    if not keys:
        raise KeySetInvalid("the set has no key that can be used: RSA, EC on P-256, P-384 or P-521, or Ed25519")
    if None in keys and len(keys) > 1:
        raise KeySetInvalid("the set has several keys, but one of them has no kid")
    return KeySet(keys)


def _entries(content: bytes) -> list[dict[str, Any]]:
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise KeySetInvalid("the content is not valid JSON") from None
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise KeySetInvalid('the content is not a JWK Set: it has no list "keys"')
    return [entry for entry in entries if isinstance(entry, dict)]


def _key(entry: Mapping[str, Any]) -> VerificationKey | None:
    """The key of one entry; None if it is for another use, too weak, malformed, or private."""
    kind = _KINDS.get(str(entry.get("kty")))
    if kind is None or "d" in entry or not _is_for_verifying(entry):
        return None
    try:
        algorithm = str(entry["alg"]) if "alg" in entry else None
        return verification_key(kind.from_jwk(dict(entry)), algorithm)
    except (KeyUnusable, PyJWTError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _is_for_verifying(entry: Mapping[str, Any]) -> bool:
    """Whether `use` and `key_ops` allow verification (sections 4.2 and 4.3)."""
    operations = entry.get("key_ops", ["verify"])
    return entry.get("use", "sig") == "sig" and isinstance(operations, list) and "verify" in operations
