"""Signatures that a careless verifier accepts, for each algorithm, through the verification of this project.

The classes are those of the public test vectors for signatures: encodings that are nearly right, numbers out of range,
other hashes and parameters, other sizes.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from jwt import PyJWS

from handlers.authentication.keys import VerificationKey

MESSAGE: Final = b"header.payload"
HASHES: Final[dict[str, Any]] = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
SHA1: Final = hashes.SHA1()  # noqa: S303 - an attacker's signatures
# The prefix of the DigestInfo of each hash (RFC 8017 section 9.2, note 1).
DIGEST_INFO: Final = {
    "256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
CURVES: Final[dict[str, ec.EllipticCurve]] = {"256": ec.SECP256R1(), "384": ec.SECP384R1(), "512": ec.SECP521R1()}
# The orders of the curves (SEC 2 sections 2.4.2, 2.5.1 and 2.6.1) and of Ed25519 (RFC 8032 section 5.1).
ORDERS: Final = {
    "256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "384": 2**384 - 0x389CB27E0BC8D220A7E5F24DB74F58851313E695333AD68D,
    "512": 2**521 - 0x5AE79787C40D069948033FEB708F65A2FC44A36477663B851449048E16EC79BF7,
}
ED25519_ORDER: Final = 2**252 + 27742317777372353535851937790883648493

RSA_KEY: Final = rsa.generate_private_key(65537, 2048)
NUMBERS: Final = RSA_KEY.private_numbers()
MODULUS: Final = NUMBERS.public_numbers.n
EC_KEYS: Final = {size: ec.generate_private_key(curve) for size, curve in CURVES.items()}
ED_KEY: Final = ed25519.Ed25519PrivateKey.generate()
SECRET: Final = b"a secret of at least thirty-two bytes"

Forgeries: TypeAlias = dict[str, bytes]


def digest(size: str, message: bytes = MESSAGE) -> bytes:
    return hashlib.new(f"sha{size}", message).digest()


def powered(number: int) -> bytes:
    """The RSA signature whose encoded message is this number."""
    return pow(number, NUMBERS.d, MODULUS).to_bytes(256, "big")


def encoded(info: bytes, *, start: bytes = b"\x00\x01", fill: bytes = b"\xff", end: bytes = b"", pad: int = 0) -> bytes:
    """An RSA signature of a message that is encoded as in PKCS #1, with one part changed (RFC 8017 section 9.2)."""
    length = pad or 256 - len(start) - 1 - len(info) - len(end)
    message = start + fill * length + b"\x00" + info + end
    return powered(int.from_bytes(message.ljust(256, b"\x00"), "big"))


def rsa_numbers(signature: bytes) -> Forgeries:
    number = int.from_bytes(signature, "big")
    return {
        "zero": bytes(256),
        "one": (1).to_bytes(256, "big"),
        "the modulus": MODULUS.to_bytes(256, "big"),
        "the modulus less one": (MODULUS - 1).to_bytes(256, "big"),
        "plus the modulus": (number + MODULUS).to_bytes(257, "big"),
        "less the modulus": (MODULUS - number).to_bytes(256, "big"),
        "a zero before it": b"\x00" + signature,
        "a zero behind it": signature + b"\x00",
        "truncated": signature[:-1],
        "without its first byte": signature[1:],
        "reversed": signature[::-1],
        "empty": b"",
    }


def pkcs1(size: str) -> Forgeries:
    info = DIGEST_INFO[size] + digest(size)
    other = {"256": "384", "384": "512", "512": "256"}[size]
    signature = RSA_KEY.sign(MESSAGE, padding.PKCS1v15(), HASHES[size])
    without_null = bytes([0x30, info[1] - 2, 0x30, info[3] - 2]) + info[4 : 4 + info[3] - 2] + info[4 + info[3] :]
    long_length = b"\x30\x81" + info[1:]
    return rsa_numbers(signature) | {
        "of another hash": RSA_KEY.sign(MESSAGE, padding.PKCS1v15(), HASHES[other]),
        "of SHA-1": encoded(
            bytes.fromhex("3021300906052b0e03021a05000414") + hashlib.sha1(MESSAGE, usedforsecurity=False).digest()
        ),
        "a hash under the name of another": encoded(DIGEST_INFO[other] + digest(size)),
        "garbage behind the hash": encoded(info, end=b"\xaa" * 100),
        "eight bytes of padding and garbage": encoded(info, pad=8, end=b"\xaa" * 16),
        "no padding": encoded(info, fill=b"", pad=1),
        "the hash alone": encoded(digest(size)),
        "no NULL": encoded(without_null),
        "BER instead of DER": encoded(long_length),
        "type 0": encoded(info, start=b"\x00\x00"),
        "type 2": encoded(info, start=b"\x00\x02"),
        "first byte 1": encoded(info, start=b"\x01\x01")[:256],
        "padding of zeros": encoded(info, fill=b"\x00"),
        "padding of fe": encoded(info, fill=b"\xfe"),
        "PSS": RSA_KEY.sign(MESSAGE, padding.PSS(padding.MGF1(HASHES[size]), HASHES[size].digest_size), HASHES[size]),
    }


