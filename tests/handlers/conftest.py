"""Keys, a function that makes invalid tokens, and a store with a user of each kind."""

import base64
import hashlib
import hmac
import io
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from handlers.authentication.auth import Subject
from handlers.authentication.claims import TokenRules
from handlers.authentication.key_sources import FixedKey
from handlers.authentication.keys import VerificationKey
from handlers.authentication.tokens import TokenVerifier
from store import SQLiteAdministration, SQLiteReader

SECRET = "a secret that only these tests know"

ORGANIZATIONS = [
    {
        "id": "org_acme",
        "name": "Acme",
        "active_provider": "sinch",
        "accounts": [{"provider": "sinch", "account_id": "project-1"}],
        "phone_numbers": [{"e164": "+14165550100", "provider": "sinch"}],
        "users": [
            {"id": "user_ada", "default_numbers": {"sinch": "+14165550100"}},
            {"id": "user_bea"},
            {"id": "user_cem", "disabled": True},
        ],
    },
    {
        "id": "org_initech",
        "name": "Initech",
        "phone_numbers": [{"e164": "+14165550120", "provider": "twilio"}],
        "users": [{"id": "user_eli", "default_numbers": {"twilio": "+14165550120"}}],
    },
    {"id": None, "users": [{"id": "user_lone"}]},
]

PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey | Ed25519PrivateKey


@pytest.fixture(scope="session")
def secret() -> str:
    return SECRET


@pytest.fixture(scope="session")
def private_keys() -> dict[str, PrivateKey]:
    """One private key for each asymmetric algorithm."""
    return {
        "RS256": generate_rsa_key(65537, 2048),
        "ES256": generate_ec_key(SECP256R1()),
        "EdDSA": Ed25519PrivateKey.generate(),
    }


@pytest.fixture
def public_pem(private_keys: dict[str, PrivateKey], tmp_path: Path) -> Callable[[str], Path]:
    """A function that writes the public key for an algorithm to a file."""

    def write(algorithm: str) -> Path:
        path = tmp_path / f"{algorithm}.pem"
        public = private_keys[algorithm].public_key()
        path.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        return path

    return write


@pytest.fixture(scope="session")
def forge() -> Callable[..., str]:
    """A function that makes a token without a JWT library, signed with HMAC, so that a token can break any rule.

    `claims` and `header` are JSON values, or the exact bytes to send.
    """

    def make(claims: Any, header: Any = None, *, secret: str | bytes = SECRET, hash: str = "sha256") -> str:
        key = secret.encode() if isinstance(secret, str) else secret
        parts = [{"alg": "HS256"} if header is None else header, claims]
        signed = b".".join(_base64url(part if isinstance(part, bytes) else json.dumps(part).encode()) for part in parts)
        return (signed + b"." + _base64url(hmac.digest(key, signed, getattr(hashlib, hash)))).decode()

    return make


def _base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


@pytest.fixture(scope="session")
def verifier_of() -> Callable[..., Callable[[str], str]]:
    """A function that makes a verifier for a key: from a token to its user id. Options go to `TokenVerifier`."""

    def make(key: VerificationKey, rules: TokenRules | None = None, **options: Any) -> Callable[[str], str]:
        verify = TokenVerifier(FixedKey(key), rules or TokenRules(), **options)
        return lambda token: _result(verify(token)).user_id

    return make


def _result(coroutine: Coroutine[Any, Any, Subject]) -> Subject:
    """The result of a coroutine that never waits, without an event loop, because thousands of loops are slow."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return cast(Subject, done.value)
    raise AssertionError("the coroutine waits")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A store in a SQLite file."""
    path = tmp_path / "store.db"
    with SQLiteAdministration(path) as administration:
        administration.import_organizations(io.BytesIO(json.dumps(ORGANIZATIONS).encode()))
    return path


@pytest.fixture
def store(database: Path) -> SQLiteReader:
    return SQLiteReader(database)
