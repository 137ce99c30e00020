"""From a bearer token to a `Caller`.

AuthenticationError         the request does not identify a caller
├── TokenMissing            the request has no credentials
├── TokenInvalid            the token is not acceptable; the error does not say which rule it breaks
├── TokenExpired            the token was valid until its `exp`
└── UserDisabled            the token is valid, but its user is disabled
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, NamedTuple

from store import Reader

# RFC 9110 section 11.1: the scheme in any case; RFC 6750 section 2.1: one space, then the token.
_BEARER: Final = re.compile(rb"(?i:bearer) ([A-Za-z0-9._~+/=-]+)")


class AuthenticationError(Exception):
    """The request does not identify a caller, or does not prove it."""


class TokenMissing(AuthenticationError):
    """The request has no credentials."""


class TokenInvalid(AuthenticationError):
    """The credentials are not an acceptable token."""


class TokenExpired(AuthenticationError):
    """The token was valid until its `exp`."""


class UserDisabled(AuthenticationError):
    """The token is valid, but its user is disabled."""


class Caller(NamedTuple):
    """The user who sent the request, and the organization of that user, if any.

    With a store of users, the user is known and not disabled.
    """

    user_id: str
    organization_id: str | None


class Subject(NamedTuple):
    """The user that a token names; `organization_id` is None if tokens do not name an organization."""

    user_id: str
    organization_id: str | None


class BearerAuthenticator:
    """Authenticates requests: `verify` maps a token to its subject; `store` looks up the user for each request.

    With `match_organization`, the organization of the subject must equal the organization of the user in the store.
    """

    def __init__(
        self, verify: Callable[[str], Awaitable[Subject]], store: Reader, *, match_organization: bool = False
    ) -> None:
        self._verify = verify
        self._store = store
        self._match_organization = match_organization

    async def __call__(self, authorization: Sequence[bytes]) -> Caller:
        """The caller of a request with these values of its Authorization headers.

        Raises AuthenticationError, UserNotFound, KeysUnavailable, StoreUnavailable.
        """
        subject = await self._verify(bearer_token(authorization))
        user = await self._store.user(subject.user_id)
        if self._match_organization and subject.organization_id != user.organization_id:
            raise TokenInvalid
        if user.disabled:
            raise UserDisabled
        return Caller(user.id, user.organization_id)


class TokenAuthenticator:
    """Authenticates requests by the token alone, for a contract without a store of users."""

    def __init__(self, verify: Callable[[str], Awaitable[Subject]]) -> None:
        self._verify = verify

    async def __call__(self, authorization: Sequence[bytes]) -> Caller:
        """The caller of a request with these values of its Authorization headers.

        Raises AuthenticationError, KeysUnavailable.
        """
        return Caller(*await self._verify(bearer_token(authorization)))


def bearer_token(authorization: Sequence[bytes]) -> str:
    """The token in the one Authorization header of a request (RFC 6750 section 2.1).

    Raises TokenMissing without a header, TokenInvalid for several headers, another scheme, or a malformed token.
    """
    if not authorization:
        raise TokenMissing
    if len(authorization) > 1 or (match := _BEARER.fullmatch(authorization[0])) is None:
        raise TokenInvalid
    return match[1].decode("ascii")
