"""Probes of authentication: each secured operation is called with credentials that it must refuse."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from openapi.check.client.session import Session
from openapi.check.client.wire import Exchange
from openapi.check.credentials import NOTHING, Carried, Credentials, carry
from openapi.check.probes.forged_tokens import (
    GARBAGE,
    KeyUnfit,
    expired,
    not_yet_valid,
    signed,
    unsigned,
    wrongly_signed,
)
from openapi.check.response_checks import OF_GATEWAYS, ResponseChecks
from openapi.contract import Operation, SecurityScheme
from openapi.examples.requests import SampleRequest
from openapi.findings.findings import Certainty
from openapi.http.jose import header_of
from openapi.http.messages import Response, values_of

# Rule -> the rules whose breach follows from it: a server that accepts any caller checks no signature either.
_IMPLIED: Final = {
    "auth-missing": {
        "auth-empty",
        "auth-garbage",
        "auth-signature",
        "auth-none",
        "auth-expired",
        "auth-not-yet-valid",
        "auth-scheme",
        "auth-query",
        "auth-path",
    },
    "auth-garbage": {"auth-signature", "auth-none", "auth-expired", "auth-not-yet-valid"},
    "auth-signature": {"auth-none"},
}


@dataclass(frozen=True)
class Attempt:
    """Credentials that must be refused, the rule that is broken if they are accepted, and their description."""

    rule: str
    what: str
    carried: Carried = NOTHING


class AuthenticationProbe:
    """Calls operations with invalid credentials; `signing_key` signs tokens in which only the claims are wrong."""

    def __init__(
        self, session: Session, checks: ResponseChecks, credentials: Credentials, signing_key: bytes | None = None
    ) -> None:
        self._session = session
        self._checks = checks
        self._recorder = checks.recorder
        self._credentials = credentials
        self._signing_key = signing_key

    def run(self, operation: Operation, good: SampleRequest) -> None:
        """Make every possible attempt on a secured operation; `good` is its valid request."""
        scheme = self._credentials.scheme(operation)
        if scheme is None:
            return
        accepted: dict[str, tuple[Attempt, Exchange]] = {}
        for attempt in self._attempts(operation, scheme, good):
            exchange = self._send(good, attempt)
            if self._is_accepted(operation, scheme, attempt, exchange):
                accepted.setdefault(attempt.rule, (attempt, exchange))
        implied = set().union(*(_IMPLIED.get(rule, set()) for rule in accepted))
        for rule, (attempt, exchange) in accepted.items():
            if rule not in implied:
                self._record_accepted(operation, attempt, exchange)

    def _attempts(self, operation: Operation, scheme: SecurityScheme, good: SampleRequest) -> Iterator[Attempt]:
        token = self._credentials.token(scheme)
        yield Attempt("auth-missing", "no credentials")
        yield from _common(scheme)
        if scheme.http_scheme == "bearer":
            yield from self._forged(operation, scheme, good, token)
        if token is None:
            for rule in ("auth-scheme", "auth-query"):
                self._recorder.not_judged(operation, rule, "no token was given")
            return
        yield from _misplaced(scheme, token)

    def _forged(
        self, operation: Operation, scheme: SecurityScheme, good: SampleRequest, token: str | None
    ) -> Iterator[Attempt]:
        """Attempts with invalid JSON Web Tokens."""
        for forged in unsigned(token):
            yield Attempt("auth-none", "an unsigned token (alg: none)", carry(scheme, forged))
        if token is None or header_of(token) is None:
            reason = "no token was given" if token is None else "the token is not a JWT"
            for rule in ("auth-signature", "auth-expired", "auth-not-yet-valid"):
                self._recorder.not_judged(operation, rule, reason)
            return
        for forged in wrongly_signed(token):
            yield Attempt("auth-signature", "a token with a wrong signature", carry(scheme, forged))
        yield from self._untimely(operation, scheme, good, token)

    def _untimely(
        self, operation: Operation, scheme: SecurityScheme, good: SampleRequest, token: str
    ) -> Iterator[Attempt]:
        """Attempts with correctly signed tokens that are valid only at another time."""
        if (key := self._signing_key) is None:
            for rule in ("auth-expired", "auth-not-yet-valid"):
                reason = "give the key that tokens are signed with, with --jwt-secret-file"
                self._recorder.not_judged(operation, rule, reason)
            return
        now = int(time.time())
        try:
            control = signed(token, key)
            late, early = expired(token, key, now), not_yet_valid(token, key, now)
        except KeyUnfit as error:
            self._recorder.obstacle(f"the signing key cannot be used: {error}")
            return
        # With a key that the server does not use, every token would be a wrongly signed one.
        answer = self._send(good, Attempt("", "", carry(scheme, control))).response
        if answer is None or answer.status == 401:
            self._recorder.obstacle(
                "the signing key does not match the server, which refuses tokens that are signed with it"
            )
            return
        for rule, forgeries in (("auth-expired", late), ("auth-not-yet-valid", early)):
            for what, forged in forgeries.items():
                yield Attempt(rule, what, carry(scheme, forged))

    def _send(self, good: SampleRequest, attempt: Attempt) -> Exchange:
        return self._session.send(self._session.request_of(good, attempt.carried))

    def _is_accepted(self, operation: Operation, scheme: SecurityScheme, attempt: Attempt, exchange: Exchange) -> bool:
        """Judge the answer to an attempt; return whether it was accepted."""
        self._checks.answer(operation, exchange, status_is_judged=False)
        response = exchange.response
        if response is None:
            return False
        if response.status in OF_GATEWAYS:
            self._recorder.not_judged(operation, attempt.rule, f"the server was busy: {response.status}")
            return False
        self._recorder.judged(operation, attempt.rule)
        if response.status // 100 == 2:
            return True
        self._status(operation, attempt, exchange, response)
        return False

    def _status(self, operation: Operation, attempt: Attempt, exchange: Exchange, response: Response) -> None:
        self._recorder.judged(operation, "auth-status")
        if response.status == 401:
            self._challenge(operation, attempt, exchange, response)
        elif not (response.status == 403 and operation.response_for(401) is None):
            self._recorder.found(
                "auth-status",
                operation,
                f"{attempt.what}: answered with {response.status}",
                "401 for missing or invalid credentials",
                exchange,
                pointer=operation.security_pointer,
            )

    def _challenge(self, operation: Operation, attempt: Attempt, exchange: Exchange, response: Response) -> None:
        scheme = self._credentials.scheme(operation)
        # API keys in headers, queries and cookies have no authentication scheme, so servers send no challenge for them.
        if scheme is None or scheme.is_api_key:
            return
        self._recorder.judged(operation, "auth-challenge")
        offered = challenged(response)
        required = scheme.http_scheme.capitalize()
        if required.lower() in offered:
            return
        came = f"it offers {', '.join(sorted(offered))}" if offered else "it has no WWW-Authenticate"
        self._recorder.found(
            "auth-challenge",
            operation,
            f"{attempt.what}: a 401, but {came}",
            f"WWW-Authenticate: {required} … (RFC 9110 section 15.5.2)",
            exchange,
            where="WWW-Authenticate",
        )

    def _record_accepted(self, operation: Operation, attempt: Attempt, exchange: Exchange) -> None:
        status = exchange.response.status if exchange.response else 0
        # RFC 6750 section 2.3 only advises against it (SHOULD NOT).
        certainty = Certainty.PROBABLE if attempt.rule == "auth-query" else Certainty.CERTAIN
        self._recorder.found(
            attempt.rule,
            operation,
            f"{attempt.what}: accepted with {status}",
            "401 for missing or invalid credentials",
            exchange,
            pointer=operation.security_pointer,
            certainty=certainty,
        )


def _common(scheme: SecurityScheme) -> Iterator[Attempt]:
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


def _misplaced(scheme: SecurityScheme, token: str) -> Iterator[Attempt]:
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


def challenged(response: Response) -> set[str]:
    """The schemes in the challenges of a 401, in lower case (RFC 9110 section 11.6.1)."""
    schemes = set()
    for value in values_of(response.headers, "www-authenticate"):
        for part in _unquoted(value).split(","):
            # `Basic realm="x"` begins a challenge, `charset="y"` continues one.
            word = part.strip().partition(" ")[0]
            if word and "=" not in word:
                schemes.add(word.lower())
    return schemes


def _unquoted(value: str) -> str:
    """A header without quoted strings, whose commas do not separate challenges."""
    kept, quoted, escaped = [], False, False
    for character in value:
        if quoted:
            escaped, quoted = character == "\\" and not escaped, character != '"' or escaped
        elif character == '"':
            quoted = True
        else:
            kept.append(character)
    return "".join(kept)
