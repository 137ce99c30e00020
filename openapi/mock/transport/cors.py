"""CORS, open to every page (Fetch standard, "CORS protocol"; Private Network Access)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from openapi.http.grammar import is_token_list

# Seconds for which a browser caches a preflight; short, so that a changed contract takes effect soon.
_MAX_AGE: Final = b"5"

Pair = tuple[bytes, bytes]


def is_preflight(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a request is a CORS preflight."""
    return method == "OPTIONS" and "origin" in headers and "access-control-request-method" in headers


def preflight_headers(headers: Mapping[str, str], methods: Iterable[str]) -> list[Pair]:
    """The headers that grant a preflight for a path with `methods`; the browser checks whether they allow its
    request."""
    answer = [
        *origin_headers(headers),
        (b"access-control-allow-methods", ", ".join(sorted(methods)).encode()),
        (b"access-control-max-age", _MAX_AGE),
    ]
    wanted = headers.get("access-control-request-headers", "").strip()
    if is_token_list(wanted):
        answer.append((b"access-control-allow-headers", wanted.encode()))
    if headers.get("access-control-request-private-network") == "true":
        answer.append((b"access-control-allow-private-network", b"true"))
    return answer


def origin_headers(headers: Mapping[str, str]) -> list[Pair]:
    """The headers that let the requesting page read the answer, with credentials."""
    vary = (b"vary", b"Origin")
    if (origin := headers.get("origin")) is None:
        return [vary]
    allowed = origin.encode("latin-1")
    return [(b"access-control-allow-origin", allowed), (b"access-control-allow-credentials", b"true"), vary]


def exposing(sent: Iterable[Pair]) -> Pair:
    """The header that lets a page read the headers that are `sent`; lists names, because `*` has no effect with
    credentials."""
    names = dict.fromkeys(name for name, _ in sent if not name.startswith(b"access-control-"))
    return b"access-control-expose-headers", b", ".join(names)
