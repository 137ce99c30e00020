"""JSON Web Tokens (RFC 7519): verified with PyJWT's algorithms, remembered while they are good, and signed to try."""

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
# One issuer writes few headers.
_MAX_HEADERS: Final = 64


class _Header(NamedTuple):
    algorithm: str
    key_id: str | None


class TokenVerifier:
    """Verifies tokens with the keys of a source.

    Up to `memory` verified tokens are remembered by their full text, never past their `exp` nor past the keys in force
    at the time, so that a signature is not computed again for every request. `clock` tells seconds since 1970;
    `remembered` is told of each token whether it was found in the memory.
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
        self._tell = remembered
        self._keys: KeySet | None = None
        self._remembered: OrderedDict[str, Accepted] = OrderedDict()
        self._headers: dict[bytes, _Header] = {}

    async def __call__(self, token: str) -> Subject:
        """Whom `token` speaks of.

        TokenExpired past its `exp`, TokenInvalid for any other fault of it, KeysUnavailable when there is no key to
        tell by.
        """
        keys = self._keys_in_force()
        if (known := self._remembered.get(token)) is not None and self._clock() < known.expires:
            if self._tell is not None:
                self._tell(True)
            return known.subject
        if self._tell is not None:
            self._tell(False)
        accepted = await self._verify(token, keys)
        if self._memory:
            self._remember(token, accepted)
        return accepted.subject

    def _keys_in_force(self) -> KeySet:
        keys = self._source.current()
        if keys is not self._keys:
            # A key that is no longer in force takes the tokens with it that it has signed.
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
                key = await self._find_anew(header.key_id)
            # RFC 8725 section 3.1: the algorithm is that of the key, and a token does not choose it.
            if key is None or header.algorithm != key.algorithm or not key.has_signed(parts.signed, parts.signature):
                raise TokenInvalid
            self._keep_header(parts.header, header)
            claims = decode_object(parts.payload)
        except (ValueError, RecursionError) as error:
            raise TokenInvalid from error
        return accept_claims(claims, self._rules, self._clock())

    async def _find_anew(self, key_id: str | None) -> VerificationKey | None:
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
        """Whether a `typ` is one of the rules' (RFC 7515 section 4.1.9)."""
        return kind.lower().removeprefix("application/") in self._rules.types

    def _keep_header(self, part: bytes, header: _Header) -> None:
        """Remember a header, once a key of ours has signed it: nobody else fills this memory."""
        if len(self._headers) < _MAX_HEADERS:
            self._headers[part] = header

    def _remember(self, token: str, accepted: Accepted) -> None:
        self._remembered[token] = accepted
        if len(self._remembered) > self._memory:
            self._remembered.popitem(last=False)


def sign_token(
    user_id: str, key: VerificationKey, rules: TokenRules, *, ttl: float, now: float, organization_id: str | None = None
) -> str:
    """A token for `user_id`, good for `ttl` seconds from `now`; for development, so HS256 alone.

    ValueError when the key cannot sign, or for what no verifier with these rules would accept.
    """
    if not isinstance(key.key, bytes):
        raise ValueError("a public key cannot sign; tokens are made with the shared secret")
    if not USER_ID.fullmatch(user_id):
        raise ValueError("a user id is 1 to 128 printable ASCII characters without spaces")
    if rules.max_lifetime is not None and ttl > rules.max_lifetime:
        raise ValueError(f"tokens may be good for at most {rules.max_lifetime:g} seconds")
    claims: dict[str, str | int | None] = {rules.user_claim: user_id, "iat": int(now), "exp": int(now + ttl)}
    claims |= {"iss": rules.issuer, "aud": rules.audience}
    if rules.organization_claim is not None:
        claims[rules.organization_claim] = organization_id
    stated = {name: value for name, value in claims.items() if value is not None}
    kind = "JWT" if "jwt" in rules.types else rules.types[0]
    return jwt.encode(stated, key.key, algorithm=key.algorithm, headers={"typ": kind})


def _is_understood(header: Mapping[str, Any]) -> bool:
    """Whether a header asks for no extension (RFC 7515 section 4.1.11, RFC 7797)."""
    return "crit" not in header and header.get("b64", True) is not False
