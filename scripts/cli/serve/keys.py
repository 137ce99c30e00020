"""From settings to the keys that verify tokens, and the rules for tokens."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from handlers.authentication.claims import TokenRules
from handlers.authentication.key_sources import FixedKey, KeySource, PublishedKeys
from handlers.authentication.keys import KeyUnusable, VerificationKey, public_key, secret_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.cli.settings import Settings

_SOURCES: Final = {
    "jwt_secret": "TETHER_RELAY_JWT_SECRET",
    "jwt_public_key_file": "TETHER_RELAY_JWT_PUBLIC_KEY_FILE",
    "jwt_jwks_url": "TETHER_RELAY_JWT_JWKS_URL",
}


def has_key_source(settings: Settings) -> bool:
    """Whether the settings name a key."""
    return any(getattr(settings, field) is not None for field in _SOURCES)


def key_source(settings: Settings, report: Callable[[str], None] = lambda outcome: None) -> KeySource:
    """The one configured source of keys; `report` receives the outcome of each refresh of published keys.

    KeyUnusable if no source or more than one is configured, or if the source is invalid or not secure.
    """
    from handlers.authentication.key_reading import reader_of

    _check_one_source(settings)
    if settings.jwt_jwks_url is None:
        return FixedKey(_fixed_key(settings))
    if settings.jwt_jwks_max_age <= settings.jwt_jwks_refresh:
        raise KeyUnusable(
            "TETHER_RELAY_JWT_JWKS_MAX_AGE must be more than TETHER_RELAY_JWT_JWKS_REFRESH: "
            "otherwise keys expire before they are read again"
        )
    with _named(_SOURCES["jwt_jwks_url"]):
        read = reader_of(settings.jwt_jwks_url, settings.jwt_jwks_timeout)
    return PublishedKeys(read, interval=settings.jwt_jwks_refresh, max_age=settings.jwt_jwks_max_age, report=report)


def signing_key(settings: Settings) -> VerificationKey:
    """The shared secret; KeyUnusable if it is not secure, or if public keys are configured instead."""
    _check_one_source(settings)
    if settings.jwt_secret is None:
        source = next(name for field, name in _SOURCES.items() if getattr(settings, field) is not None)
        raise KeyUnusable(f"{source}: a public key cannot sign tokens; use TETHER_RELAY_JWT_SECRET instead")
    return _fixed_key(settings)


def token_rules(settings: Settings) -> TokenRules:
    """The rules for the header and claims of tokens."""
    return TokenRules(
        issuer=settings.jwt_issuer,
        audience=settings.jwt_audience,
        leeway=settings.jwt_leeway,
        types=settings.jwt_types,
        user_claim=settings.jwt_user_claim,
        organization_claim=settings.jwt_org_claim,
        max_lifetime=settings.jwt_max_lifetime,
    )


def _check_one_source(settings: Settings) -> None:
    given = [name for field, name in _SOURCES.items() if getattr(settings, field) is not None]
    if len(given) > 1:
        raise KeyUnusable(f"set only one of {', '.join(given)}")
    if not given:
        raise KeyUnusable(
            f"no key to verify tokens with: set {', '.join(_SOURCES.values())}, or try `tether-relay serve --demo`"
        )


def _fixed_key(settings: Settings) -> VerificationKey:
    if settings.jwt_secret is not None:
        with _named(_SOURCES["jwt_secret"], hint="; create one with `openssl rand -base64 48`"):
            return secret_key(settings.jwt_secret.get_secret_value())
    if settings.jwt_public_key_file is not None:
        with _named(_SOURCES["jwt_public_key_file"]):
            return public_key(settings.jwt_public_key_file)
    raise KeyUnusable("no key is given at start")


@contextmanager
def _named(setting: str, hint: str = "") -> Iterator[None]:
    try:
        yield
    except KeyUnusable as error:
        raise KeyUnusable(f"{setting}: {error}{hint}") from None
