"""JSON Web Tokens (RFC 7519): verification with PyJWT's algorithms, a cache of verified tokens, and test tokens."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import jwt

from handlers.authentication.auth import Subject, TokenInvalid
from handlers.authentication.claims import USER_ID, Accepted, TokenRules, accept_claims
from handlers.authentication.compact import decode_object, split_token
from handlers.authentication.key_sources import KeySource
from handlers.authentication.keys import KeySet, VerificationKey

MAX_TOKEN_BYTES: Final = 8192
# An issuer uses few different headers.
_MAX_HEADERS: Final = 64


class _Header(NamedTuple):
    algorithm: str
    key_id: str | None


class TokenVerifier:
    """Verifies tokens with the keys of a source.

    Caches up to `memory` verified tokens by their full text, until their `exp` or until the keys in force change, so
    that most requests need no signature check. `clock` returns seconds since 1970; `remembered` is called for each
    token, with whether the cache had it.
    """

    def __init__(
        self,
        keys: KeySource,
        rules: TokenRules,
        *,
        memory: int = 0,
        clock: Callable[[], float] = time.time,
        remembered: Callable[[bool], None] | None = None,
    ) -> None:
        self._source = keys
        self._rules = rules
        self._memory = memory
        self._clock = clock
        self._report = remembered
        self._keys: KeySet | None = None
        self._remembered: OrderedDict[str, Accepted] = OrderedDict()
        self._headers: dict[bytes, _Header] = {}

    async def __call__(self, token: str) -> Subject:
        """The subject of `token`.

        Raises TokenExpired past its `exp`, TokenInvalid for any other fault, KeysUnavailable if there is no key.
        """
        keys = self._keys_in_force()
        if (known := self._remembered.get(token)) is not None and self._clock() < known.expires:
            if self._report is not None:
                self._report(True)
            return known.subject
        if self._report is not None:
            self._report(False)
        accepted = await self._verify(token, keys)
        if self._memory:
            self._remember(token, accepted)
        return accepted.subject

    def _keys_in_force(self) -> KeySet:
        keys = self._source.current()
        if keys is not self._keys:
            # A token whose key is no longer in force must be refused.
            self._remembered.clear()
            self._keys = keys
        return keys

    async def _verify(self, token: str, keys: KeySet) -> Accepted:
        if len(token) > MAX_TOKEN_BYTES or not token.isascii():
            raise TokenInvalid
        try:
            parts = split_token(token.encode())
            header = self._headers.get(parts.header) or self._read_header(parts.header)
            key = keys.find(header.key_id)
            if key is None and header.key_id is not None:
                key = await self._refresh_and_find(header.key_id)
            # RFC 8725 section 3.1: the key determines the algorithm, not the token.
            if key is None or header.algorithm != key.algorithm or not key.has_signed(parts.signed, parts.signature):
                raise TokenInvalid
            self._keep_header(parts.header, header)
            claims = decode_object(parts.payload)
        except (ValueError, RecursionError) as error:
            raise TokenInvalid from error
        return accept_claims(claims, self._rules, self._clock())

    async def _refresh_and_find(self, key_id: str | None) -> VerificationKey | None:
        await self._source.refresh()
        return self._keys_in_force().find(key_id)

    def _read_header(self, part: bytes) -> _Header:
        header = decode_object(part)
        algorithm, key_id, kind = header.get("alg"), header.get("kid", ""), header.get("typ", "")
        if not (isinstance(algorithm, str) and isinstance(key_id, str) and isinstance(kind, str)):
            raise TokenInvalid
        if not _is_understood(header) or ("typ" in header and not self._is_accepted_type(kind)):
            raise TokenInvalid
        return _Header(algorithm, key_id if "kid" in header else None)

    def _is_accepted_type(self, kind: str) -> bool:
        """Whether the rules accept this `typ` (RFC 7515 section 4.1.9)."""
        return kind.lower().removeprefix("application/") in self._rules.types

    def _keep_header(self, part: bytes, header: _Header) -> None:
        """Cache a header whose signature is verified, so that only the issuer can fill this cache."""
        if len(self._headers) < _MAX_HEADERS:
            self._headers[part] = header

    def _remember(self, token: str, accepted: Accepted) -> None:
        self._remembered[token] = accepted
        if len(self._remembered) > self._memory:
            self._remembered.popitem(last=False)


def sign_token(
    user_id: str, key: VerificationKey, rules: TokenRules, *, ttl: float, now: float, organization_id: str | None = None
) -> str:
    """A token for `user_id`, valid for `ttl` seconds from `now`; for development, so only with HS256.

    Raises ValueError if the key cannot sign, or if a verifier with these rules would refuse the token.
    """
    if not isinstance(key.key, bytes):
        raise ValueError("a public key cannot sign; use the shared secret to make tokens")
    if not USER_ID.fullmatch(user_id):
        raise ValueError("a user id is 1 to 128 printable ASCII characters without spaces")
    if rules.max_lifetime is not None and ttl > rules.max_lifetime:
        raise ValueError(f"tokens may be valid for at most {rules.max_lifetime:g} seconds")
    claims: dict[str, str | int | None] = {rules.user_claim: user_id, "iat": int(now), "exp": int(now + ttl)}
    claims |= {"iss": rules.issuer, "aud": rules.audience}
    if rules.organization_claim is not None:
        claims[rules.organization_claim] = organization_id
    stated = {name: value for name, value in claims.items() if value is not None}
    kind = "JWT" if "jwt" in rules.types else rules.types[0]
    return jwt.encode(stated, key.key, algorithm=key.algorithm, headers={"typ": kind})


def _is_understood(header: Mapping[str, Any]) -> bool:
    """Whether a header requires no extension (RFC 7515 section 4.1.11, RFC 7797)."""
    return "crit" not in header and header.get("b64", True) is not False
