"""The key that tokens are verified with: a shared secret, or a public key in PEM."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt.algorithms import HMACAlgorithm
from jwt.exceptions import InvalidKeyError

# RFC 7518 section 3.2: a key of the size of the hash output, or larger.
MIN_SECRET_BYTES: Final = 32
# RFC 7518 section 3.3.
MIN_RSA_BITS: Final = 2048


class KeyUnusable(Exception):
    """A key that tokens must not be verified with; the text says why, and what to give instead."""


@dataclass(frozen=True)
class VerificationKey:
    """A key and the one algorithm that it is for (RFC 8725 section 3.1): a token does not choose."""

    key: bytes | RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey = field(repr=False)
    algorithm: str


def secret_key(secret: str) -> VerificationKey:
    """HS256 with a shared secret; KeyUnusable when it is shorter than 32 bytes, or a public key by mistake."""
    key = secret.encode()
    if len(key) < MIN_SECRET_BYTES:
        raise KeyUnusable(f"the secret has {len(key)} bytes; HS256 needs at least {MIN_SECRET_BYTES}")
    try:
        HMACAlgorithm(HMACAlgorithm.SHA256).prepare_key(key)
    except InvalidKeyError:
        raise KeyUnusable("the secret is a key or certificate that others may know; give random bytes") from None
    return VerificationKey(key, "HS256")


def public_key(path: Path) -> VerificationKey:
    """RS256, ES256 or EdDSA, according to the public key in a PEM file; KeyUnusable for anything else."""
    try:
        pem = path.read_bytes()
    except OSError as error:
        raise KeyUnusable(f"{path} cannot be read: {error.strerror}") from None
    if b"PRIVATE KEY" in pem:
        raise KeyUnusable(f"{path} holds a private key; a server that verifies needs the public one alone")
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise KeyUnusable(f"{path} is not a public key in PEM (`-----BEGIN PUBLIC KEY-----`)") from None
    if isinstance(key, RSAPublicKey):
        if key.key_size < MIN_RSA_BITS:
            raise KeyUnusable(f"{path} is an RSA key of {key.key_size} bits; RS256 needs at least {MIN_RSA_BITS}")
        return VerificationKey(key, "RS256")
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return VerificationKey(key, "ES256")
    if isinstance(key, Ed25519PublicKey):
        return VerificationKey(key, "EdDSA")
    raise KeyUnusable(f"{path} is a key of another kind; give RSA, EC on P-256, or Ed25519")
