"""The credentials of a check: the security scheme of each operation, and what it adds to a request."""

from __future__ import annotations

import base64
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from openapi.check.client.sendable import NotSendable
from openapi.contract import Operation, SecurityScheme
from openapi.contract.security import SecurityRequirement
from openapi.http.jose import expires_at
from openapi.http.messages import Fields, values_of

# Seconds before its `exp` at which a new token is requested.
_MARGIN: Final = 30.0
# Names of cookies that servers read, more than RFC 6265 allows.
_COOKIE: Final = re.compile("[!-:<>-~]+")


@dataclass(frozen=True)
class Carried:
    """The headers and the query that credentials add to a request."""

    headers: Fields = ()
    query: str = ""


NOTHING: Final = Carried()
_BEARER: Final = SecurityScheme("bearer", "http", "bearer")


class NoCredentials(Exception):
    """The source of the credentials failed, with `cause`, whose text is that of this error."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


class TokenSource:
    """The current token: requested when it is first needed, and again shortly before it expires."""

    def __init__(self, ask: Callable[[], str]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._token: str | None = None

    def __call__(self) -> str:
        """A token that is valid for a while. Raises NoCredentials if the source raises an exception."""
        with self._lock:
            if self._token is None or (expires_at(self._token) or float("inf")) - _MARGIN <= time.time():
                try:
                    self._token = self._ask()
                except Exception as error:
                    raise NoCredentials(error) from error
            return self._token


class Credentials:
    """The credentials of a check: one token for all security schemes, tokens for single schemes by name, or headers
    that the user has set.

    With `always`, operations that require no credentials get the token too, in one of the `declared` schemes of the
    contract, or as a bearer token.
    """

    def __init__(
        self,
        token: Callable[[], str] | None,
        headers: Fields = (),
        named: Mapping[str, Callable[[], str]] | None = None,
        *,
        always: bool = False,
        declared: Iterable[SecurityScheme] = (),
    ) -> None:
        self._source = TokenSource(token) if token is not None else None
        self._named = {name: TokenSource(ask) for name, ask in (named or {}).items()}
        self._headers = headers
        self.are_always_sent = always
        self._declared = [scheme for scheme in declared if is_known(scheme)]

    @property
    def is_given(self) -> bool:
        """Whether there is any token."""
        return self._source is not None or bool(self._named)

    def other_headers(self, operations: Iterable[Operation]) -> Fields:
        """The headers of the user that are no credentials of these operations, and so belong to every request."""
        schemes = {scheme for operation in operations for each in operation.security for scheme in each}
        keys = {s.key.lower() for s in schemes if is_known(s) and self._from_headers(s) is not None}
        return tuple(field for field in self._headers if field[0].lower() not in keys)

    def scheme(self, operation: Operation) -> SecurityScheme | None:
        """The scheme that an operation is called with: its first supported one. None if the operation is public, or if
        none of its schemes is supported."""
        return next(iter(self.requirement(operation)), None)

    def requirement(self, operation: Operation) -> SecurityRequirement:
        """The schemes that an operation is called with, all together: the first requirement of which each scheme is
        supported and has a token, else the first of which each is supported; one with a single scheme before one with
        several. () if the operation is public, or if there is none."""
        if operation.public and not self.are_always_sent:
            return ()
        written = [self._of_one_header(operation, each) for each in operation.security]
        known = [each for each in written if each and all(map(is_known, each))]
        if not known and self.are_always_sent:
            schemes = sorted(self._declared, key=lambda scheme: scheme.name not in self._named) or [_BEARER]
            return (schemes[0],) if self.is_given else ()
        return min(known, key=lambda each: (not all(map(self._has_token, each)), len(each) > 1), default=())

    def _of_one_header(self, operation: Operation, requirement: SecurityRequirement) -> SecurityRequirement:
        """A requirement with the scheme of the Authorization header in place of an API key that is sent in the same
        header: both are one credential, whose form only the former says. A token that is named for the key is its
        own."""
        said = (scheme for each in operation.security for scheme in each if not scheme.is_api_key and is_known(scheme))
        if (shared := next(said, None)) is None:
            return requirement
        schemes = (
            shared if is_authorization(scheme) and scheme.name not in self._named else scheme for scheme in requirement
        )
        return tuple(dict.fromkeys(schemes))

    def _has_token(self, scheme: SecurityScheme) -> bool:
        return self._source is not None or scheme.name in self._named or self._from_headers(scheme) is not None

    def token(self, scheme: SecurityScheme) -> str | None:
        """The token, the key, or ``user:password``; None if none was given."""
        source = self._named.get(scheme.name, self._source)
        return source() if source is not None else self._from_headers(scheme)

    def _from_headers(self, scheme: SecurityScheme) -> str | None:
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


def is_authorization(scheme: SecurityScheme) -> bool:
    """Whether a scheme is an API key in the Authorization header."""
    return scheme.is_api_key and scheme.location == "header" and scheme.key.lower() == "authorization"


def carry(scheme: SecurityScheme, token: str) -> Carried:
    """A token in the form of its scheme (OpenAPI 3.0.3, Security Scheme Object; RFC 6750, RFC 7617). Raises NotSendable
    for a name that no cookie can have."""
    if not scheme.is_api_key:
        written = base64.b64encode(token.encode()).decode("ascii") if scheme.http_scheme == "basic" else token
        return Carried(((scheme.key, f"{scheme.http_scheme.capitalize()} {written}"),))
    if scheme.location == "query":
        return Carried(query=f"{quote(scheme.key, safe='')}={quote(token, safe='')}")
    if scheme.location == "cookie":
        if not _COOKIE.fullmatch(scheme.key):
            raise NotSendable(f"HTTP cannot send a cookie with the name {scheme.key!r} (RFC 6265 section 4.1.1)")
        return Carried((("Cookie", f"{scheme.key}={token}"),))
    return Carried(((scheme.key, token),))


def _decode_basic(token: str) -> str | None:
    try:
        return base64.b64decode(token, validate=True).decode()
    except ValueError:
        return None
