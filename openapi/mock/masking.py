"""Credentials are kept out of the log: where a contract has them, and what stands in their place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_plus

from openapi.contract import Contract
from openapi.http.messages import Fields

MASK: Final = "***"
# Headers that carry credentials, always.
_HEADERS: Final = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
# By which the mock itself chooses what to answer: no secret, and without them a request cannot be repeated.
_OWN_COOKIE: Final = re.compile(r"mock-(session|scenario)=[A-Za-z0-9._-]{1,64}")
# RFC 6750 section 2.3.
_QUERY: Final = frozenset({"access_token"})


@dataclass(frozen=True, slots=True)
class Secrets:
    """Where credentials stand: names of headers in lower case, and names of parameters of the query."""

    headers: frozenset[str] = _HEADERS
    query: frozenset[str] = _QUERY


NO_CONTRACT: Final = Secrets()


def secrets_of(contracts: Iterable[Contract]) -> Secrets:
    """Where the API keys of the contracts stand (section "Security Scheme Object"), beside what always is secret."""
    schemes = [scheme for contract in contracts for scheme in contract.raw_security_schemes.values()]
    keys = {(scheme["in"], scheme["name"]) for scheme in schemes if scheme["type"] == "apiKey"}
    return Secrets(
        _HEADERS | {name.lower() for place, name in keys if place == "header"},
        _QUERY | {name for place, name in keys if place == "query"},
    )


def safe_headers(headers: Iterable[tuple[bytes, bytes]], secrets: Secrets = NO_CONTRACT) -> Fields:
    """Headers to be kept, the values of those with credentials masked; of Authorization its scheme stays, of Cookie
    what is for the mock."""
    fields = []
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if name.lower() == "authorization" and " " in value:
            value = f"{value.partition(' ')[0]} {MASK}"
        elif name.lower() == "cookie":
            value = _safe_cookies(value)
        elif name.lower() in secrets.headers:
            value = MASK
        fields.append((name, value))
    return tuple(fields)


def _safe_cookies(value: str) -> str:
    cookies = [cookie.strip() for cookie in value.split(";")]
    own = [cookie for cookie in cookies if _OWN_COOKIE.fullmatch(cookie)]
    return "; ".join([*own, *([MASK] if len(own) < len(cookies) else [])])


def safe_target(target: str, secrets: Secrets) -> str:
    """A path and query to be kept, the values of parameters with credentials masked."""
    path, mark, query = target.partition("?")
    parts = (
        f"{part.partition('=')[0]}={MASK}" if unquote_plus(part.partition("=")[0]) in secrets.query else part
        for part in re.split("(&)", query)
    )
    return path + mark + "".join(parts)
