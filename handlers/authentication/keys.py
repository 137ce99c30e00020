"""The keys that tokens are verified with: a shared secret, or public keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt import PyJWS
from jwt.algorithms import Algorithm, HMACAlgorithm
from jwt.exceptions import InvalidKeyError

from handlers.authentication.rsa_weaknesses import has_small_exponent, weakness_of

# RFC 7518 section 3.2: a key of the size of the hash output, or larger.
MIN_SECRET_BYTES: Final = 32
# RFC 7518 section 3.3.
MIN_RSA_BITS: Final = 2048
# The algorithms of a kind of key, the one for a key that names none first (RFC 7518 sections 3.3 to 3.5).
_OF_RSA: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_OF_CURVE: Final = {"secp256r1": ("ES256",), "secp384r1": ("ES384",), "secp521r1": ("ES512",)}
# RFC 8037 section 3.1, and RFC 9864 section 2.2: the same signatures under two names.
_OF_ED25519: Final = ("EdDSA", "Ed25519")
# RFC 8032 section 5.1: the field, and the y of the points whose order is 1, 2, 4 or 8.
_ED25519_PRIME: Final = 2**255 - 19
_ORDER_8: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER: Final = frozenset({0, 1, _ED25519_PRIME - 1, _ORDER_8, _ED25519_PRIME - _ORDER_8})


class KeyUnusable(Exception):
    """The key must not verify tokens; the text says why, and what to give instead."""


class KeysUnavailable(Exception):
    """No key is available to verify tokens; the text says why, and contains no secret."""


PublicKey: TypeAlias = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey


@dataclass(frozen=True)
class VerificationKey:
    """A key and its one algorithm (RFC 8725 section 3.1): a token cannot choose another."""

    key: bytes | PublicKey = field(repr=False)
    algorithm: str

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` is this key's signature of `message` (RFC 7515 section 5.2), in constant time."""
        algorithm, prepared = self._verification
        return algorithm.verify(message, prepared, signature)

    @property
    def warning(self) -> str | None:
        """Why the key should be replaced, though it is accepted; None without a reason."""
        if not isinstance(self.key, RSAPublicKey):
            return None
        exponent = self.key.public_numbers().e
        if not has_small_exponent(exponent):
            return None
        return f"an RSA key has the exponent {exponent}; errors of signers are forgeable below 65537: make a new key"

    @cached_property
    def _verification(self) -> tuple[Algorithm, Any]:
        # Prepared once, because PyJWT would examine the key again for each token.
        algorithm = PyJWS().get_algorithm_by_name("EdDSA" if self.algorithm in _OF_ED25519 else self.algorithm)
        return algorithm, algorithm.prepare_key(self.key)


class KeySet:
    """The keys in force: one key without an id, or several keys by id (RFC 7517 section 5)."""

    def __init__(self, keys: Mapping[str | None, VerificationKey]) -> None:
        self._keys = dict(keys)
        self._only = next(iter(self._keys.values())) if len(self._keys) == 1 else None

    def find(self, key_id: str | None) -> VerificationKey | None:
        """The key that verifies a token with this `kid`; None if no key does.

        A token without a `kid` matches a set of one key. A key without an id matches every token.
        """
        if key_id is None or None in self._keys:
            return self._only
        return self._keys.get(key_id)

    @property
    def warnings(self) -> Sequence[str]:
        """The warnings about its keys, each once."""
        return tuple(dict.fromkeys(key.warning for key in self._keys.values() if key.warning is not None))

    def __len__(self) -> int:
        return len(self._keys)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KeySet) and self._keys == other._keys

    __hash__ = None  # type: ignore[assignment]  # equality compares the contents


def secret_key(secret: str) -> VerificationKey:
    """HS256 with a shared secret. Raises KeyUnusable if it is shorter than 32 bytes, or a public key by mistake."""
    key = secret.encode()
    if len(key) < MIN_SECRET_BYTES:
        raise KeyUnusable(f"the secret has {len(key)} bytes; HS256 needs at least {MIN_SECRET_BYTES}")
    try:
        HMACAlgorithm(HMACAlgorithm.SHA256).prepare_key(key)
    except InvalidKeyError:
        raise KeyUnusable("the secret is a key or certificate, which others may know; give random bytes") from None
    return VerificationKey(key, "HS256")


def public_key(path: Path) -> VerificationKey:
    """RS256, ES256, ES384, ES512 or EdDSA, according to the public key in a PEM file. Raises KeyUnusable for another
    file or key."""
    try:
        pem = path.read_bytes()
    except OSError as error:
        raise KeyUnusable(f"{path} cannot be read: {error.strerror}") from None
    if b"PRIVATE KEY" in pem:
        raise KeyUnusable(f"{path} holds a private key; give the public key alone, which is enough to verify tokens")
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise KeyUnusable(f"{path} is not a public key in PEM (`-----BEGIN PUBLIC KEY-----`)") from None
    try:
        return verification_key(key)
    except KeyUnusable as error:
        raise KeyUnusable(f"{path} is {error}") from None


def verification_key(key: object, algorithm: str | None = None) -> VerificationKey:
    """A public key with `algorithm`, or without one the usual algorithm of its kind: RS256, ES256, ES384, ES512 or
    EdDSA. Raises KeyUnusable for another kind of key, a weak one, or another algorithm."""
    if isinstance(key, RSAPublicKey):
        _check_rsa(key)
        return _with_algorithm(key, algorithm, _OF_RSA)
    if isinstance(key, EllipticCurvePublicKey) and key.curve.name in _OF_CURVE:
        return _with_algorithm(key, algorithm, _OF_CURVE[key.curve.name])
    if isinstance(key, Ed25519PublicKey):
        if _has_small_order(key):
            raise KeyUnusable("an Ed25519 key of small order, for which signatures can be forged; give another key")
        return _with_algorithm(key, algorithm, _OF_ED25519)
    raise KeyUnusable("a key of another kind; give RSA, EC on P-256, P-384 or P-521, or Ed25519")


def _with_algorithm(key: PublicKey, algorithm: str | None, possible: Sequence[str]) -> VerificationKey:
    if algorithm is not None and algorithm not in possible:
        raise KeyUnusable(f"a key for {algorithm!r}; this kind of key is for {', '.join(possible)}")
    return VerificationKey(key, algorithm or possible[0])


def _check_rsa(key: RSAPublicKey) -> None:
    if key.key_size < MIN_RSA_BITS:
        raise KeyUnusable(f"an RSA key of {key.key_size} bits; RS256 needs at least {MIN_RSA_BITS}")
    numbers = key.public_numbers()
    if (weakness := weakness_of(numbers.n, numbers.e)) is not None:
        raise KeyUnusable(f"an RSA key {weakness}; give another key")


def _has_small_order(key: Ed25519PublicKey) -> bool:
    """Whether signatures of this key can be forged; a key of only zeros is one such point."""
    y = int.from_bytes(key.public_bytes_raw(), "little") % 2**255
    return y % _ED25519_PRIME in _SMALL_ORDER
