"""The claims of a token (RFC 7519 section 4), validated against rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeGuard

from handlers.authentication.auth import Subject, TokenExpired, TokenInvalid

USER_ID: Final = re.compile(r"[\x21-\x7e]{1,128}")
# The end of the year 9999, in seconds since 1970: a later time is a mistake, or an attack.
_LAST_SECOND: Final = 253_402_300_799


@dataclass(frozen=True)
class TokenRules:
    """The claims that a token must have in addition to `exp`.

    If `issuer` and `audience` are set, `iss` and `aud` must match them. `leeway` allows for clocks that differ, in
    seconds. `types` lists the accepted values of `typ`, in lower case and without ``application/`` (RFC 8725 section
    3.11: a token that was signed for another use, such as a logout, must not authenticate a call). `user_claim` is the
    claim with the user id, `organization_claim`, if set, the claim with the organization id. `max_lifetime` limits the
    seconds from `iat` to `exp`.
    """

    issuer: str | None = None
    audience: str | None = None
    leeway: float = 10
    types: tuple[str, ...] = ("jwt", "at+jwt")
    user_claim: str = "sub"
    organization_claim: str | None = None
    max_lifetime: float | None = None


class Accepted(NamedTuple):
    """The subject of a valid token, and the token's expiry in seconds since 1970."""

    subject: Subject
    expires: float


def accept_claims(claims: Mapping[str, Any], rules: TokenRules, now: float) -> Accepted:
    """Validate a token's claims at the time `now`. Raises TokenExpired past `exp`, TokenInvalid for other faults."""
    user_id = claims.get(rules.user_claim)
    if (
        not isinstance(user_id, str)
        or not USER_ID.fullmatch(user_id)
        or not _matches_issuer_and_audience(claims, rules)
    ):
        raise TokenInvalid
    organization_id = None
    if rules.organization_claim is not None:
        organization_id = claims.get(rules.organization_claim)
        if not isinstance(organization_id, str | None):
            raise TokenInvalid
    return Accepted(Subject(user_id, organization_id), _expiry(claims, rules, now))


def _matches_issuer_and_audience(claims: Mapping[str, Any], rules: TokenRules) -> bool:
    """Whether issuer and audience match the rules (RFC 7519 sections 4.1.1 and 4.1.3)."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    return rules.issuer in (None, claims.get("iss")) and (rules.audience is None or rules.audience in audiences)


def _expiry(claims: Mapping[str, Any], rules: TokenRules, now: float) -> float:
    """The `exp` of claims that are valid at `now` (RFC 7519 sections 4.1.4 to 4.1.6)."""
    exp, nbf, iat = claims.get("exp"), claims.get("nbf", 0), claims.get("iat", 0)
    if not (_is_time(exp) and _is_time(nbf) and _is_time(iat)):
        raise TokenInvalid
    if max(nbf, iat) > now + rules.leeway:
        raise TokenInvalid
    if rules.max_lifetime is not None and ("iat" not in claims or exp - iat > rules.max_lifetime):
        raise TokenInvalid
    if exp <= now - rules.leeway:
        raise TokenExpired
    return float(exp)


def _is_time(value: object) -> TypeGuard[float]:
    """Whether a claim is a NumericDate (RFC 7519 section 2) up to the year 9999; a boolean or NaN is not."""
    return type(value) in (int, float) and 0 <= value <= _LAST_SECOND  # type: ignore[operator]  # it is a number
