"""Attacks in the claims of correctly signed tokens."""

from __future__ import annotations

import json
import time
from typing import Any

from tests.attacks.forging import Attack, Rows, claims, each, expired_since, literal, now, payload, without


def odd_times(name: str) -> Rows:
    """Correctly signed tokens with an invalid value in a time claim."""
    values: tuple[Any, ...] = (
        None,
        "1900000000",
        "",
        True,
        [1900000000],
        {},
        -1,
        253_402_300_800,
        1e15,
        2**64,
        10**400,
    )
    texts = (b"NaN", b"Infinity", b"-Infinity", b"1e400", b"-1e400", b"9" * 5000)
    return {
        **each(f"{name} ", values, lambda value: claims(**{name: value})),
        **each(f"{name} ", texts, lambda text: literal(name, text)),
    }


TIME: Rows = {
    "exp missing": without("exp"),
    **odd_times("exp"),
    **odd_times("nbf"),
    **odd_times("iat"),
    "exp 0": Attack(claims(exp=0), "TOKEN_EXPIRED"),
    "exp -0.0": Attack(claims(exp=-0.0), "TOKEN_EXPIRED"),
    "exp, an hour ago": Attack(claims(exp=now(-3600)), "TOKEN_EXPIRED"),
    "exp, the leeway ago": Attack(claims(exp=now(-10)), "TOKEN_EXPIRED"),
    "exp in milliseconds": claims(exp=lambda: int(time.time() * 1000)),
    "exp written with letters": literal("exp", b"0x77359400"),
    "exp twice": payload(lambda good: good[:-1] + b', "exp": 1900000000}'),
    "nbf in an hour": claims(nbf=now(3600)),
    "nbf after the leeway": claims(nbf=now(30)),
    "iat in an hour": claims(iat=now(3600)),
}

CLAIMS: Rows = {
    "sub missing": without("sub"),
    **each(
        "sub ",
        (None, "", " ", "user ada", "user_ada ", "user_ada\0", "user_ada\n", "\ud800", "us\u00e9r"),
        lambda sub: claims(sub=sub),
    ),
    **each("sub ", (0, 1.5, True, ["user_ada"], {"id": "user_ada"}, "\x7f"), lambda sub: claims(sub=sub)),
    "sub of 129 characters": claims(sub="a" * 129),
    "sub of 5,000 characters": claims(sub="a" * 5000),
    "sub with a look-alike letter": claims(sub="user_\u0430da"),
    "sub in full-width letters": claims(sub="\uff55ser_ada"),
    "sub twice": payload(lambda good: good[:-1] + b', "sub": "user_bea"}'),
    "sub twice, the same": payload(lambda good: good[:-1] + b', "sub": "user_ada"}'),
    "sub twice, once escaped": payload(lambda good: good[:-1] + b', "s\\u0075b": "user_bea"}'),
    "a nested name twice": payload(lambda good: good[:-1] + b', "x": [{"a": 1, "a": 1}]}'),
    **each("", (b"", b"null", b"1", b"{}", b"x"), lambda other: payload(lambda good: other)),
    "a list": payload(lambda good: b"[" + good + b"]"),
    "a text": payload(lambda good: json.dumps(good.decode()).encode()),
    "UTF-16": payload(lambda good: good.decode().encode("utf-16")),
    "UTF-16 without a byte order mark": payload(lambda good: good.decode().encode("utf-16-le")),
    "UTF-32": payload(lambda good: good.decode().encode("utf-32")),
    "after a byte order mark": payload(lambda good: b"\xef\xbb\xbf" + good),
    "invalid UTF-8": payload(lambda good: good.replace(b"ada", b"\xff")),
    "overlong UTF-8": payload(lambda good: good.replace(b"ada", b"\xc1\xa1da")),
    "two in a row": payload(lambda good: good + good),
    "without end": payload(lambda good: good[:-1]),
    "a NUL after it": payload(lambda good: good + b"\0"),
    "a comma at the end": payload(lambda good: good[:-1] + b",}"),
    "a comment": payload(lambda good: good + b"//"),
    "single quotes": payload(lambda good: good.replace(b'"', b"'")),
    "with NaN": payload(lambda good: good[:-1] + b', "x": NaN}'),
    "nested deeply": payload(lambda good: good[:-1] + b', "x": ' + b"[" * 2500 + b"]" * 2500 + b"}"),
    "nested without end": payload(lambda good: b'{"a":' * 1000),
    "a number of 5,000 digits": payload(lambda good: good[:-1] + b', "x": ' + b"9" * 5000 + b"}"),
}

# For servers with every rule set.
RULES: Rows = {
    **each(
        "iss ",
        (None, "", "https://issuer.example/", "HTTPS://issuer.example", ["https://issuer.example"], 1, {}),
        lambda iss: claims(iss=iss),
    ),
    "iss missing": without("iss"),
    "iss of another issuer": claims(iss="https://issuer.example.attacker.example"),
    **each(
        "aud ",
        (None, "", "other", "tether", "tether-relay ", [], ["other"], [["tether-relay"]], {"tether-relay": 1}),
        lambda aud: claims(aud=aud),
    ),
    "aud missing": without("aud"),
    "iss and aud exchanged": claims(iss="tether-relay", aud="https://issuer.example"),
    **each(
        "org ",
        (None, "", "org_initech", "ORG_ACME", "org_acme ", ["org_acme"], {"id": "org_acme"}, 1, True),
        lambda org: claims(org=org),
    ),
    "org missing": without("org"),
    "org of a user without an organization": claims(sub="user_lone"),
    "lifetime of a second too much": claims(exp=now(3601)),
    "lifetime of years": claims(iat=0),
    "lifetime unknown": without("iat"),
    "exp now, without leeway": Attack(claims(exp=now(0)), "TOKEN_EXPIRED"),
    "exp passed since the token was cached": Attack(expired_since, "TOKEN_EXPIRED"),
    "nbf after this moment, without leeway": claims(nbf=now(30)),
}
