"""How operations are to be called: which of their security schemes, and what of it goes into a request."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final
from urllib.parse import quote

from openapi.contract import Contract, Operation
from openapi.http.jose import expires_at
from openapi.http.messages import Fields, values_of

# Seconds before its `exp` at which a token is asked for again.
_MARGIN: Final = 30.0


class Kind(Enum):
    """How a scheme carries credentials."""

    BEARER = "Bearer"
    BASIC = "Basic"
    KEY = ""


@dataclass(frozen=True)
class Scheme:
    """A Security Scheme Object, as far as requests go. `place` is header, query or cookie; `name` what it is there."""

    label: str
    kind: Kind
    place: str = "header"
    name: str = "Authorization"


@dataclass(frozen=True)
class Carried:
    """What credentials add to a request."""

    headers: Fields = ()
    query: str = ""


NOTHING: Final = Carried()


class TokenSource:
    """The current token: asked for when it is first needed, and again shortly before it expires."""

    def __init__(self, ask: Callable[[], str]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._token: str | None = None

    def __call__(self) -> str:
        """A token that is good for a while."""
        with self._lock:
            if self._token is None or (expires_at(self._token) or float("inf")) - _MARGIN <= time.time():
                self._token = self._ask()
            return self._token


class Credentials:
    """The credentials of a check: a token, or a header that its user has set, for whatever the contract asks for."""

    def __init__(self, contract: Contract, token: Callable[[], str] | None, headers: Fields = ()) -> None:
        self._schemes = {name: scheme_of(name, scheme) for name, scheme in contract.raw_security_schemes.items()}
        self._source = TokenSource(token) if token is not None else None
        self._headers = headers

    def scheme(self, operation: Operation) -> Scheme | None:
        """The scheme that an operation is called with, the first that can be met; None when it is public or none of
        its schemes is known."""
        if operation.public:
            return None
        for requirement in operation.raw_security:
            schemes = [self._schemes[name] for name in requirement]
            if len(schemes) == 1 and schemes[0] is not None:
                return schemes[0]
        return None

    def token(self, scheme: Scheme) -> str | None:
        """The token, the key, or ``user:password``; None when none was given."""
        if self._source is not None:
            return self._source()
        if scheme.place != "header":
            return None
        given = next(iter(values_of(self._headers, scheme.name)), None)
        if given is None or scheme.kind is Kind.KEY:
            return given
        written, _, token = given.partition(" ")
        if written.lower() != scheme.kind.value.lower():
            return None
        return _unbasic(token) if scheme.kind is Kind.BASIC else token

    def carried(self, operation: Operation) -> Carried:
        """The good credentials for an operation; nothing when there are none."""
        scheme = self.scheme(operation)
        token = self.token(scheme) if scheme is not None else None
        return carry(scheme, token) if scheme is not None and token is not None else NOTHING


def carry(scheme: Scheme, token: str) -> Carried:
    """A token in the way of its scheme (OpenAPI 3.0.3, Security Scheme Object; RFC 6750, RFC 7617)."""
    if scheme.kind is Kind.BEARER:
        return Carried(((scheme.name, f"Bearer {token}"),))
    if scheme.kind is Kind.BASIC:
        return Carried(((scheme.name, "Basic " + base64.b64encode(token.encode()).decode("ascii")),))
    if scheme.place == "query":
        return Carried(query=f"{quote(scheme.name, safe='')}={quote(token, safe='')}")
    if scheme.place == "cookie":
        return Carried((("Cookie", f"{scheme.name}={token}"),))
    return Carried(((scheme.name, token),))


def scheme_of(label: str, definition: Mapping[str, Any]) -> Scheme | None:
    """What a Security Scheme Object asks for; None for an HTTP scheme that is neither Basic nor Bearer."""
    kind = definition.get("type")
    if kind == "apiKey":
        return Scheme(label, Kind.KEY, str(definition["in"]), str(definition["name"]))
    if kind in ("oauth2", "openIdConnect"):
        return Scheme(label, Kind.BEARER)
    http = {"bearer": Kind.BEARER, "basic": Kind.BASIC}.get(str(definition.get("scheme", "")).lower())
    return Scheme(label, http) if http is not None else None


def _unbasic(token: str) -> str | None:
    try:
        return base64.b64decode(token, validate=True).decode()
    except ValueError:
        return None
