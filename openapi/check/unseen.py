"""What a check never saw: declared statuses, and a success of each operation."""

from __future__ import annotations

from collections.abc import Sequence

from openapi.check.recorder import FindingsRecorder
from openapi.contract import Operation
from openapi.documents.pointer import pointer_to


def record_unseen_statuses(recorder: FindingsRecorder, operations: Sequence[Operation], *, as_findings: bool) -> None:
    """Record the declared statuses that were never seen, as findings or as not judged."""
    for operation, seen in zip(operations, recorder.coverage(), strict=True):
        if not seen.unseen:
            recorder.judged(operation, "status-unseen")
        for status in seen.unseen:
            message = f"no answer with {status} was seen"
            if not as_findings:
                recorder.not_judged(operation, "status-unseen", message)
                continue
            pointer = operation.pointer + pointer_to("responses", status)
            expected = "an answer with each declared status; describe how to provoke one in a file for --provocations"
            recorder.found("status-unseen", operation, message, expected, pointer=pointer, where=status)


def record_unseen_successes(recorder: FindingsRecorder, operations: Sequence[Operation], *, as_findings: bool) -> None:
    """Record the operations that were never answered with a success, as findings or as not judged."""
    for operation, seen in zip(operations, recorder.coverage(), strict=True):
        if not seen.never_succeeded:
            if seen.seen:
                recorder.judged(operation, "success-unseen")
            continue
        message = f"no answer was a success, only {', '.join(map(str, seen.seen))}"
        if as_findings:
            expected = "an answer below 400; give credentials, or describe a request that succeeds"
            recorder.found("success-unseen", operation, message, expected, pointer=operation.pointer)
        else:
            recorder.not_judged(operation, "success-unseen", message)
