"""Attempts to call a secured operation with credentials that it must refuse."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from openapi.check.credentials import NOTHING, Carried, carry
from openapi.check.probes.forged_tokens import GARBAGE
from openapi.contract import SecurityScheme


@dataclass(frozen=True)
class Attempt:
    """Credentials that must be refused, the rule that is broken if they are accepted, and their description."""

    rule: str
    what: str
    carried: Carried = NOTHING


NO_CREDENTIALS: Final = Attempt("auth-missing", "no credentials")


def malformed_and_made_up(scheme: SecurityScheme) -> Iterator[Attempt]:
    """The attempts for every kind of scheme."""
    if scheme.is_api_key:
        yield Attempt("auth-empty", "empty credentials", carry(scheme, ""))
        yield Attempt("auth-garbage", "made-up credentials", carry(scheme, GARBAGE))
        return
    named = scheme.http_scheme.capitalize()
    yield Attempt("auth-empty", "an empty Authorization", Carried((("Authorization", ""),)))
    yield Attempt("auth-empty", f"{named} without a token", Carried((("Authorization", named),)))
    garbage = f"{GARBAGE}:{GARBAGE}" if scheme.http_scheme == "basic" else GARBAGE
    yield Attempt("auth-garbage", "made-up credentials", carry(scheme, garbage))


def misplaced(scheme: SecurityScheme, token: str) -> Iterator[Attempt]:
    """Attempts with valid credentials in places that the contract does not declare."""
    if scheme.http_scheme == "bearer":
        encoded = base64.b64encode(f":{token}".encode()).decode("ascii")
        for value in (f"Basic {token}", f"Token {token}", token, f"Basic {encoded}"):
            named = value.partition(" ")[0] if " " in value else "no scheme"
            yield Attempt("auth-scheme", f"a valid token under {named}", Carried((("Authorization", value),)))
        yield Attempt(
            "auth-query", "a valid token in the query", Carried(query=f"access_token={quote(token, safe='')}")
        )
    elif scheme.is_api_key and scheme.location == "header":
        query = f"{quote(scheme.key, safe='')}={quote(token, safe='')}"
        yield Attempt("auth-query", "a valid key in the query", Carried(query=query))
