"""Attacks in the header of a token, and in its signature."""

from __future__ import annotations

import base64
import json
import time
import zlib

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from tests.attacks.forging import (
    ED,
    ES,
    JWKS,
    P256_ORDER,
    PUBLIC,
    RS,
    SHARED,
    Attack,
    Rows,
    base64url,
    beyond_modulus,
    beyond_order,
    each,
    ecdsa,
    ecdsa_parts,
    header,
    header_bytes,
    hmac_with,
    named,
    secret,
    signature,
    signed,
    stranger,
    text,
    unsigned,
)

OTHER_FAMILY = {"HS256": "RS256", "RS256": "ES256", "ES256": "EdDSA", "EdDSA": "RS256"}

ALGORITHM: Rows = {
    **each("unsigned, ", ("none", "None", "NONE", "nOnE", "", None, 0, ["none"]), lambda name: unsigned(name)),
    "unsigned, none missing": lambda t: t.token(header={"typ": "JWT"}, sign=lambda message: b""),
    "unsigned, with the algorithm of the key": signed(lambda t, m: b""),
    "unsigned, two parts": text(lambda token: token.rpartition(".")[0]),
    "signed, but the header says none": header(alg="none"),
    "signed, but the header has no algorithm": lambda t: t.token(header={"typ": "JWT"}),
    **each("signed, but ", (None, 256, True, ["HS256"], {"HS256": 1}, "\ud800"), lambda name: header(alg=name)),
    "the right algorithm in lower case": header(alg=lambda t: t.algorithm.lower()),
    "the right algorithm in a list": header(alg=lambda t: [t.algorithm]),
    "the right algorithm and a space": header(alg=lambda t: t.algorithm + " "),
    "named after another family": header(alg=lambda t: OTHER_FAMILY[t.algorithm]),
    **each("named ", ("ES256K", "ES384", "HS1", "A128KW", "dir", "Ed448"), lambda name: header(alg=name)),
    "HS384 with the secret": named("HS384", "HS256"),
    "HS512 with the secret": named("HS512", "HS256"),
    "RS384 with the key": named("RS384", "RS256"),
    "RS512 with the key": named("RS512", "RS256"),
    "PS256 with the key": named("PS256", "RS256"),
    "SHA-512 under the right name": Attack(signed(lambda t, m: t.keys.sign(m, "HS256", "HS512")), against=SHARED),
    "PSS under the right name": Attack(signed(lambda t, m: t.keys.sign(m, "RS256", "PS256")), against=RS),
    "HMAC with the public key in PEM": Attack(hmac_with(lambda t: t.keys.public(t.algorithm)), against=PUBLIC),
    "HMAC with the public key in PEM, no line end": Attack(
        hmac_with(lambda t: t.keys.public(t.algorithm).strip()), against=PUBLIC
    ),
    "HMAC with the public key in DER": Attack(
        hmac_with(lambda t: t.keys.public(t.algorithm, Encoding.DER)), against=PUBLIC
    ),
    "HMAC with the JWK": Attack(hmac_with(lambda t: json.dumps(t.keys.jwk(t.algorithm)).encode()), against=PUBLIC),
    "HMAC with the public key, under the right name": Attack(
        hmac_with(lambda t: t.keys.public(t.algorithm), alg=lambda t: t.algorithm), against=PUBLIC
    ),
    "HMAC with nothing": hmac_with(lambda t: b""),
    "HMAC with a zero": hmac_with(lambda t: b"\0"),
    "HMAC with the word secret": hmac_with(lambda t: b"secret"),
    "the secret and a line end": Attack(hmac_with(lambda t: secret(t) + b"\n"), against=SHARED),
    "the secret without its last byte": Attack(hmac_with(lambda t: secret(t)[:-1]), against=SHARED),
    "the secret with one changed bit": Attack(
        hmac_with(lambda t: bytes([secret(t)[0] ^ 1]) + secret(t)[1:]), against=SHARED
    ),
    "the secret in base64": Attack(hmac_with(lambda t: base64.b64encode(secret(t))), against=SHARED),
}

