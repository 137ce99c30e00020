"""Probes of authentication: each secured operation is called with credentials that it must refuse."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from openapi.check.client.session import Session
from openapi.check.client.wire import Exchange
from openapi.check.credentials import NOTHING, Carried, Credentials, carry, is_authorization, is_known, joined
from openapi.check.probes.attempts import NO_CREDENTIALS, Attempt, malformed_and_made_up, misplaced
from openapi.check.probes.forged_tokens import (
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
from openapi.http.challenges import challenged
from openapi.http.jose import header_of
from openapi.http.messages import Response

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
# The rules of attempts whose credentials are malformed, not wrong.
_MALFORMED: Final = ("auth-empty", "auth-scheme", "auth-query")


@dataclass(frozen=True)
class _Lock:
    """One scheme of an operation, which is attempted; `others` are valid credentials for the other schemes that the
    operation requires together with it, and `name` is the name of the scheme if there are any."""

    operation: Operation
    good: SampleRequest
    scheme: SecurityScheme
    others: Carried = NOTHING
    name: str = ""
    # The status of the valid request.
    status: int | None = None

    def what(self, attempt: Attempt) -> str:
        """The description of an attempt on it."""
        return f"{attempt.what} for {self.name}" if self.name else attempt.what


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

    def run(self, operation: Operation, good: SampleRequest, status: int | None = None) -> None:
        """Make every possible attempt on a secured operation; `good` is its valid request, which was answered with
        `status`."""
        if operation.public:
            return
        parts = self._credentials.parts(operation)
        if len(parts) > 1 and self._is_open(operation, good, parts):
            return
        for scheme in parts:
            others = {other: carried for other, carried in parts.items() if other != scheme}
            # What is left may satisfy another requirement of the operation.
            if not any(set(requirement) <= others.keys() for requirement in operation.security):
                self._try(
                    _Lock(operation, good, scheme, joined(others.values()), scheme.name if others else "", status)
                )
        self._try_alternatives(operation, good, set(parts))

    def _try_alternatives(self, operation: Operation, good: SampleRequest, tried: set[SecurityScheme]) -> None:
        """Send empty and made-up credentials of the other schemes that alone would let a caller in."""
        if self._recorder.has(operation, "auth-missing"):
            return
        for requirement in operation.security:
            if len(requirement) != 1 or not is_known(scheme := requirement[0]) or scheme in tried:
                continue
            # A key in the header of a scheme that was tried is the same credential.
            if not (is_authorization(scheme) and any(not other.is_api_key for other in tried)):
                self._tried(_Lock(operation, good, scheme, name=scheme.name), malformed_and_made_up(scheme))

    def _is_open(self, operation: Operation, good: SampleRequest, schemes: Iterable[SecurityScheme]) -> bool:
        """Whether an operation with several schemes lets a caller in without any credentials."""
        lock = _Lock(operation, good, min(schemes, key=lambda scheme: scheme.is_api_key))
        return "auth-missing" in self._tried(lock, [NO_CREDENTIALS])

    def _try(self, lock: _Lock) -> None:
        self._tried(lock, self._attempts(lock))

    def _tried(self, lock: _Lock, attempts: Iterable[Attempt]) -> set[str]:
        """Make attempts and record what they show; return the rules that are broken because they were accepted."""
        accepted: dict[str, tuple[Attempt, Exchange]] = {}
        refused: list[tuple[Attempt, Exchange]] = []
        for attempt in attempts:
            exchange = self._send(lock, attempt)
            if self._is_accepted(lock, attempt, exchange):
                accepted.setdefault(attempt.rule, (attempt, exchange))
            else:
                refused.append((attempt, exchange))
        implied = set().union(*(_IMPLIED.get(rule, set()) for rule in accepted))
        for rule, (attempt, exchange) in accepted.items():
            if rule not in implied:
                self._record_accepted(lock, attempt, exchange)
        for attempt, exchange in refused:
            self._judge_refusal(lock, attempt, exchange, is_open="auth-missing" in accepted)
        return set(accepted)

    def _attempts(self, lock: _Lock) -> Iterator[Attempt]:
        scheme = lock.scheme
        token = self._credentials.token(scheme)
        yield NO_CREDENTIALS
        yield from malformed_and_made_up(scheme)
        if scheme.http_scheme == "bearer":
            yield from self._forged(lock, token)
        if token is None:
            for rule in ("auth-scheme", "auth-query"):
                self._recorder.not_judged(lock.operation, rule, "no token was given")
            return
        yield from misplaced(scheme, token)

    def _forged(self, lock: _Lock, token: str | None) -> Iterator[Attempt]:
        """Attempts with invalid JSON Web Tokens."""
        for forged in unsigned(token):
            yield Attempt("auth-none", "an unsigned token (alg: none)", carry(lock.scheme, forged))
        if token is None or header_of(token) is None:
            reason = "no token was given" if token is None else "the token is not a JWT"
            for rule in ("auth-signature", "auth-expired", "auth-not-yet-valid"):
                self._recorder.not_judged(lock.operation, rule, reason)
            return
        for forged in wrongly_signed(token):
            yield Attempt("auth-signature", "a token with a wrong signature", carry(lock.scheme, forged))
        yield from self._untimely(lock, token)

    def _untimely(self, lock: _Lock, token: str) -> Iterator[Attempt]:
        """Attempts with correctly signed tokens that are valid only at another time."""
        if (key := self._signing_key) is None:
            for rule in ("auth-expired", "auth-not-yet-valid"):
                reason = "give the key that tokens are signed with, with --jwt-secret-file"
                self._recorder.not_judged(lock.operation, rule, reason)
            return
        now = int(time.time())
        try:
            control = signed(token, key)
            late, early = expired(token, key, now), not_yet_valid(token, key, now)
        except KeyUnfit as error:
            self._recorder.obstacle(f"the signing key cannot be used: {error}")
            return
        # With a key that the server does not use, every token would be a wrongly signed one.
        answer = self._send(lock, Attempt("", "", carry(lock.scheme, control))).response
        if answer is None or answer.status == 401:
            self._recorder.obstacle(
                "the signing key does not match the server, which refuses tokens that are signed with it"
            )
            return
        for rule, forgeries in (("auth-expired", late), ("auth-not-yet-valid", early)):
            for what, forged in forgeries.items():
                yield Attempt(rule, what, carry(lock.scheme, forged))

    def _send(self, lock: _Lock, attempt: Attempt) -> Exchange:
        return self._session.send(self._session.request_of(lock.good, joined((lock.others, attempt.carried))))

    def _is_accepted(self, lock: _Lock, attempt: Attempt, exchange: Exchange) -> bool:
        """Judge the answer to an attempt by the contract; return whether the attempt was accepted."""
        self._checks.answer(lock.operation, exchange, status_is_judged=False)
        response = exchange.response
        if response is None:
            return False
        if response.status in OF_GATEWAYS:
            self._recorder.not_judged(lock.operation, attempt.rule, f"the server was busy: {response.status}")
            return False
        self._recorder.judged(lock.operation, attempt.rule)
        return response.status // 100 == 2

    def _judge_refusal(self, lock: _Lock, attempt: Attempt, exchange: Exchange, *, is_open: bool) -> None:
        """Judge the status and the challenge of a refusal. An operation that `is_open` refuses for other reasons."""
        response = exchange.response
        if response is None or response.status in OF_GATEWAYS:
            return
        if response.status != lock.status:
            self._recorder.judged(lock.operation, "auth-status")
        if response.status == 401:
            self._challenge(lock, attempt, exchange, response)
        elif response.status == lock.status:
            # Valid credentials get the same answer, so it is not about credentials.
            self._recorder.not_judged(lock.operation, "auth-status", "valid credentials get the same status")
        elif not is_open and not _is_declared_refusal(lock.operation, response.status):
            self._recorder.found(
                "auth-status",
                lock.operation,
                f"{lock.what(attempt)}: answered with {response.status}",
                "401 for missing or invalid credentials",
                exchange,
                pointer=lock.operation.security_pointer,
                where=lock.name,
                certainty=Certainty.PROBABLE if _may_refuse(response.status, attempt) else Certainty.CERTAIN,
            )

    def _challenge(self, lock: _Lock, attempt: Attempt, exchange: Exchange, response: Response) -> None:
        # API keys in headers, queries and cookies have no authentication scheme, so servers send no challenge for them.
        if lock.scheme.is_api_key:
            return
        self._recorder.judged(lock.operation, "auth-challenge")
        offered = challenged(response)
        required = lock.scheme.http_scheme.capitalize()
        if required.lower() in offered:
            return
        came = f"it offers {', '.join(sorted(offered))}" if offered else "it has no WWW-Authenticate"
        self._recorder.found(
            "auth-challenge",
            lock.operation,
            f"{lock.what(attempt)}: a 401, but {came}",
            f"WWW-Authenticate: {required} … (RFC 9110 section 15.5.2)",
            exchange,
            where="WWW-Authenticate",
        )

    def _record_accepted(self, lock: _Lock, attempt: Attempt, exchange: Exchange) -> None:
        status = exchange.response.status if exchange.response else 0
        # RFC 6750 section 2.3 only advises against it (SHOULD NOT).
        certainty = Certainty.PROBABLE if attempt.rule == "auth-query" else Certainty.CERTAIN
        self._recorder.found(
            attempt.rule,
            lock.operation,
            f"{lock.what(attempt)}: accepted with {status}",
            "401 for missing or invalid credentials",
            exchange,
            pointer=lock.operation.security_pointer,
            where=lock.name,
            certainty=certainty,
        )


def _is_declared_refusal(operation: Operation, status: int) -> bool:
    """Whether an operation without a 401 refuses callers with a 403, or with a 404 that it declares."""
    if operation.response_for(401) is not None:
        return False
    return status == 403 or (status == 404 and operation.response_for(404) is not None)


def _may_refuse(status: int, attempt: Attempt) -> bool:
    """Whether HTTP lets a server refuse an attempt with a status other than 401: it may hide what exists (RFC 9110
    sections 15.5.4 and 15.5.5), and call a request with malformed credentials invalid (RFC 6750 section 3.1)."""
    return status in (403, 404) or (status == 400 and attempt.rule in _MALFORMED)
