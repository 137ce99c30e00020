"""A bearer token becomes a `Caller`.

AuthenticationError         the caller is not known
├── TokenMissing            no credentials were sent
├── TokenInvalid            they are no token that we accept; which rule it broke is not told
├── TokenExpired            they were once
└── UserDisabled            the token is good, its user may not call
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, NamedTuple

from store import Reader

# RFC 9110 section 11.1: the scheme in any case; RFC 6750 section 2.1: one space, then the token.
_BEARER: Final = re.compile(rb"(?i:bearer) ([A-Za-z0-9._~+/=-]+)")


class AuthenticationError(Exception):
    """The request does not say, or not credibly, who is calling."""


class TokenMissing(AuthenticationError):
    """No credentials were sent."""


class TokenInvalid(AuthenticationError):
    """The credentials are not a token that we accept."""


class TokenExpired(AuthenticationError):
    """The token was good until its `exp`."""


class UserDisabled(AuthenticationError):
    """The token is good, but its user may not call."""


class Caller(NamedTuple):
    """Who is calling: a known user, not disabled, and the organization the user belongs to, if any."""

    user_id: str
    organization_id: str | None


class Subject(NamedTuple):
    """Whom a token speaks of; `organization_id` is None where tokens do not tell."""

    user_id: str
    organization_id: str | None


class BearerAuthenticator:
    """Authenticates requests: `verify` turns a token into its subject, `store` says who that is, anew each time.

    With `match_organization`, the organization of the subject must be the one that the store has for the user.
    """

    def __init__(
        self, verify: Callable[[str], Awaitable[Subject]], store: Reader, *, match_organization: bool = False
    ) -> None:
        self._verify = verify
        self._store = store
        self._match_organization = match_organization

    async def __call__(self, authorization: Sequence[bytes]) -> Caller:
        """The caller of a request with these values of its Authorization headers.

        AuthenticationError, UserNotFound, KeysUnavailable or StoreUnavailable when there is none.
        """
        subject = await self._verify(bearer_token(authorization))
        user = await self._store.user(subject.user_id)
        if self._match_organization and subject.organization_id != user.organization_id:
            raise TokenInvalid
        if user.disabled:
            raise UserDisabled
        return Caller(user.id, user.organization_id)


def bearer_token(authorization: Sequence[bytes]) -> str:
    """The token in the one Authorization header of a request (RFC 6750 section 2.1).

    TokenMissing without one, TokenInvalid for several, for another scheme, and for what is not written as a token.
    """
    if not authorization:
        raise TokenMissing
    if len(authorization) > 1 or (match := _BEARER.fullmatch(authorization[0])) is None:
        raise TokenInvalid
    return match[1].decode("ascii")
