"""Tokens that must not be let in, made from one that is good (RFC 7519, RFC 8725).

Times in them are fixed, so that the same token gives the same forgeries, but for those that are just past or to come.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, Final

import jwt

# The year 2000, and 2096: far from any leeway.
_PAST: Final = 946_684_800
_FUTURE: Final = 4_000_000_000
# Seconds that a token is late or early by. Leeway is for clocks that differ: a few minutes (RFC 7519 section 4.1.4).
_HOUR: Final = 3600
GARBAGE: Final = "tether-relay-check.no.token"
_STRANGER: Final[dict[str, Any]] = {"sub": "tether-relay-check", "exp": _FUTURE}
_HMAC: Final = "HS256"


class KeyUnfit(ValueError):
    """A signing key that cannot sign tokens like the given one."""


def header_of(token: str) -> dict[str, Any] | None:
    """The header of a JWT; None when it is none."""
    parts = token.split(".")
    return _decoded(parts[0]) if len(parts) == 3 else None


def claims_of(token: str) -> dict[str, Any] | None:
    """The claims of a JWT, unverified; None when it is none."""
    parts = token.split(".")
    return _decoded(parts[1]) if len(parts) == 3 else None


def expires_at(token: str) -> float | None:
    """The `exp` of a JWT in seconds since 1970; None when it has none."""
    exp = (claims_of(token) or {}).get("exp")
    return float(exp) if isinstance(exp, int | float) and not isinstance(exp, bool) else None


def wrongly_signed(token: str) -> list[str]:
    """The token with a signature that is not its own, without one, and with claims that it was not made for."""
    header, claims, signature = token.split(".")
    others = bytes(byte ^ 0xFF for byte in _bytes(signature) or b"\0" * 32)
    altered = {**(claims_of(token) or {}), "tether-relay-check": "altered"}
    return [
        f"{header}.{claims}.{_text(others)}",
        f"{header}.{_json(altered)}.{signature}",
        f"{header}.{claims}.",
    ]


def unsigned(token: str | None) -> list[str]:
    """The claims of a token, or of a stranger without one, under `alg: none` in the spellings that slip through."""
    claims = _json((claims_of(token) if token else None) or _STRANGER)
    return [f"{_json({'alg': alg, 'typ': 'JWT'})}.{claims}." for alg in ("none", "None", "NONE")]


def signed(token: str, key: bytes, **changes: int | None) -> str:
    """The token's claims with `changes` (None leaves one out), signed anew; KeyUnfit when `key` cannot do that."""
    header, claims = header_of(token), claims_of(token)
    if header is None or claims is None:
        raise KeyUnfit("the token is no JWT")
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
    """The token, signed anew, after its end: what it is in words -> the token. KeyUnfit as `signed`."""
    ends = {"a token that expired in the year 2000": _PAST, "a token that expired an hour ago": now - _HOUR}
    return {what: signed(token, key, iat=exp - 60, nbf=None, exp=exp) for what, exp in ends.items()}


def not_yet_valid(token: str, key: bytes, now: int) -> dict[str, str]:
    """The same of a token before its time."""
    begins = {
        "a token that is not valid before 2096": _FUTURE,
        "a token that is not valid for an hour yet": now + _HOUR,
    }
    has_end = expires_at(token) is not None
    return {what: signed(token, key, nbf=nbf, exp=nbf + _HOUR if has_end else None) for what, nbf in begins.items()}


def _decoded(part: str) -> dict[str, Any] | None:
    try:
        value = json.loads(_bytes(part) or b"")
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _bytes(part: str) -> bytes | None:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError):
        return None


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _json(value: dict[str, Any]) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())
