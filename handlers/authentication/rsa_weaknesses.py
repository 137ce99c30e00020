"""Signs that an RSA public key is weak: others can compute its private key."""

from __future__ import annotations

from functools import cache
from math import gcd, isqrt, prod
from typing import Final

# The flawed generator of CVE-2017-15361 ("ROCA") makes primes that are powers of 65537 modulo a product of small
# primes; for every size of key, these include all up to 167 (Nemec et al., CCS 2017, section 2).
_ROCA_LIMIT: Final = 168
_ROCA_GENERATOR: Final = 65537
# Factors below this are found with one division.
_SMALL: Final = 10_000
# Steps of Fermat's method: two primes with the same leading half need one (CVE-2022-26320).
_STEPS: Final = 100
# NIST SP 800-56B section 6.2: smaller exponents make errors of signers and verifiers forgeable.
_USUAL_EXPONENT: Final = 65537


def weakness_of(modulus: int, exponent: int) -> str | None:
    """Why an RSA key must not verify signatures, as the end of "an RSA key ..."; None if no weakness is known."""
    if exponent < 3 or exponent % 2 == 0:
        return f"with the exponent {exponent}, which must be odd and at least 3"
    if modulus % 2 == 0:
        return "with an even modulus"
    if gcd(modulus, _small_primes_product()) != 1:
        return "whose modulus has a small factor"
    if _has_roca_fingerprint(modulus):
        return "of a flawed generator (CVE-2017-15361, ROCA), whose private key can be computed"
    if _has_close_factors(modulus):
        return "whose primes are close together (CVE-2022-26320), so that it can be factored"
    return None


def has_small_exponent(exponent: int) -> bool:
    """Whether an exponent is valid, but smaller than 65537."""
    return exponent < _USUAL_EXPONENT


@cache
def _primes(limit: int) -> tuple[int, ...]:
    return tuple(n for n in range(2, limit) if all(n % divisor for divisor in range(2, isqrt(n) + 1)))


@cache
def _small_primes_product() -> int:
    return prod(_primes(_SMALL))


@cache
def _roca_residues() -> tuple[tuple[int, frozenset[int]], ...]:
    """Each odd prime, with the powers of the generator modulo it."""
    return tuple(
        (prime, frozenset(pow(_ROCA_GENERATOR, power, prime) for power in range(prime - 1)))
        for prime in _primes(_ROCA_LIMIT)[1:]
    )


def _has_roca_fingerprint(modulus: int) -> bool:
    # Other moduli pass all of these tests with a probability of about 2^-28.
    return all(modulus % prime in residues for prime, residues in _roca_residues())


def _has_close_factors(modulus: int) -> bool:
    """Whether Fermat's method finds the factors (modulus = a² - b²) in a few steps."""
    root = isqrt(modulus)
    start = root + (root * root < modulus)
    for a in range(start, start + _STEPS):
        square = a * a - modulus
        if isqrt(square) ** 2 == square:
            return True
    return False
