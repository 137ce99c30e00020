"""`tether-relay token` prints a token that the server with the same settings accepts."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from handlers.authentication.tokens import TokenVerifier
from scripts.cli.serve.keys import key_source, token_rules
from scripts.cli.settings import read_settings

Relay = Callable[..., CompletedProcess[str]]


def claims_of(token: str, secret: str) -> dict[str, Any]:
    return jwt.decode(token, secret, ["HS256"], options={"verify_aud": False})


@pytest.mark.parametrize(
    "settings", [{}, {"ISSUER": "us"}, {"AUDIENCE": "relay"}, {"ISSUER": "us", "AUDIENCE": "relay"}], ids=str
)
def test_the_token_is_valid_for_these_settings(
    relay: Relay, secret: str, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"TETHER_RELAY_JWT_{name}", value)
    done = relay("token", "user_ada")
    verify = TokenVerifier(key_source(read_settings()), token_rules(read_settings()))

    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)
    assert asyncio.run(verify(done.stdout.strip())).user_id == "user_ada"


def test_a_token_has_only_the_required_claims(relay: Relay, secret: str) -> None:
    assert list(claims_of(relay("token", "user_ada").stdout.strip(), secret)) == ["sub", "iat", "exp"]


@pytest.mark.parametrize(
    ("options", "seconds"),
    [
        ("", 3600),
        ("--ttl 1s", 1),
        ("--ttl 90s", 90),
        ("--ttl 15m", 900),
        ("--ttl 1h", 3600),
        ("--ttl=7d", 604_800),
        ("--ttl 36500d", 36_500 * 86_400),
    ],
)
def test_a_token_is_valid_for_its_ttl(relay: Relay, secret: str, options: str, seconds: int) -> None:
    claims = claims_of(relay("token", "user_ada", *options.split()).stdout.strip(), secret)

    assert claims["exp"] - claims["iat"] == seconds


@pytest.mark.parametrize(
    "ttl", ["", "0s", "00s", "-1h", "1", "h", "1w", "1.5h", "1h ", "1H", "1e3s", "\u0661h", "36501d"]
)
def test_an_invalid_duration_is_refused(relay: Relay, secret: str, ttl: str) -> None:
    done = relay("token", "user_ada", "--ttl", ttl)

    assert (done.returncode, done.stdout) == (2, "")
    assert f"Invalid value for '--ttl': {ttl!r} is not a duration up to 36500d; write, for example, 90s" in done.stderr


@pytest.mark.parametrize("user_id", ["", "a b", "ü", "a" * 129, "a\n"], ids=ascii)
def test_an_invalid_user_id_is_refused(relay: Relay, secret: str, user_id: str) -> None:
    done = relay("token", user_id)

    assert (done.returncode, done.stdout) == (2, "")
    assert "Invalid value for USER: a user id is 1 to 128 printable ASCII characters" in done.stderr


def test_without_a_key_the_error_names_the_settings(relay: Relay) -> None:
    done = relay("token", "user_ada")

    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith("tether-relay: no key to verify tokens with: set TETHER_RELAY_JWT_SECRET, ")


def test_a_public_key_cannot_sign(relay: Relay, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    public = Ed25519PrivateKey.generate().public_key()
    (folder / "key.pem").write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    monkeypatch.setenv("TETHER_RELAY_JWT_PUBLIC_KEY_FILE", "key.pem")
    done = relay("token", "user_ada")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "tether-relay: TETHER_RELAY_JWT_PUBLIC_KEY_FILE: "
        "a public key cannot sign tokens; use TETHER_RELAY_JWT_SECRET instead\n"
    )
