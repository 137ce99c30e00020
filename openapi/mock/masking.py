"""Masking of credentials in the log, and in the `curl` commands that are made from the log."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from openapi.contract import Contract
from openapi.http.grammar import is_token
from openapi.http.masking import MASK, Masking
from openapi.http.shell import Part
from openapi.http.token_variables import TOKEN

# Headers that always hold credentials.
_HEADERS: Final = frozenset({"proxy-authorization", "set-cookie"})
# RFC 6750 section 2.3.
_QUERY: Final = frozenset({"access_token"})
# The cookies of the mock are not secret, and are necessary to repeat a request.
_OWN_COOKIE: Final = re.compile(r"mock-(session|scenario)=[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True)
class LogMasking(Masking):
    """The masking of the log: it masks credentials completely, and all cookies except those of the mock."""

    secret_headers: frozenset[str] = _HEADERS
    secret_parameters: frozenset[str] = _QUERY

    def credentials(self, value: str, name: str) -> tuple[Part, ...]:
        """The mask."""
        return (MASK,)

    def cookies(self, cookies: Sequence[str]) -> Iterator[Part]:
        """The cookies of the mock, and one mask for all others."""
        own = [cookie for cookie in cookies if _OWN_COOKIE.fullmatch(cookie)]
        yield "; ".join([*own, *([MASK] if len(own) < len(cookies) else [])])


NO_CONTRACT: Final = LogMasking()


def log_masking(contracts: Iterable[Contract]) -> LogMasking:
    """The masking of a log for these contracts, which also masks their API keys."""
    keys = [scheme for contract in contracts for scheme in contract.api_keys]
    return LogMasking(
        _HEADERS | {scheme.key.lower() for scheme in keys if scheme.location == "header"},
        _QUERY | {scheme.key.lower() for scheme in keys if scheme.location == "query"},
    )


@dataclass(frozen=True)
class CommandMasking(Masking):
    """The masking of `curl` commands: `$TOKEN` replaces each credential, and each value that the log has masked."""

    secret_headers: frozenset[str] = frozenset({"proxy-authorization", "x-api-key"})
    secret_parameters: frozenset[str] = frozenset()

    def header(self, name: str, value: str) -> tuple[Part, ...]:
        """The value of a header, masked."""
        return (TOKEN,) if value == MASK else super().header(name, value)

    def credentials(self, value: str, name: str) -> tuple[Part, ...]:
        """The variable `$TOKEN`."""
        return (TOKEN,)

    def cookies(self, cookies: Sequence[str]) -> Iterator[Part]:
        """The cookies of the mock unchanged, and the names of all others."""
        for index, cookie in enumerate(cookies):
            name, equals, _ = cookie.partition("=")
            yield "; " if index else ""
            if _OWN_COOKIE.fullmatch(cookie):
                yield cookie
            else:
                yield f"{name}=" if equals and is_token(name) else ""
                yield TOKEN
