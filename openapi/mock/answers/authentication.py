"""Whether a request has the credentials that its operation requires (section "Security Requirement Object").

Signatures are not checked: the mock has no keys, and frontend developers need none.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final, Literal, TypeAlias

from openapi.contract import Operation, SecurityScheme
from openapi.http.jose import claims_of, encode_base64url, encode_part, header_of
from openapi.mock.answers.refusals import Refusal
from openapi.parameters.request_parts import RequestParts
from openapi.validation.security import credentials_of

Auth: TypeAlias = Literal["presence", "jwt", "off"]

REALM: Final = "tether-relay"
# The key of minted tokens is not secret: no server trusts them.
_KEY: Final = b"tether-relay mock"


def check(operation: Operation, parts: RequestParts, auth: Auth, now: float) -> None:
    """Return if one of the operation's security requirements is met; otherwise raise Refusal, 401 with challenges.

    `now` is in seconds since 1970.
    """
    if auth == "off" or operation.public:
        return
    refusals = []
    for requirement in operation.security:
        try:
            for scheme in requirement:
                _check_scheme(scheme, parts, auth, now)
        except Refusal as refusal:
            refusals.append(refusal)
        else:
            return
    # The error is about the credentials that were sent, not about the alternatives that were not.
    chosen = next((refusal for refusal in refusals if refusal.code != "TOKEN_MISSING"), refusals[0])
    challenges = dict.fromkeys(refusal.headers["WWW-Authenticate"] for refusal in (chosen, *refusals))
    raise Refusal(401, chosen.code, str(chosen), {"WWW-Authenticate": ", ".join(challenges)})


def mint(ttl: int, now: float) -> tuple[str, int]:
    """A token for development that expires after `ttl` seconds, and its `exp`."""
    expires = int(now) + ttl
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": "user_mock", "iat": min(int(now), expires), "exp": expires})
    signed = ".".join(encode_part(part) for part in parts)
    return f"{signed}.{encode_base64url(hmac.new(_KEY, signed.encode(), hashlib.sha256).digest())}", expires


def _check_scheme(scheme: SecurityScheme, parts: RequestParts, auth: Auth, now: float) -> None:
    found = credentials_of(scheme, parts)
    if scheme.is_api_key:
        if found is None:
            challenge = f'ApiKey realm="{REALM}", in="{scheme.location}", name="{_quotable(scheme.key)}"'
            raise _refusal("TOKEN_MISSING", f"Send the key {scheme.key} in the {scheme.location}.", challenge)
        return
    wanted = scheme.http_scheme
    shown = wanted.capitalize() if re.fullmatch("[a-z0-9-]+", wanted) else "Bearer"
    challenge = f'{shown} realm="{REALM}"'
    if wanted == "digest":
        challenge += f', qop="auth", algorithm=SHA-256, nonce="{_nonce(now)}"'
    if found is None:
        if not "".join(parts.texts("header", "authorization")).strip():
            raise _refusal("TOKEN_MISSING", f"Send {_article(wanted)} in the Authorization header.", challenge)
        sentence = f"The Authorization header must have the scheme {shown}, followed by {_article(wanted)}."
        raise _refusal("TOKEN_INVALID", sentence, challenge)
    if wanted == "bearer" and auth == "jwt":
        _check_token(found, challenge, now)


def _check_token(token: str, challenge: str, now: float) -> None:
    """RFC 7519 sections 4.1.4, 4.1.5 and 7.2, without the signature."""
    challenge += ', error="invalid_token"'
    claims = claims_of(token)
    if claims is None or header_of(token) is None:
        raise _refusal("TOKEN_INVALID", "The bearer token is not a JWT; POST /__mock/token creates one.", challenge)
    times = {name: claims[name] for name in ("exp", "nbf") if name in claims}
    if any(isinstance(moment, bool) or not isinstance(moment, int | float) for moment in times.values()):
        raise _refusal("TOKEN_INVALID", "exp and nbf of the bearer token must be numbers.", challenge)
    if times.get("exp", now + 1) <= now:
        raise _refusal("TOKEN_EXPIRED", "The bearer token has expired.", challenge)
    if times.get("nbf", now) > now:
        raise _refusal("TOKEN_INVALID", "The bearer token is not valid yet.", challenge)


def _refusal(code: str, sentence: str, challenge: str) -> Refusal:
    return Refusal(401, code, sentence, {"WWW-Authenticate": challenge})


def _nonce(now: float) -> str:
    """A nonce, another one each second (RFC 7616 section 3.3)."""
    return encode_base64url(hmac.new(_KEY, str(int(now)).encode(), hashlib.sha256).digest())


def _article(scheme: str) -> str:
    return {"bearer": "a bearer token", "basic": "a user and password"}.get(scheme, f"{scheme} credentials")


def _quotable(name: str) -> str:
    return re.sub(r'[^ -~]|["\\]', "_", name)
