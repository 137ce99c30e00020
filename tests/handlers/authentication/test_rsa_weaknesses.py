"""RSA keys that others can break are recognized; sound ones are not."""

from __future__ import annotations

import logging
from itertools import count
from math import gcd, isqrt, prod

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers, generate_private_key

from handlers.authentication.key_sources import FixedKey
from handlers.authentication.keys import KeyUnusable, verification_key
from handlers.authentication.rsa_weaknesses import weakness_of

PRIMES = [n for n in range(2, 10_000) if all(n % divisor for divisor in range(2, isqrt(n) + 1))]
SOUND = generate_private_key(65537, 2048).private_numbers()
N = SOUND.public_numbers.n


def with_roca_fingerprint() -> int:
    """A modulus of 2048 bits that is a power of 65537 modulo the primes up to 167, without a factor below 10,000."""
    base = prod(prime for prime in PRIMES if prime < 168)
    remainder, small = pow(65537, 12345, base), prod(PRIMES)
    start = 2**2047 // base + 1
    return next(n for k in count(start) if gcd(n := remainder + k * base, small) == 1)


def with_close_factors() -> int:
    """The product of two odd numbers of 1024 bits without small factors, whose difference is small."""
    small = prod(PRIMES)
    first = next(n for n in count(SOUND.p | 1, 2) if gcd(n, small) == 1)
    second = next(n for n in count(first + 2, 2) if gcd(n, small) == 1)
    return first * second


@pytest.mark.parametrize(
    ("modulus", "weakness"),
    [
        (N + 1, "with an even modulus"),
        (SOUND.p * 9973, "whose modulus has a small factor"),
        (SOUND.p * 3, "whose modulus has a small factor"),
        (with_roca_fingerprint(), "of a flawed generator (CVE-2017-15361, ROCA), whose private key can be computed"),
        (with_close_factors(), "whose primes are close together (CVE-2022-26320), so that it can be factored"),
        (SOUND.p**2, "whose primes are close together (CVE-2022-26320), so that it can be factored"),
    ],
    ids=["even", "factor", "factor 3", "ROCA", "close", "square"],
)
def test_a_weak_modulus_is_recognized(modulus: int, weakness: str) -> None:
    assert weakness_of(modulus, 65537) == weakness


@pytest.mark.parametrize("exponent", [0, 1, 2, 65536])
def test_an_exponent_that_is_even_or_too_small_is_recognized(exponent: int) -> None:
    assert weakness_of(N, exponent) == f"with the exponent {exponent}, which must be odd and at least 3"


@pytest.mark.parametrize("bits", [2048, 2560, 3072])
def test_a_sound_key_has_no_weakness(bits: int) -> None:
    numbers = generate_private_key(65537, bits).public_key().public_numbers()

    assert weakness_of(numbers.n, numbers.e) is None


def test_a_weak_key_is_refused() -> None:
    key = RSAPublicNumbers(65537, with_roca_fingerprint()).public_key()

    with pytest.raises(KeyUnusable, match="an RSA key of a flawed generator"):
        verification_key(key)


def test_a_small_exponent_is_accepted_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    key = verification_key(RSAPublicNumbers(3, N).public_key())
    with caplog.at_level(logging.WARNING):
        FixedKey(key)

    assert "an RSA key has the exponent 3" in caplog.text


def test_the_usual_exponent_has_no_warning() -> None:
    assert verification_key(RSAPublicNumbers(65537, N).public_key()).warning is None
