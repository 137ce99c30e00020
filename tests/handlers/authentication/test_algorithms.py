"""Each published key verifies tokens of the one algorithm that its `alg` names."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, SECP521R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt import PyJWS
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from jwt.utils import base64url_encode

from handlers.authentication.auth import TokenInvalid
from handlers.authentication.claims import TokenRules
from handlers.authentication.jwks import KeySetInvalid, read_key_set
from handlers.authentication.key_sources import FixedKey
from handlers.authentication.keys import KeySet, VerificationKey, public_key
from handlers.authentication.tokens import TokenVerifier

RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
CURVES = {"ES256": SECP256R1(), "ES384": SECP384R1(), "ES512": SECP521R1()}
ED25519 = ("EdDSA", "Ed25519")
ALL = (*RSA, *CURVES, *ED25519)
CLAIMS = b'{"sub":"ada","exp":4000000000}'


@pytest.fixture(scope="module")
def private(private_keys: dict[str, Any]) -> dict[str, Any]:
    """A private key for each algorithm; algorithms of one kind of key share it."""
    curves = {name: generate_ec_key(curve) for name, curve in CURVES.items()}
    return {name: private_keys["RS256"] for name in RSA} | curves | {name: private_keys["EdDSA"] for name in ED25519}


@pytest.fixture(scope="module")
def entry(private: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """A function that returns the public key for an algorithm as an entry of a JWK Set, with other members."""
    writers: dict[str, Any] = dict.fromkeys(RSA, RSAAlgorithm) | dict.fromkeys(CURVES, ECAlgorithm)
    writers |= dict.fromkeys(ED25519, OKPAlgorithm)

    def entry(algorithm: str, **members: object) -> dict[str, Any]:
        return {**writers[algorithm].to_jwk(private[algorithm].public_key(), as_dict=True), **members}

    return entry


def key_of(entry: dict[str, Any]) -> VerificationKey:
    found = read_key_set(json.dumps({"keys": [entry]}).encode()).find(None)
    assert found is not None
    return found


def signed(private: dict[str, Any], algorithm: str, named: str | None = None) -> str:
    """A token that is signed with an algorithm, and names it or another."""
    signer = PyJWS().get_algorithm_by_name("EdDSA" if algorithm == "Ed25519" else algorithm)
    parts = json.dumps({"alg": named or algorithm}).encode(), CLAIMS
    message = b".".join(base64url_encode(part) for part in parts)
    return b".".join((message, base64url_encode(signer.sign(message, private[algorithm])))).decode()


def accepts(key: VerificationKey, token: str) -> bool:
    """Whether a server with this key accepts a token."""
    try:
        asyncio.run(TokenVerifier(FixedKey(key), TokenRules())(token))
    except TokenInvalid:
        return False
    return True


@pytest.mark.parametrize("algorithm", ALL)
def test_a_key_accepts_tokens_of_the_algorithm_that_its_alg_names(
    private: dict[str, Any], entry: Callable[..., dict[str, Any]], algorithm: str
) -> None:
    assert accepts(key_of(entry(algorithm, alg=algorithm)), signed(private, algorithm))


@pytest.mark.parametrize(
    ("of_key", "of_token"),
    [(of_key, of_token) for kind in (RSA, ED25519) for of_key in kind for of_token in kind if of_key != of_token],
)
def test_a_key_refuses_tokens_of_another_algorithm_of_its_kind(
    private: dict[str, Any], entry: Callable[..., dict[str, Any]], of_key: str, of_token: str
) -> None:
    assert not accepts(key_of(entry(of_key, alg=of_key)), signed(private, of_token))


@pytest.mark.parametrize(("of_key", "by"), [("RS256", "PS256"), ("PS256", "RS256"), ("RS256", "RS512")])
def test_a_key_refuses_a_signature_of_another_algorithm_under_its_own_name(
    private: dict[str, Any], entry: Callable[..., dict[str, Any]], of_key: str, by: str
) -> None:
    assert not accepts(key_of(entry(of_key, alg=of_key)), signed(private, by, named=of_key))


@pytest.mark.parametrize(
    ("of_key", "usual"), [("PS512", "RS256"), *((name, name) for name in CURVES), ("Ed25519", "EdDSA")]
)
def test_a_key_without_alg_has_the_usual_algorithm_of_its_kind(
    entry: Callable[..., dict[str, Any]], of_key: str, usual: str
) -> None:
    assert key_of(entry(of_key)).algorithm == usual


@pytest.mark.parametrize(
    ("of_key", "alg"),
    [("ES256", "ES384"), ("ES384", "ES256"), ("RS256", "ES256"), ("EdDSA", "RS256"), ("RS256", "HS256")],
)
def test_a_key_whose_alg_is_for_another_kind_is_ignored(
    entry: Callable[..., dict[str, Any]], of_key: str, alg: str
) -> None:
    with pytest.raises(KeySetInvalid, match="no key that can be used"):
        key_of(entry(of_key, alg=alg))


@pytest.mark.parametrize("algorithm", CURVES)
def test_the_curve_of_a_key_file_determines_the_algorithm(
    private: dict[str, Any], tmp_path: Path, algorithm: str
) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(private[algorithm].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    assert accepts(public_key(path), signed(private, algorithm))


def test_a_set_may_have_one_key_under_two_algorithms(entry: Callable[..., dict[str, Any]]) -> None:
    entries = [entry("RS256", alg="RS256", kid="a"), entry("RS256", alg="PS256", kid="b")]
    keys: KeySet = read_key_set(json.dumps({"keys": entries}).encode())

    assert [getattr(keys.find(name), "algorithm", None) for name in ("a", "b")] == ["RS256", "PS256"]
