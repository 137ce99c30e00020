"""Whether the credentials of a check open the server, and go on doing so until its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from openapi.check.client.wire import Exchange
from openapi.check.credentials import NOTHING, Credentials
from openapi.check.recorder import FindingsRecorder
from openapi.contract import Operation
from openapi.http.jose import expires_at


class Admission:
    """Judges good credentials by the `answers` to the first good requests; `again` sends that of an operation anew."""

    def __init__(
        self,
        recorder: FindingsRecorder,
        credentials: Credentials,
        answers: Mapping[str, Exchange],
        again: Callable[[Operation], Exchange],
    ) -> None:
        self._recorder = recorder
        self._credentials = credentials
        self._answers = answers
        self._again = again

    def is_refused(self, operation: Operation, exchange: Exchange | None = None) -> bool:
        """Whether good credentials were given, and answered as if they were bad."""
        response = (exchange or self._answers[operation.label]).response
        carried = self._credentials.carried(operation)
        return carried != NOTHING and response is not None and response.status == 401

    def opens(self, operations: Iterable[Operation]) -> bool:
        """Whether the check can go on: false when the credentials are no good anywhere, or no longer."""
        secured = [operation for operation in operations if not operation.public]
        for operation in secured:
            if self._credentials.carried(operation) == NOTHING:
                self._recorder.obstacle(_missing(operation, self._credentials))
        refused = [operation for operation in secured if self.is_refused(operation)]
        if refused and len(refused) == len([o for o in secured if self._credentials.carried(o) != NOTHING]):
            reason = f"{refused[0].label} answers 401: the credentials that were given are not accepted"
            self._recorder.obstacle(reason)
            return False
        if refused and not self.lasts(secured):
            return False
        for operation in refused:
            message = "good credentials, which other operations accept, are answered with 401"
            exchange = self._answers[operation.label]
            self._recorder.found("valid-refused", operation, message, "whoever has credentials is let in", exchange)
        return True

    def lasts(self, operations: Sequence[Operation]) -> bool:
        """Whether what was let in at first still is. If not, nobody knows which answers are about the credentials
        alone, and no rule counts as kept."""
        open_ones = [o for o in operations if self._credentials.carried(o) != NOTHING and not self.is_refused(o)]
        # Reading again does no harm.
        asked = min(open_ones, key=lambda operation: operation.method not in ("get", "head", "options"), default=None)
        if asked is None or not self.is_refused(asked, self._again(asked)):
            return True
        self._recorder.obstacle(f"{self._ended(asked)}; --token-command gives a new one in time")
        for operation in operations:
            if not operation.public:
                self._recorder.doubt(operation, "the credentials did not last until the end of the check")
        return False

    def _ended(self, operation: Operation) -> str:
        scheme = self._credentials.scheme(operation)
        token = self._credentials.token(scheme) if scheme is not None else None
        expired = token is not None and (expires_at(token) or float("inf")) <= time.time()
        what = "the token expired" if expired else "the credentials stopped working"
        return f"{what} during the check: {operation.label} let it in at first, and answers 401 now"


def _missing(operation: Operation, credentials: Credentials) -> str:
    """Why an operation cannot be called as it should be."""
    if credentials.scheme(operation) is None:
        return f"{operation.label} asks for credentials of a kind that cannot be given here"
    return f"{operation.label} asks for credentials, and none were given; give them with --token"