def pss(size: str) -> Forgeries:
    own, length = HASHES[size], HASHES[size].digest_size
    other = HASHES[{"256": "384", "384": "512", "512": "256"}[size]]

    def sign(masked: Any, salt: int, hashed: Any = own) -> bytes:
        return RSA_KEY.sign(MESSAGE, padding.PSS(padding.MGF1(masked), salt), hashed)

    return rsa_numbers(sign(own, length)) | {
        "no salt": sign(own, 0),
        "a short salt": sign(own, length - 1),
        "a long salt": sign(own, length + 1),
        "the longest salt": sign(own, padding.calculate_max_pss_salt_length(RSA_KEY, own)),
        "masked with SHA-1": sign(SHA1, length),
        "masked with another hash": sign(other, length),
        "of another hash": sign(other, other.digest_size, other),
        "another hash, masked with the right one": sign(own, length, other),
        "another trailer": powered((int.from_bytes(_pss_encoded(sign(own, length)), "big") & ~0xFF) | 0xCC),
        "PKCS #1": RSA_KEY.sign(MESSAGE, padding.PKCS1v15(), own),
    }


def _pss_encoded(signature: bytes) -> bytes:
    return pow(int.from_bytes(signature, "big"), 65537, MODULUS).to_bytes(256, "big")