SIGNATURE: Rows = {
    "of another key": signed(lambda t, m: t.trap.stranger.sign(m, t.algorithm)),
    "of another of the published keys": Attack(header(kid=lambda t: t.other_key_id), against=JWKS),
    "of another of the published keys, its algorithm": Attack(
        header(kid=lambda t: t.other_key_id, alg=lambda t: OTHER_FAMILY[t.algorithm]), against=JWKS
    ),
    "of other claims": signed(lambda t, m: t.sign(m + b"x")),
    "of the payload alone": signed(lambda t, m: t.sign(m.partition(b".")[2])),
    "of nothing": signed(lambda t, m: t.sign(b"")),
    "cut by a byte": signature(lambda whole: whole[:-1]),
    "longer by a byte": signature(lambda whole: whole + b"\0"),
    "after a zero": signature(lambda whole: b"\0" + whole),
    "twice": signature(lambda whole: whole * 2),
    "backwards": signature(lambda whole: whole[::-1]),
    "of zeros": signature(lambda whole: bytes(len(whole))),
    "of ones": signature(lambda whole: bytes([255]) * len(whole)),
    "one": signature(lambda whole: bytes(len(whole) - 1) + b"\1"),
    "s = 0": Attack(signature(lambda whole: ecdsa(ecdsa_parts(whole)[0], 0)), against=ES),
    "r = 0": Attack(signature(lambda whole: ecdsa(0, ecdsa_parts(whole)[1])), against=ES),
    "r = s = n": Attack(signature(lambda whole: ecdsa(P256_ORDER, P256_ORDER)), against=ES),
    "s = n": Attack(signature(lambda whole: ecdsa(ecdsa_parts(whole)[0], P256_ORDER)), against=ES),
    "r and s exchanged": Attack(signature(lambda whole: ecdsa(*ecdsa_parts(whole)[::-1])), against=ES),
    "ECDSA in DER": Attack(signature(lambda whole: encode_dss_signature(*ecdsa_parts(whole))), against=ES),
    "S plus the order": Attack(signature(beyond_order), against=ED),
    "S = 0 under the neutral element": Attack(signature(lambda whole: b"\1" + bytes(63)), against=ED),
    "S = 0 under a point of order four": Attack(signature(lambda whole: bytes(64)), against=ED),
    "S = 0": Attack(signature(lambda whole: whole[:32] + bytes(32)), against=ED),
    "plus the modulus": Attack(signed(beyond_modulus), against=RS),
}

