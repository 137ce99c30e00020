"""What the claims of a token say (RFC 7519 section 4), judged by rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeGuard

from handlers.authentication.auth import Subject, TokenExpired, TokenInvalid

USER_ID: Final = re.compile(r"[\x21-\x7e]{1,128}")
# Seconds since 1970 up to the year 9999: what is beyond is a mistake, or an attack.
_LAST_SECOND: Final = 253_402_300_799


@dataclass(frozen=True)
class TokenRules:
    """What a token must say beside `exp`.

    `issuer` and `audience` are compared with `iss` and `aud` when they are set. `leeway` is in seconds, for clocks
    that differ. `types` are the `typ` that are accepted, in lower case and without ``application/`` (RFC 8725 section
    3.11: what was signed for something else, to log out say, is not to be called with). `user_claim` names the user;
    `organization_claim`, when set, the organization. `max_lifetime` bounds the seconds from `iat` to `exp`.
    """

    issuer: str | None = None
    audience: str | None = None
    leeway: float = 10
    types: tuple[str, ...] = ("jwt", "at+jwt")
    user_claim: str = "sub"
    organization_claim: str | None = None
    max_lifetime: float | None = None


class Accepted(NamedTuple):
    """Whom a token speaks of, and until when, in seconds since 1970."""

    subject: Subject
    expires: float


def accept_claims(claims: Mapping[str, Any], rules: TokenRules, now: float) -> Accepted:
    """What the claims of a token say at the time `now`; TokenExpired past its `exp`, TokenInvalid for another fault."""
    user_id = claims.get(rules.user_claim)
    if not isinstance(user_id, str) or not USER_ID.fullmatch(user_id) or not _is_meant_for_us(claims, rules):
        raise TokenInvalid
    organization_id = None
    if rules.organization_claim is not None:
        organization_id = claims.get(rules.organization_claim)
        if not isinstance(organization_id, str | None):
            raise TokenInvalid
    return Accepted(Subject(user_id, organization_id), _expiry(claims, rules, now))


def _is_meant_for_us(claims: Mapping[str, Any], rules: TokenRules) -> bool:
    """Whether issuer and audience are as they must be (RFC 7519 sections 4.1.1 and 4.1.3)."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    return rules.issuer in (None, claims.get("iss")) and (rules.audience is None or rules.audience in audiences)


def _expiry(claims: Mapping[str, Any], rules: TokenRules, now: float) -> float:
    """The `exp` of claims that are in force now (RFC 7519 sections 4.1.4 to 4.1.6)."""
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
    """Whether a claim is a NumericDate (RFC 7519 section 2) of a year that has four digits; no boolean, no NaN."""
    return type(value) in (int, float) and 0 <= value <= _LAST_SECOND  # type: ignore[operator]  # it is a number