def ecdsa(size: str) -> Forgeries:
    key, order, bytes_of = EC_KEYS[size], ORDERS[size], (CURVES[size].key_size + 7) // 8
    der = key.sign(MESSAGE, ec.ECDSA(HASHES[size]))
    r, s = decode_dss_signature(der)
    other = "384" if size == "256" else "256"
    most = 2 ** (8 * bytes_of) - 1

    def raw(r: int, s: int, length: int = bytes_of) -> bytes:
        return r.to_bytes(length, "big") + s.to_bytes(length, "big")

    def signed(by: ec.EllipticCurvePrivateKey, hashed: Any, length: int) -> bytes:
        return raw(*decode_dss_signature(by.sign(MESSAGE, ec.ECDSA(hashed))), length)

    return {
        "r = 0": raw(0, s),
        "s = 0": raw(r, 0),
        "both 0": raw(0, 0),
        "r = n": raw(order, s),
        "s = n": raw(r, order),
        "both n": raw(order, order),
        "r = 1, s = 0": raw(1, 0),
        "r = 0, s = 1": raw(0, 1),
        "both 1": raw(1, 1),
        "r = n - 1": raw(order - 1, s),
        "r = n + 1": raw(order + 1, s),
        "s = n + 1": raw(r, order + 1),
        "r beyond n": raw(min(r + order, most), s),
        "s beyond n": raw(r, min(s + order, most)),
        "the greatest numbers": raw(most, most),
        "r and s swapped": raw(s, r),
        "DER": der,
        "DER of zeros": encode_dss_signature(0, 0),
        "a zero before each number": raw(r, s, bytes_of + 1),
        "a zero before it": b"\x00" + raw(r, s),
        "a zero behind it": raw(r, s) + b"\x00",
        "truncated": raw(r, s)[:-1],
        "r alone": raw(r, s)[:bytes_of],
        "empty": b"",
        "of SHA-1": signed(key, SHA1, bytes_of),
        "of another hash": signed(key, HASHES[other], bytes_of),
        "of another curve": signed(EC_KEYS[other], HASHES[other], (CURVES[other].key_size + 7) // 8),
        "of another curve with the right hash": signed(EC_KEYS[other], HASHES[size], 66),
        "of another key": signed(ec.generate_private_key(CURVES[size]), HASHES[size], bytes_of),
    }


def eddsa(_: str) -> Forgeries:
    signature = ED_KEY.sign(MESSAGE)
    point, number = signature[:32], int.from_bytes(signature[32:], "little")
    identity = (1).to_bytes(32, "little")

    def with_s(value: int) -> bytes:
        return point + value.to_bytes(32, "little")

    return {
        "S = 0": with_s(0),
        "S = L": with_s(ED25519_ORDER),
        "S + L": with_s(number + ED25519_ORDER),
        "S + 8 L": with_s((number + 8 * ED25519_ORDER) % 2**256),
        "L - S": with_s(ED25519_ORDER - number),
        "the high bit of S": with_s(number | 2**255),
        "the greatest S": with_s(2**256 - 1),
        "R = the identity, S = 0": identity + bytes(32),
        "R = 0": bytes(32) + signature[32:],
        "R = p, which is not canonical": (2**255 - 19).to_bytes(32, "little") + signature[32:],
        "the sign of R": point[:-1] + bytes([point[-1] ^ 0x80]) + signature[32:],
        "zeros": bytes(64),
        "R and S swapped": signature[32:] + point,
        "a zero behind it": signature + b"\x00",
        "truncated": signature[:-1],
        "R alone": point,
        "empty": b"",
        "of the hash": ED_KEY.sign(hashlib.sha512(MESSAGE).digest()),
        "Ed448": ed448.Ed448PrivateKey.generate().sign(MESSAGE),
        "Ed448, cut": ed448.Ed448PrivateKey.generate().sign(MESSAGE)[:64],
        "of another key": ed25519.Ed25519PrivateKey.generate().sign(MESSAGE),
    }


def hs256(_: str) -> Forgeries:
    mac = hmac.digest(SECRET, MESSAGE, "sha256")
    return {
        "truncated": mac[:-1],
        "16 bytes": mac[:16],
        "1 byte": mac[:1],
        "empty": b"",
        "a zero behind it": mac + b"\x00",
        "twice": mac * 2,
        "in hexadecimal": mac.hex().encode(),
        "zeros": bytes(32),
        "SHA-384": hmac.digest(SECRET, MESSAGE, "sha384"),
        "SHA-512, cut": hmac.digest(SECRET, MESSAGE, "sha512")[:32],
        "SHA-1": hmac.digest(SECRET, MESSAGE, "sha1"),
        "the hash without the secret": digest("256"),
        "the hash of secret and message": digest("256", SECRET + MESSAGE),
        "an empty secret": hmac.digest(b"", MESSAGE, "sha256"),
        "the secret without its last byte": hmac.digest(SECRET[:-1], MESSAGE, "sha256"),
    }


KINDS: Final[dict[str, Callable[[str], Forgeries]]] = {
    **{f"RS{size}": pkcs1 for size in HASHES},
    **{f"PS{size}": pss for size in HASHES},
    **{f"ES{size}": ecdsa for size in CURVES},
    "EdDSA": eddsa,
    "Ed25519": eddsa,
    "HS256": hs256,
}
FORGERIES: Final = {
    (algorithm, name): forgery
    for algorithm, kind in KINDS.items()
    for name, forgery in kind(algorithm.removeprefix("Ed")[-3:]).items()
}


def private_key(algorithm: str) -> Any:
    if algorithm.startswith("ES"):
        return EC_KEYS[algorithm[2:]]
    return {"E": ED_KEY, "H": SECRET}.get(algorithm[0], RSA_KEY)


def key_of(algorithm: str) -> VerificationKey:
    key = private_key(algorithm)
    return VerificationKey(key if isinstance(key, bytes) else key.public_key(), algorithm)


@pytest.mark.parametrize("algorithm", KINDS)
def test_the_signature_of_the_key_is_accepted(algorithm: str) -> None:
    """The test below would pass if nothing were accepted."""
    signer = PyJWS().get_algorithm_by_name("EdDSA" if algorithm == "Ed25519" else algorithm)
    signature = signer.sign(MESSAGE, private_key(algorithm))

    assert key_of(algorithm).has_signed(MESSAGE, signature)
    assert not key_of(algorithm).has_signed(MESSAGE + b"x", signature)
    assert not key_of(algorithm).has_signed(b"", signature)


@pytest.mark.parametrize("size", HASHES)
def test_an_encoding_that_is_right_is_accepted(size: str) -> None:
    """The forged encodings differ from this one in one part only."""
    assert key_of(f"RS{size}").has_signed(MESSAGE, encoded(DIGEST_INFO[size] + digest(size)))


@pytest.mark.parametrize(("algorithm", "name"), FORGERIES)
def test_a_forged_signature_is_refused(algorithm: str, name: str) -> None:
    assert not key_of(algorithm).has_signed(MESSAGE, FORGERIES[algorithm, name])
