"""Keys from settings: weak keys, private keys and other kinds of keys are refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, rsa, x25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from handlers.authentication.keys import KeyUnusable, VerificationKey, public_key, secret_key

Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A function that writes a key file."""

    def write(content: bytes) -> Path:
        path = tmp_path / "key.pem"
        path.write_bytes(content)
        return path

    return write


def pem(public: Any, form: PublicFormat = PublicFormat.SubjectPublicKeyInfo) -> bytes:
    content: bytes = public.public_bytes(Encoding.PEM, form)
    return content


@pytest.mark.parametrize("secret", ["a" * 32, "é" * 16, " " * 32, "a" * 1000], ids=len)
def test_a_secret_of_32_bytes_or_more_is_for_hs256(secret: str) -> None:
    assert secret_key(secret) == VerificationKey(secret.encode(), "HS256")


@pytest.mark.parametrize("secret", ["", "a", "a" * 31, "é" * 15], ids=len)
def test_a_shorter_secret_is_refused(secret: str) -> None:
    with pytest.raises(KeyUnusable, match=rf"the secret has {len(secret.encode())} bytes; HS256 needs at least 32"):
        secret_key(secret)


def test_a_public_key_is_refused_as_a_secret(public_pem: Callable[[str], Path]) -> None:
    with pytest.raises(KeyUnusable, match="others may know"):
        secret_key(public_pem("RS256").read_text())


def test_repr_does_not_contain_the_key(secret: str) -> None:
    assert secret not in repr(secret_key(secret))


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_a_public_key_has_one_algorithm(public_pem: Callable[[str], Path], algorithm: str) -> None:
    assert public_key(public_pem(algorithm)).algorithm == algorithm


def test_an_rsa_key_in_pkcs1_is_accepted(private_keys: dict[str, Any], write: Write) -> None:
    """PKCS #1: `-----BEGIN RSA PUBLIC KEY-----`."""
    path = write(pem(private_keys["RS256"].public_key(), PublicFormat.PKCS1))

    assert public_key(path).algorithm == "RS256"


def test_text_before_the_key_is_ignored(private_keys: dict[str, Any], write: Write) -> None:
    content = b"# of the identity provider\r\n\r\n" + pem(private_keys["EdDSA"].public_key()).replace(b"\n", b"\r\n")

    assert public_key(write(content)).algorithm == "EdDSA"


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL, PrivateFormat.OpenSSH])
@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_private_key_is_refused(
    private_keys: dict[str, Any], write: Write, algorithm: str, form: PrivateFormat
) -> None:
    path = write(private_keys[algorithm].private_bytes(Encoding.PEM, form, NoEncryption()))

    with pytest.raises(
        KeyUnusable, match="holds a private key; give the public key alone, which is enough to verify tokens"
    ):
        public_key(path)


def test_a_private_key_beside_the_public_one_is_refused(private_keys: dict[str, Any], write: Write) -> None:
    private = private_keys["EdDSA"]
    both = pem(private.public_key()) + private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    with pytest.raises(KeyUnusable, match="holds a private key"):
        public_key(write(both))


def test_an_rsa_key_shorter_than_2048_bits_is_refused(write: Write) -> None:
    path = write(pem(rsa.generate_private_key(65537, 1024).public_key()))  # noqa: S505 - the test needs a weak key

    with pytest.raises(KeyUnusable, match="is an RSA key of 1024 bits; RS256 needs at least 2048"):
        public_key(path)


OTHER_KINDS: dict[str, Callable[[], Any]] = {
    "EC on secp256k1": lambda: ec.generate_private_key(ec.SECP256K1()),
    "DSA": lambda: dsa.generate_private_key(1024),  # noqa: S505 - DSA is refused at any size
    "Ed448": ed448.Ed448PrivateKey.generate,
    "X25519": x25519.X25519PrivateKey.generate,
}


@pytest.mark.parametrize("generate", OTHER_KINDS.values(), ids=OTHER_KINDS)
def test_a_key_of_another_kind_is_refused(write: Write, generate: Callable[[], Any]) -> None:
    path = write(pem(generate().public_key()))

    with pytest.raises(
        KeyUnusable, match="is a key of another kind; give RSA, EC on P-256, P-384 or P-521, or Ed25519"
    ):
        public_key(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a key",
        b"\x00\xff" * 100,
        b"-----BEGIN PUBLIC KEY-----\n",
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        b"-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----\n",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0 ada",
    ],
    ids=lambda content: ascii(content[:30]),
)
def test_a_file_without_a_public_key_in_pem_is_refused(write: Write, content: bytes) -> None:
    with pytest.raises(KeyUnusable, match="is not a public key in PEM"):
        public_key(write(content))


def test_half_a_key_is_refused(private_keys: dict[str, Any], write: Write) -> None:
    content = pem(private_keys["RS256"].public_key())

    with pytest.raises(KeyUnusable, match="is not a public key in PEM"):
        public_key(write(content[: len(content) // 2]))


def test_an_unreadable_file_is_refused_with_the_reason(tmp_path: Path) -> None:
    missing = tmp_path / "missing.pem"

    with pytest.raises(KeyUnusable, match=f"^{missing} cannot be read: No such file or directory$"):
        public_key(missing)
    with pytest.raises(KeyUnusable, match=f"^{tmp_path} cannot be read: Is a directory$"):
        public_key(tmp_path)
