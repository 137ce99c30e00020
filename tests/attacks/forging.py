"""Functions for the rows of the table: each returns a function from a target to the request to send."""

from __future__ import annotations

import base64
import hmac
import io
import json
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from store import SQLiteAdministration

if TYPE_CHECKING:
    from tests.attacks.conftest import Sent, Target

# The orders of the groups that signatures are made in: SEC 2 section 2.4.2, RFC 8032 section 5.1.
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

Make: TypeAlias = "Callable[[Target], Sent]"
Signs: TypeAlias = "Callable[[Target, bytes], bytes]"


class Attack(NamedTuple):
    """The request, the code of the expected answer, and the targets: `against` has words of their names."""

    make: Make
    expected: str = "TOKEN_INVALID"
    against: tuple[str, ...] = ("",)


Rows: TypeAlias = "dict[str, Make | Attack]"
# The targets of a row, if not all.
SHARED, PUBLIC, RS, ES, ED = ("HS256",), ("RS256", "ES256", "EdDSA"), ("RS256",), ("ES256",), ("EdDSA",)
JWKS = ("jwks",)


def claims(**changes: Any) -> Make:
    """Valid claims with these changes; a callable computes its value when the token is made."""
    return lambda t: t.token(
        t.claims | {name: value() if callable(value) else value for name, value in changes.items()}
    )


def now(seconds: float) -> Callable[[], float]:
    return lambda: time.time() + seconds


def without(name: str) -> Make:
    return lambda t: t.token({key: value for key, value in t.claims.items() if key != name})


def payload(change: Callable[[bytes], bytes]) -> Make:
    """Other bytes in place of the claims, correctly signed."""
    return lambda t: t.token(change(json.dumps(t.claims).encode()))


def literal(name: str, value: bytes) -> Make:
    """A claim whose value is these exact bytes."""
    return lambda t: t.token(json.dumps(t.claims | {name: None}).encode().replace(b"null", value))


def header(**changes: Any) -> Make:
    """A valid header with these changes, correctly signed; a callable computes its value from the target."""
    return lambda t: t.token(header=t.header | _made(t, changes))


def header_bytes(change: Callable[[bytes], bytes]) -> Make:
    return lambda t: t.token(header=change(json.dumps(t.header).encode()))


def signed(sign: Signs, **changes: Any) -> Make:
    """Signed by `sign` instead of the key."""
    return lambda t: t.token(header=t.header | _made(t, changes), sign=lambda message: sign(t, message))


def signature(change: Callable[[bytes], bytes]) -> Make:
    """A valid signature, changed."""
    return signed(lambda t, message: change(t.sign(message)))


def unsigned(algorithm: object) -> Make:
    return signed(lambda t, message: b"", alg=algorithm)


def named(algorithm: str, against: str) -> Attack:
    """Signed with the key, but with another algorithm."""
    return Attack(signed(lambda t, m: t.keys.sign(m, t.algorithm, algorithm), alg=algorithm), against=(against,))


def hmac_with(secret: Callable[[Target], bytes], **changes: Any) -> Make:
    return signed(lambda t, m: hmac.digest(secret(t), m, "sha256"), **({"alg": "HS256"} | changes))


def stranger(algorithm: str, **changes: Any) -> Make:
    """Signed with a key of the attacker."""
    return signed(lambda t, m: t.trap.stranger.sign(m, algorithm), **({"alg": algorithm} | changes))


def text(change: Callable[[str], str]) -> Make:
    """A valid token, changed."""
    return lambda t: change(t.token())


def sent(make: Callable[[bytes], bytes], path: bytes = b"/api/calls/providers", body: bytes = b"") -> Make:
    """Header lines with a valid token; in path and body, the token replaces %b."""

    def request(t: Target) -> Sent:
        token = t.token().encode()
        return make(token) + b"\r\n", path.replace(b"%b", token), body.replace(b"%b", token)

    return request


def value(make: Callable[[bytes], bytes]) -> Make:
    """A value of the Authorization header with a valid token."""
    return sent(lambda token: b"Authorization: " + make(token))


