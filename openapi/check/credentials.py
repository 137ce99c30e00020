"""The credentials of a check: the security scheme of each operation, and what it adds to a request."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from openapi.contract import Operation, SecurityScheme
from openapi.contract.security import SecurityRequirement
from openapi.http.jose import expires_at
from openapi.http.messages import Fields, values_of

# Seconds before its `exp` at which a new token is requested.
_MARGIN: Final = 30.0


@dataclass(frozen=True)
class Carried:
    """The headers and the query that credentials add to a request."""

    headers: Fields = ()
    query: str = ""


NOTHING: Final = Carried()


class TokenSource:
    """The current token: requested when it is first needed, and again shortly before it expires."""

    def __init__(self, ask: Callable[[], str]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._token: str | None = None

    def __call__(self) -> str:
        """A token that is valid for a while."""
        with self._lock:
            if self._token is None or (expires_at(self._token) or float("inf")) - _MARGIN <= time.time():
                self._token = self._ask()
            return self._token


class Credentials:
    """The credentials of a check for all security schemes: a token, or headers that the user has set."""

    def __init__(self, token: Callable[[], str] | None, headers: Fields = ()) -> None:
        self._source = TokenSource(token) if token is not None else None
        self._headers = headers

    def scheme(self, operation: Operation) -> SecurityScheme | None:
        """The scheme that an operation is called with: its first supported one. None if the operation is public, or if
        none of its schemes is supported."""
        return next(iter(self.requirement(operation)), None)

    def requirement(self, operation: Operation) -> SecurityRequirement:
        """The schemes that an operation is called with, all together: the first requirement of which each is supported,
        one with a single scheme before one with several. () if the operation is public, or if there is none."""
        if operation.public:
            return ()
        known = (requirement for requirement in operation.security if all(map(is_known, requirement)))
        return min(known, key=lambda requirement: len(requirement) > 1, default=())

    def token(self, scheme: SecurityScheme) -> str | None:
        """The token, the key, or ``user:password``; None if none was given."""
        if self._source is not None:
            return self._source()
        if scheme.location != "header":
            return None
        given = next(iter(values_of(self._headers, scheme.key)), None)
        if given is None or scheme.is_api_key:
            return given
        written, _, token = given.partition(" ")
        if written.lower() != scheme.http_scheme:
            return None
        return _decode_basic(token) if scheme.http_scheme == "basic" else token

    def carried(self, operation: Operation) -> Carried:
        """The credentials for an operation; `NOTHING` if there are none."""
        return joined(self.parts(operation).values())

    def parts(self, operation: Operation) -> dict[SecurityScheme, Carried]:
        """What each scheme adds to a request of an operation; `NOTHING` for one without a token."""
        tokens = {scheme: self.token(scheme) for scheme in self.requirement(operation)}
        return {scheme: NOTHING if token is None else carry(scheme, token) for scheme, token in tokens.items()}


def joined(parts: Iterable[Carried]) -> Carried:
    """Several credentials in one request; all cookies are in one header (RFC 6265 section 5.4)."""
    headers: dict[str, str] = {}
    queries = []
    for carried in parts:
        for name, value in carried.headers:
            headers[name] = f"{headers[name]}; {value}" if name == "Cookie" and name in headers else value
        queries.append(carried.query)
    return Carried(tuple(headers.items()), "&".join(filter(None, queries)))


def is_known(scheme: SecurityScheme) -> bool:
    """Whether a scheme is supported: an API key, Basic or Bearer."""
    return scheme.is_api_key or scheme.http_scheme in ("basic", "bearer")


def carry(scheme: SecurityScheme, token: str) -> Carried:
    """A token in the form of its scheme (OpenAPI 3.0.3, Security Scheme Object; RFC 6750, RFC 7617)."""
    if not scheme.is_api_key:
        written = base64.b64encode(token.encode()).decode("ascii") if scheme.http_scheme == "basic" else token
        return Carried(((scheme.key, f"{scheme.http_scheme.capitalize()} {written}"),))
    if scheme.location == "query":
        return Carried(query=f"{quote(scheme.key, safe='')}={quote(token, safe='')}")
    if scheme.location == "cookie":
        return Carried((("Cookie", f"{scheme.key}={token}"),))
    return Carried(((scheme.key, token),))


def _decode_basic(token: str) -> str | None:
    try:
        return base64.b64decode(token, validate=True).decode()
    except ValueError:
        return None
