"""The end of a check: destructive operations, which may delete what the credentials belong to, or what others need."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from openapi.check.admission import Admission
from openapi.check.client.session import NotSendable
from openapi.check.probes.authentication import AuthenticationProbe
from openapi.check.recorder import FindingsRecorder
from openapi.check.resources.known import KnownResources
from openapi.check.resources.sequences import Sequences
from openapi.check.valid_requests import ValidRequests
from openapi.contract import Operation


class Ending:
    """Calls destructive operations, on what the check itself created where it can, and those at the very end that can
    only be called on something else.

    `good` sends the valid request of an operation and judges its answer; `generate` generates requests for operations.
    """

    def __init__(
        self,
        recorder: FindingsRecorder,
        admission: Admission,
        authentication: AuthenticationProbe,
        valid: ValidRequests,
        known: KnownResources,
        sequences: Sequences,
        good: Callable[[Operation], object],
        generate: Callable[[Sequence[Operation]], object],
    ) -> None:
        self._recorder = recorder
        self._admission = admission
        self._authentication = authentication
        self._valid = valid
        self._known = known
        self._sequences = sequences
        self._good = good
        self._generate = generate

    def run(self, operations: Sequence[Operation], before: Sequence[Operation]) -> list[Operation]:
        """Call the operations; `before` are those that were called and answered. Returns the operations that were
        called: all, unless one of them ended the credentials."""
        self._admission.demand(operations)
        own = [operation for operation in operations if self._known.is_created(operation)]
        called: list[Operation] = []
        for group in (own, [operation for operation in operations if operation not in own]):
            for operation in group:
                try:
                    lasts = self._end(operation, before)
                except NotSendable as error:
                    self._recorder.not_asked(operation.label, error)
                    continue
                called.append(operation)
                if not lasts:
                    self._leave_out(operation, [o for o in operations if o not in called])
                    return called
            answering = [
                o for o in group if o in called and self._valid.is_answered(o) and not self._admission.is_refused(o)
            ]
            if answering:
                self._generate([*answering, *_related(answering, before)])
        return called

    def _end(self, operation: Operation, before: Sequence[Operation]) -> bool:
        """Call an operation; return whether the credentials still work."""
        # First those that must be refused, of something that exists: afterwards there may be nothing left to refuse.
        self._valid.lead(operation, self._known)
        self._authentication.run(operation, self._valid.requests[operation.label])
        self._sequences.renew(operation, before)
        self._valid.lead(operation, self._known)
        self._good(operation)
        if not self._admission.survive(operation, before):
            return False
        if self._admission.is_refused(operation):
            self._admission.blame(operation)
        return True

    def _leave_out(self, ending: Operation, operations: Sequence[Operation]) -> None:
        for operation in operations:
            reason = f"the credentials no longer worked after {ending.label}; check it alone with --operation"
            self._recorder.left_out(operation.label, reason)


def _related(operations: Sequence[Operation], others: Sequence[Operation]) -> list[Operation]:
    """The other operations that create and read what these destroy, so that sequences can be generated."""
    items = {operation.path for operation in operations}
    collections = {path.rpartition("/")[0] for path in items}
    return [
        other
        for other in others
        if (other.method == "post" and other.path.rstrip("/") in collections)
        or (other.method == "get" and other.path in items)
    ]
