"""Tokens that a server must refuse, made from a valid one (RFC 7519, RFC 8725).

Their times are fixed, so that the same token gives the same forgeries, except for times just before or after now.
"""

from __future__ import annotations

from typing import Any, Final

import jwt

from openapi.http.jose import (
    claims_of,
    decode_base64url,
    encode_base64url,
    encode_part,
    expires_at,
    header_of,
)

# The year 2000, and 2096: far from any leeway.
_PAST: Final = 946_684_800
_FUTURE: Final = 4_000_000_000
# Seconds by which a token is late or early. Leeway is for clock skew: a few minutes (RFC 7519 section 4.1.4).
_HOUR: Final = 3600
GARBAGE: Final = "tether-relay-check.no.token"
_STRANGER: Final[dict[str, Any]] = {"sub": "tether-relay-check", "exp": _FUTURE}
_HMAC: Final = "HS256"


class KeyUnfit(ValueError):
    """The signing key cannot sign tokens like the given one."""


def wrongly_signed(token: str) -> list[str]:
    """The token with another signature, with changed claims, and without a signature."""
    header, claims, signature = token.split(".")
    others = bytes(byte ^ 0xFF for byte in decode_base64url(signature) or b"\0" * 32)
    altered = {**(claims_of(token) or {}), "tether-relay-check": "altered"}
    return [
        f"{header}.{claims}.{encode_base64url(others)}",
        f"{header}.{encode_part(altered)}.{signature}",
        f"{header}.{claims}.",
    ]


def unsigned(token: str | None) -> list[str]:
    """The claims of a token, or made-up ones, unsigned with `alg: none` in three spellings."""
    claims = encode_part((claims_of(token) if token else None) or _STRANGER)
    return [f"{encode_part({'alg': alg, 'typ': 'JWT'})}.{claims}." for alg in ("none", "None", "NONE")]


def signed(token: str, key: bytes, **changes: int | None) -> str:
    """The claims of the token with `changes` (None removes one), signed with `key`. Raises KeyUnfit."""
    header, claims = header_of(token), claims_of(token)
    if header is None or claims is None:
        raise KeyUnfit("the token is not a JWT")
    changed = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    algorithm = str(header.get("alg", _HMAC))
    kept = {name: value for name, value in header.items() if name != "alg"}
    is_pem = key.lstrip().startswith(b"-----BEGIN")
    if is_pem != (not algorithm.startswith("HS")):
        needed = "the shared secret" if is_pem else "a private key in PEM"
        raise KeyUnfit(f"the token is signed with {algorithm}, which needs {needed}")
    try:
        return jwt.encode(changed, key if is_pem else key.strip(b"\r\n"), algorithm, headers=kept)
    except (jwt.PyJWTError, ValueError, TypeError, NotImplementedError) as error:
        raise KeyUnfit(f"the key cannot sign with {algorithm}: {str(error).partition(chr(10))[0]}") from None


def expired(token: str, key: bytes, now: int) -> dict[str, str]:
    """Expired tokens, signed with `key`: description -> token. Raises KeyUnfit as `signed`."""
    ends = {"a token that expired in the year 2000": _PAST, "a token that expired an hour ago": now - _HOUR}
    return {what: signed(token, key, iat=exp - 60, nbf=None, exp=exp) for what, exp in ends.items()}


def not_yet_valid(token: str, key: bytes, now: int) -> dict[str, str]:
    """Tokens that are not yet valid, signed with `key`: description -> token. Raises KeyUnfit as `signed`."""
    begins = {
        "a token that is not valid before 2096": _FUTURE,
        "a token that becomes valid in an hour": now + _HOUR,
    }
    has_end = expires_at(token) is not None
    return {what: signed(token, key, nbf=nbf, exp=nbf + _HOUR if has_end else None) for what, nbf in begins.items()}
