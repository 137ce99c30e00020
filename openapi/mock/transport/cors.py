"""CORS, open to every page (Fetch standard, "CORS protocol"; Private Network Access)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from openapi.http.grammar import is_token_list

# Seconds for which a browser need not ask again: a changed contract is to be seen soon.
_MAX_AGE: Final = b"5"

Pair = tuple[bytes, bytes]


def is_preflight(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a request asks what a page of another origin may do."""
    return method == "OPTIONS" and "origin" in headers and "access-control-request-method" in headers


def preflight_headers(headers: Mapping[str, str], methods: Iterable[str]) -> list[Pair]:
    """The permission for a path that has `methods`; a browser finds by itself whether what it wants is in it."""
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
    """What lets the page that asks read the answer, with its credentials."""
    vary = (b"vary", b"Origin")
    if (origin := headers.get("origin")) is None:
        return [vary]
    allowed = origin.encode("latin-1")
    return [(b"access-control-allow-origin", allowed), (b"access-control-allow-credentials", b"true"), vary]


def exposing(sent: Iterable[Pair]) -> Pair:
    """What lets a page see the headers that are `sent`: each by its name, for `*` means nothing with credentials."""
    names = dict.fromkeys(name for name, _ in sent if not name.startswith(b"access-control-"))
    return b"access-control-expose-headers", b", ".join(names)
