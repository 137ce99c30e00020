"""The table of attacks: by family and name, what is sent to a server; and beside it, what only looks like one.

Each row changes one thing about what would be good.
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

# What looks odd and is good: it changes nobody's identity, and makes nothing be fetched either.
HARMLESS: Rows = {
    "a good token": text(str),
    "the scheme in capitals": value(lambda token: b"BEARER " + token),
    "the scheme in small letters": value(lambda token: b"bearer " + token),
    "blanks around the value, which HTTP takes away": value(lambda token: b" \t Bearer " + token + b" \t "),
    "8,192 bytes": of_length(8192),
    # (r, n - s) is a signature too, which anyone can make of (r, s): another text that says the same of the same user.
    "the other signature of ECDSA": Attack(signature(negated), against=ES),
    "jku, x5u and jwk beside a good signature": header(
        jku=lambda t: t.trap.url, x5u=lambda t: t.trap.url, jwk=lambda t: t.trap.stranger.jwk("RS256")
    ),
    "kid, a URL, where there is one key": Attack(header(kid=lambda t: t.trap.url), against=("secret", "pem")),
    "kid, a file, where there is one key": Attack(header(kid=lambda t: str(t.trap.file)), against=("secret", "pem")),
    "typ at+jwt": header(typ="application/AT+JWT"),
    "typ missing": lambda t: t.token(header={name: value for name, value in t.header.items() if name != "typ"}),
    "exp with a fraction": claims(exp=now(600.5)),
    "aud in a list": claims(aud=["other", "tether-relay"]),
    "names that are escaped": payload(lambda good: good.replace(b'"sub"', b'"s\\u0075b"')),
}
