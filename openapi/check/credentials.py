"""The credentials of a check: the security scheme of each operation, and what it adds to a request."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from openapi.contract import Operation, SecurityScheme
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
        if operation.public:
            return None
        alone = (requirement[0] for requirement in operation.security if len(requirement) == 1)
        return next((scheme for scheme in alone if is_known(scheme)), None)

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
        scheme = self.scheme(operation)
        token = self.token(scheme) if scheme is not None else None
        return carry(scheme, token) if scheme is not None and token is not None else NOTHING


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
