"""Changes to valid tokens, drawn by Hypothesis; no changed token has a valid signature."""

from __future__ import annotations

import base64
import json
import string
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from hypothesis import strategies as st

from tests.attacks.forging import URL_SAFE, base64url

# From several valid tokens to a changed text, which may by chance be one of the tokens.
Change: TypeAlias = Callable[[Sequence[str]], str]

ALGORITHMS = ["none", "None", "", "HS256", "HS384", "HS512", "RS256", "RS512", "PS256", "ES256", "ES256K", "EdDSA"]
ALPHABET = string.ascii_letters + string.digits + "-_.=+/~ \t\r\n\0é\ud800"
NAMES = ["alg", "typ", "kid", "crit", "jwk", "jku", "sub", "exp", "nbf", "iat", "iss", "aud", "x"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(ALGORITHMS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
# A place in a text, as a fraction of its length.
PLACES = st.floats(0, 1, exclude_max=True)
WHICH = st.integers(0, 2)


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def replaced(token: str, number: int, part: str) -> str:
    parts = token.split(".")
    return ".".join([*parts[:number], part, *parts[number + 1 :]])


def edited(which: int, edits: list[tuple[float, int, str]]) -> Change:
    """Remove and insert characters."""

    def change(tokens: Sequence[str]) -> str:
        text = tokens[which]
        for where, removed, added in edits:
            place = int(where * (len(text) + 1))
            text = text[:place] + added + text[place + removed :]
        return text

    return change


def flipped(which: int, number: int, places: list[float]) -> Change:
    """Flip bits of a part, and encode the part correctly."""

    def change(tokens: Sequence[str]) -> str:
        data = bytearray(decoded(tokens[which].split(".")[number]))
        for place in places:
            bit = int(place * len(data) * 8)
            data[bit // 8] ^= 1 << bit % 8
        return replaced(tokens[which], number, base64url(bytes(data)).decode())

    return change


def exchanged(whose: tuple[int, int, int]) -> Change:
    """Combine parts of several tokens."""
    return lambda tokens: ".".join(tokens[which].split(".")[number] for number, which in enumerate(whose))


def cut(which: int, order: list[int]) -> Change:
    """Omit, repeat or reorder parts."""
    return lambda tokens: ".".join(tokens[which].split(".")[number] for number in order)


def restated(which: int, number: int, changes: dict[str, Any], style: dict[str, Any]) -> Change:
    """Change values of the header or claims, or their JSON formatting."""

    def change(tokens: Sequence[str]) -> str:
        stated = json.loads(decoded(tokens[which].split(".")[number]))
        return replaced(tokens[which], number, base64url(json.dumps(stated | changes, **style).encode()).decode())

    return change


def signed_without_key(which: int, algorithm: str, signature: bytes) -> Change:
    def change(tokens: Sequence[str]) -> str:
        header, payload, _ = tokens[which].split(".")
        renamed = base64url(json.dumps(json.loads(decoded(header)) | {"alg": algorithm}).encode()).decode()
        return ".".join([renamed, payload, base64url(signature).decode()])

    return change


def rewritten(which: int, number: int, bits: int, padding: str) -> Change:
    """Change the last character of a part: another encoding of the same bytes, or of similar bytes."""

    def change(tokens: Sequence[str]) -> str:
        part = tokens[which].split(".")[number]
        return replaced(tokens[which], number, part[:-1] + URL_SAFE[URL_SAFE.index(part[-1]) ^ bits] + padding)

    return change


STYLES = st.fixed_dictionaries(
    {}, optional={"indent": st.integers(0, 3), "sort_keys": st.just(True), "separators": st.just((",", ":"))}
)
CHANGES = st.one_of(
    st.builds(
        edited,
        WHICH,
        st.lists(st.tuples(PLACES, st.integers(0, 3), st.text(ALPHABET, max_size=3)), min_size=1, max_size=3),
    ),
    st.builds(flipped, WHICH, WHICH, st.lists(PLACES, min_size=1, max_size=4)),
    st.builds(exchanged, st.tuples(WHICH, WHICH, WHICH)),
    st.builds(cut, WHICH, st.lists(WHICH, max_size=6)),
    st.builds(restated, WHICH, st.integers(0, 1), st.dictionaries(st.sampled_from(NAMES), JSON, max_size=3), STYLES),
    st.builds(signed_without_key, WHICH, st.sampled_from(ALGORITHMS), st.binary(max_size=300)),
    st.builds(rewritten, WHICH, WHICH, st.integers(0, 15), st.sampled_from(["", "=", "==", "%3D", "A", "AAAA"])),
)
