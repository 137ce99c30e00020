"""The settings that name a source of keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from handlers.authentication.claims import TokenRules
from handlers.authentication.key_sources import PublishedKeys
from handlers.authentication.keys import KeyUnusable
from scripts.cli.serve.keys import key_source, signing_key, token_rules
from scripts.cli.settings import SettingsError, read_settings

pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture(autouse=True)
def _keys(folder: Path) -> None:
    """A private key and its public key in files."""
    private = generate_private_key(SECP256R1())
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    Path("private.pem").write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    Path("public.pem").write_bytes(public)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (
            {},
            "no key to verify tokens with: set TETHER_RELAY_JWT_SECRET, TETHER_RELAY_JWT_PUBLIC_KEY_FILE, "
            "TETHER_RELAY_JWT_JWKS_URL, or try `tether-relay serve --demo`",
        ),
        (
            {"jwt_secret": "short"},
            "TETHER_RELAY_JWT_SECRET: the secret has 5 bytes; HS256 needs at least 32; "
            "create one with `openssl rand -base64 48`",
        ),
        (
            {"jwt_secret": "s" * 32, "jwt_public_key_file": "public.pem"},
            "set only one of TETHER_RELAY_JWT_SECRET, TETHER_RELAY_JWT_PUBLIC_KEY_FILE",
        ),
        (
            {"jwt_secret": "s" * 32, "jwt_public_key_file": "public.pem", "jwt_jwks_url": "keys.json"},
            "set only one of TETHER_RELAY_JWT_SECRET, TETHER_RELAY_JWT_PUBLIC_KEY_FILE, TETHER_RELAY_JWT_JWKS_URL",
        ),
        (
            {"jwt_public_key_file": "missing.pem"},
            "TETHER_RELAY_JWT_PUBLIC_KEY_FILE: missing.pem cannot be read: No such file or directory",
        ),
        (
            {"jwt_public_key_file": "private.pem"},
            "TETHER_RELAY_JWT_PUBLIC_KEY_FILE: private.pem holds a private key; give the public key alone, which is "
            "enough to verify tokens",
        ),
        (
            {"jwt_jwks_url": "http://keys.example/jwks"},
            "TETHER_RELAY_JWT_JWKS_URL: 'http://keys.example/jwks' would fetch keys over the network without TLS; "
            "use https",
        ),
        (
            {"jwt_jwks_url": "keys.json", "jwt_jwks_max_age": 60},
            "TETHER_RELAY_JWT_JWKS_MAX_AGE must be more than TETHER_RELAY_JWT_JWKS_REFRESH: otherwise keys expire "
            "before they are read again",
        ),
    ],
    ids=lambda value: " ".join(value) or "none" if isinstance(value, dict) else "",
)
def test_exactly_one_valid_source_of_keys_is_required(options: dict[str, Any], reason: str) -> None:
    with pytest.raises(KeyUnusable) as refused:
        key_source(read_settings(**options))

    assert str(refused.value) == reason


@pytest.mark.parametrize(
    ("options", "algorithm"),
    [({"jwt_secret": "s" * 32}, "HS256"), ({"jwt_public_key_file": "public.pem"}, "ES256")],
)
def test_the_configured_key_is_used(options: dict[str, Any], algorithm: str) -> None:
    key = key_source(read_settings(**options)).current().find(None)

    assert key is not None
    assert key.algorithm == algorithm


@pytest.mark.parametrize("location", ["https://keys.example/jwks", "http://127.0.0.1:1/jwks", "keys.json"])
def test_published_keys_are_not_read_before_the_server_runs(location: str) -> None:
    assert isinstance(key_source(read_settings(jwt_jwks_url=location)), PublishedKeys)


@pytest.mark.parametrize(
    ("options", "source"),
    [
        ({"jwt_public_key_file": "public.pem"}, "TETHER_RELAY_JWT_PUBLIC_KEY_FILE"),
        ({"jwt_jwks_url": "keys.json"}, "TETHER_RELAY_JWT_JWKS_URL"),
    ],
)
def test_public_keys_cannot_sign(options: dict[str, Any], source: str) -> None:
    with pytest.raises(KeyUnusable, match=f"{source}: a public key cannot sign"):
        signing_key(read_settings(**options))


def test_the_rules_for_tokens_follow_the_settings() -> None:
    settings = read_settings(
        jwt_issuer="us",
        jwt_audience="relay",
        jwt_leeway=3,
        jwt_types="JWT, application/AT+JWT",
        jwt_user_claim="uid",
        jwt_org_claim="org",
        jwt_max_lifetime=900,
    )

    assert token_rules(settings) == TokenRules("us", "relay", 3, ("jwt", "at+jwt"), "uid", "org", 900)


def test_the_rules_for_tokens_have_the_same_defaults_everywhere() -> None:
    assert token_rules(read_settings()) == TokenRules()


def test_an_empty_list_of_token_types_is_refused() -> None:
    with pytest.raises(SettingsError, match="must name a type, such as JWT or at"):
        read_settings(jwt_types=",")


@pytest.mark.parametrize("field", ["jwt_user_claim", "jwt_org_claim"])
@pytest.mark.parametrize("claim", ["exp", "nbf", "iat", "iss", "aud"])
def test_a_registered_claim_cannot_name_the_user_or_organization(field: str, claim: str) -> None:
    with pytest.raises(SettingsError, match="must identify the user or organization"):
        read_settings(**{field: claim})
