"""Masks the credentials in a message before it is shown."""

from __future__ import annotations

import base64
import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final
from urllib.parse import quote, unquote_plus

from openapi.http.fragments import SHORTEST, Fragments
from openapi.http.grammar import is_token
from openapi.http.jose import decode_part
from openapi.http.messages import Fields, Request, values_of
from openapi.http.shell import Expansion, Part, merged
from openapi.http.token_variables import TOKEN, TOKEN_IN_BASE64, derived, header_variable, renamed

# Replaces a value that is not shown.
MASK: Final = "***"
_SCHEMES: Final = frozenset({"basic", "bearer", "digest", "dpop", "negotiate", "token"})
_USUAL_HEADERS: Final = frozenset({"api-key", "x-access-token", "x-api-key", "x-auth-token", "x-csrf-token"})
_USUAL_PARAMETERS: Final = frozenset({"access_token", "api_key", "apikey", "token"})


# Headers whose value is masked as credentials, with their own variables.
_CREDENTIALS_ALONE: Final = frozenset({"authorization", "cookie", "proxy-authorization"})
# Headers that say which content a client wants, has or is (RFC 9110 sections 8, 10.1, 12.5 and 14.2).
_PUBLIC_HEADERS: Final = frozenset(
    ("accept", "accept-charset", "accept-encoding", "accept-language", "cache-control", "content-language")
) | {"content-type", "host", "origin", "pragma", "prefer", "range", "referer", "user-agent"}


class Masking(ABC):
    """Decides what is secret in a message, and what is shown instead. A subclass defines the replacement of credentials
    and of cookies; the scheme of an Authorization header is not secret (RFC 9110 section 11.4)."""

    @property
    @abstractmethod
    def secret_headers(self) -> Collection[str]:
        """The headers whose values are credentials, except Authorization and Cookie; in lower case."""

    @property
    @abstractmethod
    def secret_parameters(self) -> Collection[str]:
        """The query parameters whose values are credentials; in lower case."""

    @abstractmethod
    def credentials(self, value: str, name: str) -> tuple[Part, ...]:
        """The replacement of `value`, the credentials in the header or the parameter `name`."""

    @abstractmethod
    def cookies(self, cookies: Sequence[str]) -> Iterable[Part]:
        """The replacement of the cookies of a Cookie header."""

    def authorization(self, value: str) -> tuple[Part, ...]:
        """The value of an Authorization header, masked."""
        scheme, space, credentials = value.partition(" ")
        if space and is_token(scheme):
            return merged((scheme + space, *self.credentials(credentials, "authorization")))
        return self.credentials(value, "authorization")

    def text(self, text: str) -> tuple[Part, ...]:
        """Any other text, masked."""
        return (text,)

    def body(self, body: bytes) -> bytes:
        """A body, masked."""
        return body

    def header(self, name: str, value: str) -> tuple[Part, ...]:
        """The value of a header, masked."""
        match name.lower():
            case "authorization":
                return self.authorization(value)
            case "cookie":
                return merged(self.cookies([cookie.strip() for cookie in value.split(";")]))
            case lower if lower in self.secret_headers:
                return self.credentials(value, lower)
        return self.text(value)

    def headers(self, headers: Fields) -> Fields:
        """Headers, masked."""
        return tuple((shown(self.text(name)), shown(self.header(name, value))) for name, value in headers)

    def target(self, target: str) -> tuple[Part, ...]:
        """The target of a request, masked; its query can contain credentials (RFC 6750 section 2.3)."""
        path, mark, query = target.partition("?")
        parts: list[Part] = [*self.text(path), mark]
        for index, pair in enumerate(query.split("&")):
            name, equals, value = pair.partition("=")
            plain = unquote_plus(name).lower()
            is_secret = equals and plain in self.secret_parameters
            parts += ["&" if index else "", *self.text(name), equals]
            parts += self.credentials(value, plain) if is_secret else self.text(value)
        return merged(parts)

    def request(self, request: Request) -> Request:
        """A request, masked."""
        target = shown(self.target(request.target))
        return Request(request.method, target, self.headers(request.headers), self.body(request.body))


