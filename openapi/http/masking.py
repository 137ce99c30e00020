"""What no report may show: credentials, masked so that a shell with `$TOKEN` set puts them back."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote

from openapi.contract import Contract
from openapi.http.messages import Fields, Request
from openapi.http.shell import Expansion, Part, merged

TOKEN: Final = Expansion("$TOKEN")
_IN_BASE64: Final = Expansion('$(printf %s "$TOKEN" | base64 | tr -d "\\n")')
# The variables that may stand in a `curl` line, and what they have to hold.
VARIABLES: Final = {
    "TOKEN": "the token of the check",
    "EXPIRED_TOKEN": "such a token whose `exp` has passed",
    "EARLY_TOKEN": "such a token whose `nbf` is still to come",
    "CHANGED_TOKEN": "such a token, changed without being signed anew",
    "BODY": "a file with the body of the request, which the proxy does not keep",
    "PROXY_USER": "user:password for the proxy",
}
_HIDDEN: Final = "***"
_SCHEMES: Final = frozenset({"basic", "bearer", "digest", "dpop", "negotiate", "token"})
_NAMES: Final = frozenset({"api-key", "x-access-token", "x-api-key", "x-auth-token", "x-csrf-token"})
_PARAMETERS: Final = frozenset({"access_token", "api_key", "apikey", "token"})
# Fewer characters than this in common with a token are chance.
_ALIKE: Final = 8


@dataclass(frozen=True)
class Secrets:
    """`tokens` are the credentials that a check was given; None when they are not known, and then everything is masked
    that stands where credentials do. `names` are the headers, cookies and parameters of a query that the contract has
    for credentials, in lower case; the usual names are masked in any case."""

    names: frozenset[str] = frozenset()
    tokens: tuple[str, ...] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, contract: Contract, *tokens: str) -> Secrets:
        """Those of a check of `contract` (section "Security Scheme Object", `apiKey`)."""
        schemes = contract.raw_security_schemes.values()
        names = frozenset(scheme["name"].lower() for scheme in schemes if scheme["type"] == "apiKey")
        return cls(names, tuple(token for token in tokens if token))

    def headers(self, headers: Fields) -> Fields:
        """Headers to be shown."""
        return tuple((name, shown(self.header(name, value))) for name, value in headers)

    def header(self, name: str, value: str) -> tuple[Part, ...]:
        """The value of a header, masked."""
        match name.lower():
            case "authorization":
                scheme, space, credentials = value.partition(" ")
                if space or scheme.lower() in _SCHEMES:
                    return merged((scheme + space, *self._credentials(credentials)))
                return self._credentials(value)
            case "proxy-authorization":
                return (Expansion("$PROXY_CREDENTIALS"),)
            case "cookie":
                return merged(self._cookies(value))
            case "set-cookie":
                cookie, semicolon, attributes = value.partition(";")
                return (f"{cookie.partition('=')[0]}={_HIDDEN}{semicolon}{attributes}",)
            case lower if lower in self.names:
                return self._credentials(value)
            case lower if lower in _NAMES:
                return self._other(value, lower)
        return self.text(value)

    def target(self, target: str) -> tuple[Part, ...]:
        """The target of a request, masked; credentials may stand in its query."""
        path, mark, query = target.partition("?")
        parts: list[Part] = [*self.text(path), mark]
        for index, pair in enumerate(query.split("&")):
            name, equals, value = pair.partition("=")
            secret = name.lower() in self.names | _PARAMETERS
            parts += ["&" if index else "", *self.text(name), equals]
            parts += self._credentials(value) if secret else self.text(value)
        return merged(parts)

    def text(self, text: str) -> tuple[Part, ...]:
        """Any text, with the tokens in it masked: servers may well echo them."""
        spellings = self._spellings
        if not any(spelling in text for spelling in spellings):
            return (text,)
        pattern = "|".join(re.escape(spelling) for spelling in sorted(spellings, key=len, reverse=True))
        return merged(spellings.get(piece, piece) for piece in re.split(f"({pattern})", text))

    @cached_property
    def _spellings(self) -> dict[str, Expansion]:
        """How a token may be written: as it is, in a URL, and as RFC 7617 has it (section 2)."""
        spellings: dict[str, Expansion] = {}
        for token in self.tokens or ():
            spellings[base64.b64encode(token.encode()).decode()] = _IN_BASE64
            spellings |= {quote(token, safe=""): TOKEN, token: TOKEN}
        return spellings

    def body(self, body: bytes) -> bytes:
        """A body to be shown."""
        for spelling, part in self._spellings.items():
            body = body.replace(spelling.encode(), part.text.encode())
        return body

    def request(self, request: Request) -> Request:
        """A request to be shown."""
        target = shown(self.target(request.target))
        return Request(request.method, target, self.headers(request.headers), self.body(request.body))

    def _cookies(self, value: str) -> Iterator[Part]:
        for index, cookie in enumerate(value.split(";")):
            name, equals, content = cookie.strip().partition("=")
            yield ("; " if index else "") + name + equals
            yield from self._credentials(content) if name.lower() in self.names else self._other(content, name)

    def _other(self, value: str, name: str) -> tuple[Part, ...]:
        """A secret that is not the token: a variable is named after it."""
        known = self.text(value)
        if not value or any(isinstance(part, Expansion) for part in known):
            return known
        return (Expansion("${" + re.sub(r"[^A-Z0-9]", "_", f"MY_{name}".upper()) + "}"),)

    def _credentials(self, value: str) -> tuple[Part, ...]:
        """What stands where credentials do: the token, something made from it, or something made up."""
        if not value.strip():
            return (value,)
        if self.tokens is None:
            return (TOKEN,)
        known = self.text(value)
        if known != (value,):
            return known
        return next((parts for token in self.tokens if (parts := _derived(value, token))), (value,))


def _derived(value: str, token: str) -> tuple[Part, ...]:
    """`value` in terms of `token`; empty when it is not made from it."""
    ours, theirs = token.split("."), value.split(".")
    if not len(ours) == len(theirs) == 3:
        return (Expansion("$CHANGED_TOKEN"),) if _alike(token, value) else ()
    before, after = _claims(ours[1]), _claims(theirs[1])
    if ours[1] != theirs[1] and (before != after or not after):
        return _with_other_claims(before, after, _alike(token, value))
    if ours[0] == theirs[0]:
        # Any wrong signature will do, and this one tells nothing of the true one.
        return Expansion("${TOKEN%.*}"), "." + "A" * len(theirs[2])
    signature = "A" * len(theirs[2]) if _alike(theirs[2], ours[2]) else theirs[2]
    return theirs[0] + ".", Expansion('$(printf %s "$TOKEN" | cut -d. -f2)'), "." + signature


def _with_other_claims(before: dict[str, Any], after: dict[str, Any], alike: bool) -> tuple[Part, ...]:
    """Other claims may be signed with the true key: at a server that takes them, they are good credentials."""
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    if not after or changed == before.keys() | after.keys():
        return (Expansion("$CHANGED_TOKEN"),) if alike else ()
    name = next((name for claim, name in _NAMED.items() if claim in changed), "CHANGED_TOKEN")
    return (Expansion(f"${name}"),)


# `iat` and `exp` are moved back together.
_NAMED: Final = {"nbf": "EARLY_TOKEN", "exp": "EXPIRED_TOKEN"}


def _claims(payload: str) -> dict[str, Any]:
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, binascii.Error):
        return {}
    return claims if isinstance(claims, dict) else {}


def _alike(one: str, other: str) -> bool:
    """Whether two texts have more in common than chance would."""
    match = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return match.size >= min(_ALIKE, len(other))


def shown(parts: Iterable[Part]) -> str:
    """Parts as people read them."""
    return "".join(map(str, parts))
