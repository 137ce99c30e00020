"""The shell variables that replace credentials in a `curl` line, and expressions for credentials made from a token."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Any, Final

from openapi.http.jose import decode_part
from openapi.http.shell import Expansion, Part

TOKEN: Final = Expansion("$TOKEN")
TOKEN_IN_BASE64: Final = Expansion('$(printf %s "$TOKEN" | base64 | tr -d "\\n")')
_TOKEN_CLAIMS: Final = Expansion('$(printf %s "$TOKEN" | cut -d. -f2)')
_CHANGED_TOKEN: Final = Expansion("$CHANGED_TOKEN")
# The variables in `curl` lines, and the values that they need.
VARIABLES: Final = {
    "TOKEN": "the token of the check",
    "EXPIRED_TOKEN": "a token like TOKEN whose `exp` is in the past",
    "EARLY_TOKEN": "a token like TOKEN whose `nbf` is in the future",
    "CHANGED_TOKEN": "a token like TOKEN, changed without a new signature",
    "BODY": "a file with the body of the request, which the proxy does not keep",
    "PROXY_USER": "user:password for the proxy",
}
# Beginnings of the names of other variables, and the values that they need.
_CREDENTIAL: Final = "CREDENTIAL_"
_HEADER: Final = "HEADER_"
_OTHERS: Final = {_CREDENTIAL: "the value of its --credential", _HEADER: "the value of its --header"}
# An expired token has another `iat` too, so `exp` alone decides its name.
_NAMED: Final = {"nbf": "EARLY_TOKEN", "exp": "EXPIRED_TOKEN"}
# Two texts with a shorter common part are alike by chance.
_ALIKE: Final = 8


def variables(line: str) -> dict[str, str]:
    """The variables in a line, and the values that they need."""
    named = {name: meaning for name, meaning in VARIABLES.items() if re.search(rf"\$\{{?{name}\b", line)}
    for start, meaning in _OTHERS.items():
        named |= dict.fromkeys(re.findall(rf"\$\{{?({start}[A-Z0-9_]+)", line), meaning)
    return named


def credential_variable(scheme: str) -> str:
    """The variable for the credentials of one security scheme."""
    return _CREDENTIAL + re.sub(r"[^A-Z0-9]", "_", scheme.upper())


def header_variable(name: str) -> str:
    """The variable for the value of a header that the user gives."""
    return _HEADER + re.sub(r"[^A-Z0-9]", "_", name.upper())


def renamed(expansion: Expansion, variable: str) -> Expansion:
    """An expansion with another variable in place of `$TOKEN`."""
    return Expansion(re.sub(r"\bTOKEN\b", variable, expansion.text))


def derived(value: str, token: str) -> tuple[Part, ...]:
    """An expression for `value` that derives it from `token`; empty if it is not derived from it."""
    token_parts, value_parts = token.split("."), value.split(".")
    if not len(token_parts) == len(value_parts) == 3:
        return (_CHANGED_TOKEN,) if _alike(token, value) else ()
    before, after = decode_part(token_parts[1]) or {}, decode_part(value_parts[1]) or {}
    if token_parts[1] != value_parts[1] and (before != after or not after):
        return _with_other_claims(before, after, _alike(token, value))
    if token_parts[0] == value_parts[0]:
        # Any wrong signature works, and this one reveals nothing about the true one.
        return Expansion("${TOKEN%.*}"), "." + "A" * len(value_parts[2])
    signature = "A" * len(value_parts[2]) if _alike(value_parts[2], token_parts[2]) else value_parts[2]
    return value_parts[0] + ".", _TOKEN_CLAIMS, "." + signature


def _with_other_claims(before: dict[str, Any], after: dict[str, Any], alike: bool) -> tuple[Part, ...]:
    """A variable for a token with other claims. It can be signed with the true key, and a server can accept it, so it
    is never shown."""
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    if not after or changed == before.keys() | after.keys():
        return (_CHANGED_TOKEN,) if alike else ()
    name = next((name for claim, name in _NAMED.items() if claim in changed), "CHANGED_TOKEN")
    return (Expansion(f"${name}"),)


def _alike(one: str, other: str) -> bool:
    """Whether two texts have a longer common part than is likely by chance."""
    match = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return match.size >= min(_ALIKE, len(other))