@dataclass(frozen=True)
class Secrets(Masking):
    """The masking of reports, which replaces credentials by shell variables such as `$TOKEN`.

    `tokens` are the credentials of a check; None if they are unknown, and then every value in the place of credentials
    is masked. `names` are the headers, cookies and query parameters that the contract uses for credentials, in lower
    case; the usual names are always masked. `variables` are the variables of tokens that are not `TOKEN`. `given` are
    the headers that the user adds to each request, any of which can be secret: their values are masked wherever they
    are values of these headers, and those that can be credentials in other texts too, if they are long enough."""

    names: frozenset[str] = frozenset()
    tokens: tuple[str, ...] | None = field(default=None, repr=False)
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    given: Fields = field(default=(), repr=False)

    @classmethod
    def of(
        cls,
        names: Iterable[str],
        tokens: Iterable[str],
        variables: Mapping[str, str] | None = None,
        given: Fields = (),
    ) -> Secrets:
        """The masking of a check with `tokens`, for an API whose credentials have these names."""
        known = tuple(token for token in (*tokens, *tokens_of(given)) if token)
        return cls(frozenset(name.lower() for name in names), known, variables or {}, given)

    def with_credentials_of(self, request: Request) -> Secrets:
        """The masking of an exchange whose answer can repeat the credentials of its request."""
        found = [(name, value) for name, value in request.headers if name.lower() == "cookie"]
        secret = {"authorization", *self.secret_headers}
        values = [value for name, value in request.headers if name.lower() in secret]
        pairs = (pair.partition("=") for pair in request.query.split("&"))
        values += [
            unquote_plus(value) for name, _, value in pairs if unquote_plus(name).lower() in self.secret_parameters
        ]
        return replace(self, given=(*self.given, *found, *(("Authorization", value) for value in values)))

    @property
    def are_known(self) -> bool:
        """Whether there is anything to look for in texts."""
        return bool(self.tokens or self.given)

    @cached_property
    def secret_headers(self) -> frozenset[str]:
        """The headers of the contract, the usual ones, Proxy-Authorization and Set-Cookie."""
        return self.names | _USUAL_HEADERS | {"proxy-authorization", "set-cookie"}

    @cached_property
    def secret_parameters(self) -> frozenset[str]:
        """The parameters of the contract and the usual ones."""
        return self.names | _USUAL_PARAMETERS

    def header(self, name: str, value: str) -> tuple[Part, ...]:
        """As in `Masking`; a header that the user gives becomes a variable with its name."""
        lower = name.lower()
        if lower not in _CREDENTIALS_ALONE and value in values_of(self.given, name):
            return (Expansion(f"${header_variable(lower)}"),) if value else ()
        return super().header(name, value)

    def authorization(self, value: str) -> tuple[Part, ...]:
        """As in `Masking`; a scheme without credentials is shown."""
        return (value,) if value.lower() in _SCHEMES else super().authorization(value)

    def credentials(self, value: str, name: str) -> tuple[Part, ...]:
        """A token becomes `$TOKEN`, and credentials derived from it an expression with `$TOKEN`. Credentials that the
        check invented are shown. Any other secret becomes a variable with its name."""
        if name == "proxy-authorization":
            return (Expansion("$PROXY_CREDENTIALS"),)
        if name == "set-cookie":
            cookie, semicolon, attributes = value.partition(";")
            return (f"{cookie.partition('=')[0]}={MASK}{semicolon}{attributes}",)
        return self._other(value, name) if name in _USUAL_HEADERS - self.names else self._token(value)

    def cookies(self, cookies: Sequence[str]) -> Iterator[Part]:
        """The cookies in order, each with its name and a masked value."""
        for index, cookie in enumerate(cookies):
            name, equals, content = cookie.partition("=")
            yield ("; " if index else "") + name + equals
            yield from self._token(content) if name.lower() in self.names else self._other(content, name)

    def text(self, text: str) -> tuple[Part, ...]:
        """Any text with the credentials in it masked, because servers can echo them, whole or in part."""
        parts: list[Part] = []
        for part in self._whole(text):
            parts += (part,) if isinstance(part, Expansion) else (self._without_fragments(part),)
        return merged(parts) if text else (text,)

    def _without_fragments(self, text: str) -> str:
        shown, done = "", 0
        for start, end in self._fragments.spans(text):
            shown, done = f"{shown}{text[done:start]}{MASK}", end
        return shown + text[done:]

    def _whole(self, text: str) -> tuple[Part, ...]:
        """A text in which each token, as it is or as it is usually written, becomes its variable."""
        if text in self._spellings:
            return (self._spellings[text],)
        # A shorter one is in words by chance.
        spellings = {spelling: part for spelling, part in self._spellings.items() if len(spelling) >= SHORTEST}
        if not any(spelling in text for spelling in spellings):
            return (text,)
        pattern = "|".join(re.escape(spelling) for spelling in sorted(spellings, key=len, reverse=True))
        return merged(spellings.get(piece, piece) for piece in re.split(f"({pattern})", text))

    def body(self, body: bytes) -> bytes:
        """A body with the tokens in it masked."""
        if not self.are_known:
            return body
        return shown(self.text(body.decode("utf-8", "surrogateescape"))).encode("utf-8", "surrogateescape")

    @cached_property
    def _fragments(self) -> Fragments:
        secrets = [each for value in (*(self.tokens or ()), *_values_of(self.given)) for each in _secrets_in(value)]
        return Fragments((*secrets, *(form for secret in secrets for form in _in_base64(secret))))

    @cached_property
    def _spellings(self) -> dict[str, Expansion]:
        """The spellings of each token: literal, percent-encoded, and in Base64 as in RFC 7617 section 2."""
        spellings: dict[str, Expansion] = {}
        for token in self.tokens or ():
            variable = self.variables.get(token, "TOKEN")
            spellings[base64.b64encode(token.encode()).decode()] = renamed(TOKEN_IN_BASE64, variable)
            spellings |= dict.fromkeys((quote(token, safe=""), token), renamed(TOKEN, variable))
        return spellings

    def _other(self, value: str, name: str) -> tuple[Part, ...]:
        """A secret other than the token, as a variable with its name."""
        known = self.text(value)
        if not value or any(isinstance(part, Expansion) for part in known):
            return known
        return (Expansion("${" + re.sub(r"[^A-Z0-9]", "_", f"MY_{name}".upper()) + "}"),)

    def _token(self, value: str) -> tuple[Part, ...]:
        if not value.strip():
            return (value,)
        if self.tokens is None:
            return (TOKEN,)
        known = self._whole(value)
        if known != (value,):
            return known
        if value in _values_of(self.given):
            return (MASK,)
        for token in self.tokens:
            if parts := derived(value, token):
                variable = self.variables.get(token, "TOKEN")
                return tuple(renamed(part, variable) if isinstance(part, Expansion) else part for part in parts)
        return (value,)


