"""From settings to the keys that tokens are verified with, and the rules that tokens follow."""

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
    """The one source of keys that is configured; `report` is told of every refresh of published ones.

    KeyUnusable for none, for more than one, and for one that must not be relied on.
    """
    from handlers.authentication.key_reading import reader_of

    _check_one_source(settings)
    if settings.jwt_jwks_url is None:
        return FixedKey(_fixed_key(settings))
    if settings.jwt_jwks_max_age <= settings.jwt_jwks_refresh:
        raise KeyUnusable(
            "TETHER_RELAY_JWT_JWKS_MAX_AGE must be more than TETHER_RELAY_JWT_JWKS_REFRESH: "
            "keys would lapse before they are read again"
        )
    with _named(_SOURCES["jwt_jwks_url"]):
        read = reader_of(settings.jwt_jwks_url, settings.jwt_jwks_timeout)
    return PublishedKeys(read, interval=settings.jwt_jwks_refresh, max_age=settings.jwt_jwks_max_age, report=report)


def signing_key(settings: Settings) -> VerificationKey:
    """The shared secret; KeyUnusable when it is unfit, and when public keys are what is configured."""
    _check_one_source(settings)
    if settings.jwt_secret is None:
        source = next(name for field, name in _SOURCES.items() if getattr(settings, field) is not None)
        raise KeyUnusable(f"{source}: a public key cannot sign; tokens are made with TETHER_RELAY_JWT_SECRET")
    return _fixed_key(settings)


def token_rules(settings: Settings) -> TokenRules:
    """What tokens must say."""
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
        raise KeyUnusable(f"set one of {' and '.join(given)}, not {'both' if len(given) == 2 else 'all'}")
    if not given:
        raise KeyUnusable(
            f"no key to verify tokens with: set {', '.join(_SOURCES.values())}, or try `tether-relay serve --demo`"
        )


def _fixed_key(settings: Settings) -> VerificationKey:
    if settings.jwt_secret is not None:
        with _named(_SOURCES["jwt_secret"], hint="; `openssl rand -base64 48` makes a good one"):
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
