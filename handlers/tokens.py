"""JSON Web Tokens (RFC 7519): signed for development, verified with PyJWT, remembered while they are good."""

from __future__ import annotations

import math
import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

import jwt
import orjson

from handlers.auth import TokenExpired, TokenInvalid
from handlers.keys import VerificationKey

MAX_TOKEN_BYTES: Final = 8192
_USER_ID: Final = re.compile(r"[\x21-\x7e]{1,128}")
# Seconds since 1970 up to the year 9999: what is beyond is a mistake, or an attack.
_LAST_SECOND: Final = 253_402_300_799
# RFC 7515 section 7.1: header, payload and signature.
_COMPACT: Final = re.compile(rb"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
# RFC 8725 section 3.11: what was signed for something else, to log out say, is not to be called with.
_TYPES: Final = ("jwt", "at+jwt", "application/at+jwt")


@dataclass(frozen=True)
class TokenRules:
    """What a token must say beside `exp` and `sub`; `leeway` is in seconds, for clocks that differ."""

    issuer: str | None = None
    audience: str | None = None
    leeway: float = 10


class TokenVerifier:
    """Verifies tokens with one key.

    Up to `memory` verified tokens are remembered by their full text and never past their `exp`, so that a signature is
    not computed again for every request. `clock` tells seconds since 1970.
    """

    def __init__(
        self, key: VerificationKey, rules: TokenRules, *, memory: int = 0, clock: Callable[[], float] = time.time
    ) -> None:
        self._key = key
        self._rules = rules
        self._memory = memory
        self._clock = clock
        self._remembered: OrderedDict[str, tuple[str, float]] = OrderedDict()
        # PyJWT would examine the key again for each token, and look at each of its characters in Python.
        self._algorithm = jwt.PyJWS().get_algorithm_by_name(key.algorithm)
        self._prepared = self._algorithm.prepare_key(key.key)

    def __call__(self, token: str) -> str:
        """The user id in `token`; TokenExpired past its `exp`, TokenInvalid for any other fault."""
        if (known := self._remembered.get(token)) is not None and self._clock() < known[1]:
            return known[0]
        user_id, expires = self._verify(token)
        if self._memory:
            self._remember(token, user_id, expires)
        return user_id

    def _verify(self, token: str) -> tuple[str, float]:
        if len(token) > MAX_TOKEN_BYTES or not token.isascii():
            raise TokenInvalid
        try:
            header, claims = self._signed(token.encode())
        except (ValueError, RecursionError) as error:
            raise TokenInvalid from error
        if not _is_access_token(header) or not isinstance(claims, dict) or not self._is_meant_for_us(claims):
            raise TokenInvalid
        return claims["sub"], self._check_times(claims)

    def _signed(self, token: bytes) -> tuple[dict[str, Any], Any]:
        """Header and claims of a token that our key has signed (RFC 7515 section 5.2); ValueError for other ones."""
        parts = _COMPACT.fullmatch(token)
        if parts is None:
            raise TokenInvalid
        header = orjson.loads(_decoded(parts[1]))
        # RFC 8725 section 3.1: a token does not choose the algorithm.
        if not isinstance(header, dict) or header.get("alg") != self._key.algorithm or not _is_understood(header):
            raise TokenInvalid
        if not self._algorithm.verify(token[: parts.end(2)], self._prepared, _decoded(parts[3])):
            raise TokenInvalid
        return header, orjson.loads(_decoded(parts[2]))

    def _is_meant_for_us(self, claims: Mapping[str, Any]) -> bool:
        """Whether subject, issuer and audience are as they must be (RFC 7519 sections 4.1.1 to 4.1.3)."""
        user_id, audience = claims.get("sub"), claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        return (
            isinstance(user_id, str)
            and _USER_ID.fullmatch(user_id) is not None
            and self._rules.issuer in (None, claims.get("iss"))
            and (self._rules.audience is None or self._rules.audience in audiences)
        )

    def _check_times(self, claims: Mapping[str, Any]) -> float:
        """The `exp` of claims that are in force now (RFC 7519 sections 4.1.4 to 4.1.6)."""
        exp, nbf, iat = claims.get("exp"), claims.get("nbf", 0), claims.get("iat", 0)
        if not (_is_time(exp) and _is_time(nbf) and _is_time(iat)):
            raise TokenInvalid
        now, leeway = self._clock(), self._rules.leeway
        if max(nbf, iat) > now + leeway:
            raise TokenInvalid
        if exp <= now - leeway:
            raise TokenExpired
        return float(exp)

    def _remember(self, token: str, user_id: str, expires: float) -> None:
        self._remembered[token] = user_id, expires
        if len(self._remembered) > self._memory:
            self._remembered.popitem(last=False)


def sign_token(user_id: str, key: VerificationKey, rules: TokenRules, *, ttl: float, now: float) -> str:
    """A token for `user_id`, good for `ttl` seconds from `now`; for development, so HS256 alone.

    ValueError when the key cannot sign, or for a user id that no verifier would accept.
    """
    if not isinstance(key.key, bytes):
        raise ValueError("a public key cannot sign; tokens are made with the shared secret")
    if not _USER_ID.fullmatch(user_id):
        raise ValueError("a user id is 1 to 128 printable ASCII characters without spaces")
    claims = {"sub": user_id, "iat": int(now), "exp": int(now + ttl), "iss": rules.issuer, "aud": rules.audience}
    return jwt.encode(
        {name: value for name, value in claims.items() if value is not None}, key.key, algorithm=key.algorithm
    )


def _decoded(part: bytes) -> bytes:
    """The bytes that `part` is the base64url of, without padding (RFC 7515 section 2); ValueError when it is not.

    Only the one text that encodes them is taken: otherwise one token would have several.
    """
    decoded = urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    if urlsafe_b64encode(decoded).rstrip(b"=") != part:
        raise ValueError("not base64url")
    return decoded


def _is_understood(header: Mapping[str, Any]) -> bool:
    """Whether a header asks for no extension (RFC 7515 section 4.1.11, RFC 7797); its `kid` must be text."""
    return "crit" not in header and header.get("b64", True) is not False and isinstance(header.get("kid", ""), str)


def _is_access_token(header: Mapping[str, Any]) -> bool:
    """Whether the type of a token, which may be left out, lets it be sent with a request (RFC 9068 section 2.1)."""
    kind = header.get("typ", "JWT")
    return isinstance(kind, str) and kind.lower() in _TYPES


def _is_time(value: object) -> TypeGuard[float]:
    """Whether a claim is a NumericDate (RFC 7519 section 2) of a year that has four digits."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and 0 <= value <= _LAST_SECOND
    )
