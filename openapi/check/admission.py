"""Whether the server accepts the credentials of a check, and still accepts them at its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from openapi.check.client.wire import Exchange
from openapi.check.credentials import NOTHING, Credentials
from openapi.check.recorder import FindingsRecorder
from openapi.contract import Operation
from openapi.findings.findings import Certainty
from openapi.http.jose import expires_at

# Operations that are called without credentials, to find one that proves that the given ones are accepted.
_MOST_PROOFS: Final = 10


class Admission:
    """Judges the credentials by the `answers` to the first valid requests; `again` repeats that of an operation,
    `anonymous` repeats it without credentials."""

    def __init__(
        self,
        recorder: FindingsRecorder,
        credentials: Credentials,
        answers: Mapping[str, Exchange],
        again: Callable[[Operation], Exchange],
        anonymous: Callable[[Operation], Exchange],
    ) -> None:
        self._recorder = recorder
        self._credentials = credentials
        self._answers = answers
        self._again = again
        self._anonymous = anonymous
        self._refused: set[str] = set()

    def is_refused(self, operation: Operation, exchange: Exchange | None = None) -> bool:
        """Whether the request had credentials, and the server answered 401."""
        response = (exchange or self._answers[operation.label]).response
        carried = self._credentials.carried(operation)
        return carried != NOTHING and response is not None and response.status == 401

    def opens(self, operations: Iterable[Operation]) -> bool:
        """Whether the check can continue: False if no operation accepts the credentials, or if they stopped working."""
        secured = [operation for operation in operations if not operation.public]
        self.demand(secured)
        refused = [operation for operation in secured if self.is_refused(operation)]
        if refused and len(refused) == len([o for o in secured if self._credentials.carried(o) != NOTHING]):
            reason = f"{refused[0].label} answers 401: the server does not accept the credentials"
            self._recorder.obstacle(reason)
            return False
        if refused and not self.lasts(secured):
            return False
        self._refused = {operation.label for operation in refused}
        if refused and not self._is_proven(secured):
            self._recorder.obstacle(
                f"{refused[0].label} answers 401, and the operations that accept the credentials accept requests "
                "without any: the credentials are probably wrong"
            )
            return True
        for operation in refused:
            self.blame(operation)
        return True

    def blame(self, operation: Operation) -> None:
        """Record that an operation refuses the credentials that others accept."""
        message = "credentials that other operations accept are answered with 401"
        exchange = self._answers[operation.label]
        self._recorder.found(
            "valid-refused",
            operation,
            message,
            "valid credentials are accepted",
            exchange,
            certainty=Certainty.PROBABLE,
        )

    def demand(self, operations: Iterable[Operation]) -> None:
        """Record the operations that require credentials which were not given."""
        for operation in operations:
            if not operation.public and self._credentials.carried(operation) == NOTHING:
                self._recorder.obstacle(_missing(operation, self._credentials))

    def admits(self, operation: Operation) -> bool:
        """Whether the credentials were not refused by an operation: the answers of such a one tell nothing else."""
        return operation.label not in self._refused

    def _is_proven(self, secured: Iterable[Operation]) -> bool:
        """Whether an operation accepts the credentials and refuses a request without them."""
        accepting = [o for o in secured if self._credentials.carried(o) != NOTHING and not self.is_refused(o)]
        for operation in sorted(accepting, key=lambda operation: not operation.is_safe)[:_MOST_PROOFS]:
            accepted, response = self._answers[operation.label].response, self._anonymous(operation).response
            if accepted is not None and response is not None and accepted.status < 400 <= response.status < 500:
                return True
        return False

    def lasts(self, operations: Sequence[Operation]) -> bool:
        """Whether an operation that first accepted the credentials still does. If not, any answer may be about the
        credentials alone, so no rule counts as kept."""
        if (repeated := self._lost(operations)) is None:
            return True
        self._recorder.obstacle(
            f"{self._ended(repeated)}; use --token-command, which gets a new token before the old one expires"
        )
        for operation in operations:
            if not operation.public:
                self._recorder.doubt(operation, "the credentials stopped working before the end of the check")
        return False

    def survive(self, ending: Operation, operations: Sequence[Operation]) -> bool:
        """Whether the credentials still work after a destructive operation, which may delete what they belong to: that
        is no fault of the server. `operations` were answered before."""
        if self._lost([operation for operation in operations if operation.is_safe]) is None:
            return True
        self._recorder.note("the credentials no longer worked after this operation, so the check ended there", ending)
        return False

    def _lost(self, operations: Sequence[Operation]) -> Operation | None:
        """An operation that first accepted the credentials, and does not any more; None if it still does."""
        accepting = [o for o in operations if self._credentials.carried(o) != NOTHING and not self.is_refused(o)]
        # Prefer an operation that can be repeated without effects.
        repeated = min(accepting, key=lambda operation: not operation.is_safe, default=None)
        return repeated if repeated is not None and self.is_refused(repeated, self._again(repeated)) else None

    def _ended(self, operation: Operation) -> str:
        scheme = self._credentials.scheme(operation)
        token = self._credentials.token(scheme) if scheme is not None else None
        expired = token is not None and (expires_at(token) or float("inf")) <= time.time()
        what = "the token expired" if expired else "the credentials stopped working"
        return f"{what} during the check: {operation.label} did not answer 401 at first, and does now"


def _missing(operation: Operation, credentials: Credentials) -> str:
    """The reason why an operation cannot be called with credentials."""
    if credentials.scheme(operation) is None:
        return f"{operation.label} requires credentials of a kind that the check does not support"
    return f"{operation.label} requires credentials, and none were given; give them with --token or --credential"
