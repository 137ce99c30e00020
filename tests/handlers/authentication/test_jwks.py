"""The keys of a JWK Set that are used, and the sets that are refused."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256K1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec_key
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from handlers.authentication.jwks import KeySetInvalid, read_key_set

Json = dict[str, Any]
WRITERS: dict[str, Any] = {"RS256": RSAAlgorithm, "ES256": ECAlgorithm, "EdDSA": OKPAlgorithm}


@pytest.fixture(scope="session")
def jwks(private_keys: dict[str, Any]) -> dict[str, Json]:
    """The public keys by algorithm, as entries of a set; the algorithm is also the key id."""
    return {
        name: {**WRITERS[name].to_jwk(key.public_key(), as_dict=True), "kid": name, "key_ops": ["verify"]}
        for name, key in private_keys.items()
    }


def read(*entries: object) -> Any:
    return read_key_set(json.dumps({"keys": entries}).encode())


@pytest.mark.parametrize("algorithm", WRITERS)
def test_the_kind_of_a_key_determines_its_algorithm(jwks: dict[str, Json], private_keys: Any, algorithm: str) -> None:
    key = read(*jwks.values()).find(algorithm)

    assert (key.key, key.algorithm) == (private_keys[algorithm].public_key(), algorithm)


@pytest.mark.parametrize(
    "stated",
    [
        {"alg": "EdDSA"},
        {"alg": "Ed25519"},
        {"use": "sig"},
        {"key_ops": ["sign", "verify"]},
        {"x5c": ["none"], "x5u": "https://example.com", "extra": 1},
    ],
    ids=str,
)
def test_a_key_that_states_a_matching_use_is_accepted(jwks: dict[str, Json], stated: Json) -> None:
    assert read(jwks["EdDSA"] | stated).find("EdDSA") is not None


@pytest.mark.parametrize(
    "stated",
    [
        {"alg": "ES256"},
        {"alg": "none"},
        {"alg": 5},
        {"use": "enc"},
        {"use": None},
        {"key_ops": ["sign"]},
        {"key_ops": []},
        {"key_ops": "verify"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "unknown"},
        {"kty": None},
        {"crv": "Ed448"},
        {"crv": "X25519"},
        {"x": ""},
        {"x": "AAAA"},
        {"x": "%"},
        {"x": 5},
        {"x": None},
        {"d": "AAAA"},
    ],
    ids=str,
)
def test_a_key_for_another_use_is_ignored(jwks: dict[str, Json], stated: Json) -> None:
    keys = read(jwks["ES256"], jwks["EdDSA"] | stated)

    assert (len(keys), keys.find("EdDSA")) == (1, None)


def test_weak_keys_and_other_kinds_of_keys_are_ignored(jwks: dict[str, Json]) -> None:
    weak_key = generate_rsa_key(65537, 1024)  # noqa: S505  # the test needs a weak key
    weak = RSAAlgorithm.to_jwk(weak_key.public_key(), as_dict=True)
    k1 = ECAlgorithm.to_jwk(generate_ec_key(SECP256K1()).public_key(), as_dict=True)
    ed448 = OKPAlgorithm.to_jwk(Ed448PrivateKey.generate().public_key(), as_dict=True)

    assert len(read(jwks["RS256"], weak, k1, ed448, "not an object", None)) == 1


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA"])
def test_a_point_off_the_curve_is_ignored(jwks: dict[str, Json], algorithm: str) -> None:
    """RFC 8725 section 3.4. For Ed25519, half of all texts are no point."""
    points = [
        jwks[algorithm] | {"x": base64.urlsafe_b64encode(bytes([n]) * 32).rstrip(b"=").decode()} for n in range(20)
    ]
    ignored = [len(read(jwks["RS256"], point)) == 1 for point in points]

    assert any(ignored)
    assert all(ignored) or algorithm == "EdDSA"


@pytest.mark.parametrize(
    "y",
    [
        0,
        1,
        2**255 - 20,
        2**255 - 19,
        2**255 - 18,
        2**255,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    ],
)
def test_an_ed25519_key_of_small_order_is_ignored(jwks: dict[str, Json], y: int) -> None:
    x = base64.urlsafe_b64encode(y.to_bytes(32, "little")).rstrip(b"=").decode()

    assert len(read(jwks["RS256"], jwks["EdDSA"] | {"x": x})) == 1


def test_a_single_key_without_an_id_matches_every_token(jwks: dict[str, Json]) -> None:
    keys = read({name: value for name, value in jwks["ES256"].items() if name != "kid"})

    assert keys.find(None) == keys.find("any") is not None


def test_a_token_without_an_id_matches_only_a_single_key(jwks: dict[str, Json]) -> None:
    assert read(jwks["ES256"]).find(None) is not None
    assert read(jwks["ES256"], jwks["RS256"]).find(None) is None


def test_duplicate_keys_are_one_key(jwks: dict[str, Json]) -> None:
    assert len(read(jwks["ES256"], jwks["ES256"])) == 1


def test_sets_with_the_same_keys_are_equal(jwks: dict[str, Json]) -> None:
    assert read(jwks["ES256"], jwks["RS256"]) == read(jwks["RS256"], jwks["ES256"]) != read(jwks["ES256"])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the content is not valid JSON"),
        (b"<html>", "the content is not valid JSON"),
        (b"\xff", "the content is not valid JSON"),
        (b"[" * 100_000, "the content is not valid JSON"),
        (b"[]", 'the content is not a JWK Set: it has no list "keys"'),
        (b"5", 'the content is not a JWK Set: it has no list "keys"'),
        (b'{"keys": {}}', 'the content is not a JWK Set: it has no list "keys"'),
        (b'{"kty": "EC"}', 'the content is not a JWK Set: it has no list "keys"'),
        (b'{"keys": []}', "the set has no key that can be used: RSA, EC on P-256, P-384 or P-521, or Ed25519"),
        (b'{"keys": [{}]}', "the set has no key that can be used: RSA, EC on P-256, P-384 or P-521, or Ed25519"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_content_without_usable_keys_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(KeySetInvalid, match=reason):
        read_key_set(content)


@pytest.mark.parametrize("kid", ["ES256", 5, None])
def test_ambiguous_key_ids_are_refused(jwks: dict[str, Json], kid: object) -> None:
    other = jwks["RS256"] | {"kid": kid}

    with pytest.raises(KeySetInvalid):
        read(jwks["ES256"], other)