def tokens_of(given: Fields) -> list[str]:
    """The tokens in the Authorization headers that a user gives."""
    values = [value for name, value in given if name.lower() == "authorization"]
    return [value.partition(" ")[2] or value for value in values]


def _values_of(given: Fields) -> list[str]:
    """The values in the headers that a user gives which can be credentials: the whole, what follows a scheme, and each
    cookie. Headers of content negotiation have none, and their values, such as a media type, are in many texts."""
    found: list[str] = []
    for name, value in given:
        if name.lower() == "cookie":
            found += (cookie.partition("=")[2].strip() for cookie in value.split(";"))
        elif name.lower() not in _PUBLIC_HEADERS:
            found += (value, value.partition(" ")[2].strip())
    return found


def _secrets_in(token: str) -> Iterator[str]:
    """The parts of a token that are secret. The header of a JWT is not: it names an algorithm (RFC 7515 section 4)."""
    header, dot, rest = token.partition(".")
    if dot and rest.count(".") == 1 and decode_part(header):
        yield rest
        return
    yield token
    written = token
    with suppress(ValueError):
        written = base64.b64decode(token, validate=True).decode()
    user, colon, password = written.partition(":")
    if colon and written.isprintable():
        # Credentials of Basic (RFC 7617 section 2).
        yield from (user, password, written, base64.b64encode(written.encode()).decode())


def _in_base64(secret: str) -> Iterator[str]:
    """A long secret within Base64, for each of the three places in a group where it can begin."""
    if len(secret) >= SHORTEST:
        for before, shared in ((0, 0), (1, 2), (2, 3)):
            yield base64.b64encode(bytes(before) + secret.encode()).decode().rstrip("=")[shared:-1]


def shown(parts: Iterable[Part]) -> str:
    """Parts as text for people."""
    return "".join(map(str, parts))
