"""The generated requests of a check: odd and wrong values, and what Schemathesis generates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from openapi.check.budget import Budget, OutOfBudget
from openapi.check.credentials import NOTHING, Credentials
from openapi.check.fuzzing.probing import OddValues
from openapi.check.fuzzing.schemathesis import Generation
from openapi.check.options import Options
from openapi.check.recorder import FindingsRecorder
from openapi.check.steps import Steps
from openapi.check.valid_requests import ValidRequests
from openapi.contract import Operation

# The share of what is left of the budget that Schemathesis gets: it uses all of it, and the steps after it find what it
# does not. The share of the whole budget that odd values leave for the steps after them.
_FOR_SCHEMATHESIS: Final = 0.8
_AFTER_ODD_VALUES: Final = 0.6
# Operations that Schemathesis is run for in the fast profile: each takes some 30 requests.
_MOST_OPERATIONS: Final = 200


class GeneratedRequests:
    """Sends generated requests to operations; `schemathesis` creates a run within a budget, or is None if the contract
    has too many operations."""

    def __init__(
        self,
        odd_values: OddValues,
        schemathesis: Callable[[Budget], Generation] | None,
        *,
        recorder: FindingsRecorder,
        credentials: Credentials,
        valid: ValidRequests,
        steps: Steps,
        budget: Budget,
        is_wanted: bool,
    ) -> None:
        self._odd_values = odd_values
        self._schemathesis = schemathesis
        self._recorder = recorder
        self._credentials = credentials
        self._valid = valid
        self._steps = steps
        self._budget = budget
        self._is_wanted = is_wanted

    def run(self, answering: Sequence[Operation]) -> None:
        """Send them to those of the operations whose credentials are there, if they are wanted."""
        if not self._is_wanted:
            return
        operations = [o for o in answering if o.public or self._credentials.carried(o) != NOTHING]
        # What a deletion with another value would delete is unknown.
        varied = [operation for operation in operations if operation.method != "delete"]
        self._steps.each(varied, "odd values", self._vary)
        if self._schemathesis is None:
            reason = "the requests that Schemathesis generates were not sent, because they take too long for so many"
            self._recorder.left_out("", f"{reason} operations: use --profile deep, or --operation")
            return
        self._steps.current = "generated requests"
        try:
            self._schemathesis(self._budget.part(_FOR_SCHEMATHESIS)).run(operations)
        except OutOfBudget as limit:
            reason = f"{limit} ended the step 'generated requests' for {', '.join(o.label for o in operations[:3])}"
            self._recorder.left_out("", f"{reason}{' and others' if len(operations) > 3 else ''}")

    def _vary(self, operation: Operation) -> None:
        status = self._valid.status_of(operation) or 0
        # A server that fails on the valid request would fail on its variants too.
        if status < 500 and self._budget.share_left > _AFTER_ODD_VALUES:
            self._odd_values.run(operation, self._valid.requests[operation.label])


def is_too_large(operations: int, options: Options) -> bool:
    """Whether Schemathesis would take too long for so many operations."""
    return not options.is_deep and operations > _MOST_OPERATIONS
