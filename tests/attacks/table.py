"""The table of attacks by family and name, and a table of harmless requests that look like attacks.

Each row changes one thing of a valid request.
"""

from __future__ import annotations

from tests.attacks.claiming import CLAIMS, RULES, TIME
from tests.attacks.forging import (
    ES,
    Attack,
    Rows,
    claims,
    header,
    negated,
    now,
    of_length,
    payload,
    signature,
    text,
    value,
)
from tests.attacks.sending import SHAPE, STATE, TRANSPORT
from tests.attacks.signing import ALGORITHM, HEADER, KEY, SIGNATURE

TABLE: dict[str, Rows] = {
    "algorithm": ALGORITHM,
    "signature": SIGNATURE,
    "key": KEY,
    "header": HEADER,
    "time": TIME,
    "claims": CLAIMS,
    "rules": RULES,
    "shape": SHAPE,
    "transport": TRANSPORT,
    "state": STATE,
}

# Unusual but valid requests: they change no identity, and cause no fetch.
HARMLESS: Rows = {
    "a valid token": text(str),
    "the scheme in capitals": value(lambda token: b"BEARER " + token),
    "the scheme in small letters": value(lambda token: b"bearer " + token),
    "spaces around the value, which HTTP removes": value(lambda token: b" \t Bearer " + token + b" \t "),
    "8,192 bytes": of_length(8192),
    # (r, n - s) is also a valid signature, which anyone can compute from (r, s); it authenticates the same claims.
    "the other signature of ECDSA": Attack(signature(negated), against=ES),
    "jku, x5u and jwk with a valid signature": header(
        jku=lambda t: t.trap.url, x5u=lambda t: t.trap.url, jwk=lambda t: t.trap.stranger.jwk("RS256")
    ),
    "kid, a URL, with a single key": Attack(header(kid=lambda t: t.trap.url), against=("secret", "pem")),
    "kid, a file, with a single key": Attack(header(kid=lambda t: str(t.trap.file)), against=("secret", "pem")),
    "typ at+jwt": header(typ="application/AT+JWT"),
    "typ missing": lambda t: t.token(header={name: value for name, value in t.header.items() if name != "typ"}),
    "exp with a fraction": claims(exp=now(600.5)),
    "aud in a list": claims(aud=["other", "tether-relay"]),
    "names that are escaped": payload(lambda good: good.replace(b'"sub"', b'"s\\u0075b"')),
}