KEY: Rows = {
    "jwk": stranger("ES256", jwk=lambda t: t.trap.stranger.jwk("ES256")),
    "jwk, a secret": stranger("HS256", jwk={"kty": "oct", "k": "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg"}),
    "jwk of the published key": stranger("RS256", jwk=lambda t: t.keys.jwk("RS256")),
    "jku": stranger("RS256", jku=lambda t: t.trap.url, kid="own"),
    "jku, a file": stranger("RS256", jku=lambda t: t.trap.file.as_uri(), kid="own"),
    "x5u": stranger("RS256", x5u=lambda t: t.trap.url),
    "x5c": stranger("RS256", x5c=lambda t: [base64.b64encode(t.trap.stranger.public("RS256", Encoding.DER)).decode()]),
    "x5t": stranger("RS256", x5t="AAAA", **{"x5t#S256": "AAAA"}),
    "kid, a URL": stranger("RS256", kid=lambda t: t.trap.url),
    "kid, a file": stranger("HS256", kid=lambda t: str(t.trap.file)),
    "kid, a file by its URL": stranger("HS256", kid=lambda t: t.trap.file.as_uri()),
    "kid, a file by a relative path": stranger("HS256", kid=lambda t: "../" * 20 + str(t.trap.file)[1:]),
    "kid, a file before NUL": stranger("HS256", kid=lambda t: f"{t.trap.file}\0.pem"),
    "kid, an empty file": hmac_with(lambda t: b"", kid="/dev/null"),
    "kid, SQL": stranger("HS256", kid=lambda t: f"x' UNION SELECT '{t.trap.stranger.private['HS256']}' --"),
    "kid, SQL that waits": stranger(
        "HS256", kid="1; WITH RECURSIVE n AS (SELECT 1 UNION ALL SELECT 1) SELECT * FROM n"
    ),
    "kid, a command": stranger("HS256", kid=lambda t: f"|cat {t.trap.file}"),
    "kid, a template": stranger("HS256", kid=lambda t: "${jndi:" + t.trap.url + "}{{7*7}}"),
    "kid, a lone surrogate": stranger("HS256", kid="\ud800"),
    "kid, 4 KB": stranger("HS256", kid="k" * 4000),
    "kid, another for each try": stranger("HS256", kid=lambda t: str(time.perf_counter_ns())),
    "kid missing, with several keys": Attack(lambda t: t.token(header={"alg": t.algorithm}), against=JWKS),
    "withdrawn after the token was cached": Attack(lambda t: t.withdrawn, against=JWKS),
    "withdrawn": Attack(stranger("EdDSA", kid="withdrawn"), against=JWKS),
    **each("kid, ", (None, 0, 1.5, True, ["rsa"], {"kid": "rsa"}), lambda name: header(kid=name)),
    "kid, the published one in capitals": Attack(header(kid=lambda t: str(t.key_id).upper()), against=JWKS),
    "kid, the published one and a blank": Attack(header(kid=lambda t: f"{t.key_id} "), against=JWKS),
    "kid, the number of the published one": Attack(header(kid="0"), against=JWKS),
}

HEADER: Rows = {
    **each("crit ", (["exp"], [], "exp", None, ["alg"], ["urn:x"], {}), lambda crit: header(crit=crit, exp=1)),
    "crit b64": header(crit=["b64"], b64=False),
    "b64": header(b64=False),
    "b64, the payload as it is": lambda t: t.sealed(
        base64url(json.dumps(t.header | {"b64": False}).encode()) + b".user_ada"
    ),
    "zip, packed": lambda t: t.token(zlib.compress(json.dumps(t.claims).encode())[2:-4], t.header | {"zip": "DEF"}),
    **each(
        "typ ",
        ("logout+jwt", "dpop+jwt", "secevent+jwt", "id+jwt", "JWE", "JOSE", "", " JWT", "at+jwt;x", "jwt\0"),
        lambda kind: header(typ=kind),
    ),
    **each("typ ", (None, 5, ["JWT"], {"JWT": 1}, "application/application/jwt"), lambda kind: header(typ=kind)),
    "cty, a token in a token": lambda t: t.token(t.token().encode(), t.header | {"cty": "JWT"}),
    "algorithm twice": header_bytes(lambda good: good[:-1] + b', "alg": "none"}'),
    "algorithm twice, the same": header_bytes(lambda good: good[:-1] + b"," + good[1:]),
    "algorithm twice, once escaped": header_bytes(lambda good: good[:-1] + b', "\\u0061lg": "HS256"}'),
    "a list": header_bytes(lambda good: b"[" + good + b"]"),
    **each("", (b"", b"null", b'"HS256"', b"256", b"{}"), lambda other: header_bytes(lambda good: other)),
    "after a byte order mark": header_bytes(lambda good: b"\xef\xbb\xbf" + good),
    "UTF-16": header_bytes(lambda good: good.decode().encode("utf-16")),
    "invalid UTF-8": header_bytes(lambda good: good[:-1] + b', "x": "\xff"}'),
    "with NaN": header_bytes(lambda good: good[:-1] + b', "x": NaN}'),
    "without end": header_bytes(lambda good: good[:-1]),
    "two in a row": header_bytes(lambda good: good + good),
    "nested deeply": header_bytes(lambda good: good[:-1] + b', "x": ' + b"[" * 2000 + b"]" * 2000 + b"}"),
}
