"""Which keys of a JWK Set count, and which sets make sense."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec_key
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from handlers.authentication.jwks import KeySetInvalid, read_key_set

Json = dict[str, Any]
WRITERS: dict[str, Any] = {"RS256": RSAAlgorithm, "ES256": ECAlgorithm, "EdDSA": OKPAlgorithm}


@pytest.fixture(scope="session")
def jwks(private_keys: dict[str, Any]) -> dict[str, Json]:
    """The public keys by algorithm, as entries of a set, each with its algorithm as id."""
    return {
        name: {**WRITERS[name].to_jwk(key.public_key(), as_dict=True), "kid": name, "key_ops": ["verify"]}
        for name, key in private_keys.items()
    }


def read(*entries: object) -> Any:
    return read_key_set(json.dumps({"keys": entries}).encode())


@pytest.mark.parametrize("algorithm", WRITERS)
def test_a_key_is_for_the_algorithm_of_its_kind(jwks: dict[str, Json], private_keys: Any, algorithm: str) -> None:
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
def test_a_key_may_say_what_it_is_for(jwks: dict[str, Json], stated: Json) -> None:
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
        {"kty": "unheard of"},
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
def test_a_key_for_anything_else_is_left_out(jwks: dict[str, Json], stated: Json) -> None:
    keys = read(jwks["ES256"], jwks["EdDSA"] | stated)

    assert (len(keys), keys.find("EdDSA")) == (1, None)


def test_weak_and_other_kinds_are_left_out(jwks: dict[str, Json]) -> None:
    weak_key = generate_rsa_key(65537, 1024)  # noqa: S505  # weak on purpose
    weak = RSAAlgorithm.to_jwk(weak_key.public_key(), as_dict=True)
    p384 = ECAlgorithm.to_jwk(generate_ec_key(SECP384R1()).public_key(), as_dict=True)
    ed448 = OKPAlgorithm.to_jwk(Ed448PrivateKey.generate().public_key(), as_dict=True)

    assert len(read(jwks["RS256"], weak, p384, ed448, "no object", None)) == 1


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
def test_an_ed25519_key_that_anyone_can_sign_for_is_left_out(jwks: dict[str, Json], y: int) -> None:
    x = base64.urlsafe_b64encode(y.to_bytes(32, "little")).rstrip(b"=").decode()

    assert len(read(jwks["RS256"], jwks["EdDSA"] | {"x": x})) == 1


def test_a_key_without_an_id_is_the_only_one_and_meant_by_all(jwks: dict[str, Json]) -> None:
    keys = read({name: value for name, value in jwks["ES256"].items() if name != "kid"})

    assert keys.find(None) == keys.find("any") is not None


def test_a_token_without_an_id_can_only_mean_the_only_key(jwks: dict[str, Json]) -> None:
    assert read(jwks["ES256"]).find(None) is not None
    assert read(jwks["ES256"], jwks["RS256"]).find(None) is None


def test_the_same_key_twice_is_one_key(jwks: dict[str, Json]) -> None:
    assert len(read(jwks["ES256"], jwks["ES256"])) == 1


def test_sets_with_the_same_keys_are_equal(jwks: dict[str, Json]) -> None:
    assert read(jwks["ES256"], jwks["RS256"]) == read(jwks["RS256"], jwks["ES256"]) != read(jwks["ES256"])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is not JSON"),
        (b"<html>", "it is not JSON"),
        (b"\xff", "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b"[]", 'it is not a JWK Set: there is no list "keys"'),
        (b"5", 'it is not a JWK Set: there is no list "keys"'),
        (b'{"keys": {}}', 'it is not a JWK Set: there is no list "keys"'),
        (b'{"kty": "EC"}', 'it is not a JWK Set: there is no list "keys"'),
        (b'{"keys": []}', "the set has no key to verify RS256, ES256 or EdDSA with"),
        (b'{"keys": [{}]}', "the set has no key to verify RS256, ES256 or EdDSA with"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_what_is_no_set_of_keys_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(KeySetInvalid, match=reason):
        read_key_set(content)


@pytest.mark.parametrize("kid", ["ES256", 5, None])
def test_keys_that_cannot_be_told_apart_are_refused(jwks: dict[str, Json], kid: object) -> None:
    other = jwks["RS256"] | {"kid": kid}

    with pytest.raises(KeySetInvalid):
        read(jwks["ES256"], other)