def _made(t: Target, changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value(t) if callable(value) else value for name, value in changes.items()}


def each(label: str, values: Iterable[Any], make: Callable[[Any], Make | Attack]) -> Rows:
    """A row for each value, named after it."""
    return {f"{label}{value!a:.40}": make(value) for value in values}


# --- attacks of more than one step ---------------------------------------------------------------


def deleted(t: Target) -> Sent:
    token = t.token(t.claims | {"sub": "user_gone"})
    for users in ([{"id": "user_gone"}], []):
        organization = {"id": "org_gone", "name": "Gone", "users": users}
        with SQLiteAdministration(t.server.database) as administration:
            administration.import_organizations(io.BytesIO(json.dumps([organization]).encode()))
        assert t.answer(token)[0] == (200 if users else 401)
    return token


def disabled(t: Target) -> Sent:
    token = t.token(t.claims | {"sub": "user_bea"})
    for off in (False, True):
        with SQLiteAdministration(t.server.database) as administration:
            administration.set_disabled("user_bea", off)
        assert t.answer(token)[0] == (401 if off else 200)
    return token


def expired_since(t: Target) -> Sent:
    """A valid token in the cache, until it expires."""
    end = time.time() + 1
    token = t.token(t.claims | {"exp": end})
    assert t.answer(token)[0] == 200
    time.sleep(max(0, end - time.time()))
    return token


def nearly_remembered(t: Target) -> Sent:
    token = t.token()
    assert t.answer(token)[0] == 200
    return token[:-9] + ("A" if token[-9] != "A" else "B") + token[-8:]


def base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def of_length(length: int) -> Make:
    """A correctly signed token of `length` bytes; padding in the header fills the steps of base64."""

    def make(t: Target) -> Sent:
        most = (length - len(t.token())) * 3 // 4
        tokens = (
            t.token(t.claims | {"x": "x" * more}, t.header | {"x": "x" * some})
            for more in range(most - 20, most)
            for some in range(3)
        )
        return next(token for token in tokens if len(token) == length)

    return make


def recoded(token: str) -> str:
    """Another encoding of the same bytes: the last character of a signature has unused bits."""
    return token[:-1] + URL_SAFE[URL_SAFE.index(token[-1]) ^ 1]


def recoded_payload(t: Target) -> Sent:
    """The same for the payload, with a signature of the changed text."""
    first, second, _ = t.token(t.claims | {"x": ""}).split(".")
    while len(second) % 4 == 0:
        first, second, _ = t.token(t.claims | {"x": "x" * len(second)}).split(".")
    return t.sealed(f"{first}.{recoded(second)}".encode())


def secret(t: Target) -> bytes:
    return bytes(t.keys.private["HS256"].encode())


def as_json(t: Target, *, flat: bool) -> bytes:
    """The JSON serialization (RFC 7515 section 7.2)."""
    protected, payload, signature = t.token().split(".")
    one = {"protected": protected, "signature": signature}
    whole: dict[str, object] = {"payload": payload, **(one if flat else {"signatures": [one]})}
    return json.dumps(whole, separators=(",", ":")).encode()


def ecdsa(r: int, s: int) -> bytes:
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def ecdsa_parts(signature: bytes) -> tuple[int, int]:
    return int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")


def negated(signature: bytes) -> bytes:
    r, s = ecdsa_parts(signature)
    return ecdsa(r, P256_ORDER - s)


def beyond_modulus(t: Target, message: bytes) -> bytes:
    """The signature plus the modulus, which is congruent to it."""
    number = int.from_bytes(t.sign(message), "big") + t.keys.private["RS256"].public_key().public_numbers().n
    return bytes(number.to_bytes(257, "big").removeprefix(b"\0"))


def beyond_order(signature: bytes) -> bytes:
    """S plus the order of the group, which is congruent to it (RFC 8032 section 5.1.7)."""
    return signature[:32] + (int.from_bytes(signature[32:], "little") + ED25519_ORDER).to_bytes(32, "little")
