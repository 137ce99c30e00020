"""What the mock decides about a request: a value, which the application carries out and the log remembers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import orjson

from openapi.engine.endpoints import Answer
from openapi.mock.answers.refusals import MockFailure
from openapi.mock.scenarios.faults import FaultHit


@dataclass(frozen=True, slots=True)
class Decision:
    """An `answer`, or none: when a fault keeps it back, or when the upstream has answered.

    `reason` says why it is so, `foreword` why it is the mock that answers, `alternatives` what else could be asked for.
    `operation` and `scenario` are those that the answer is from, `violations` say how request or answer break the
    contract. A fault that is `hit` delays the answer, and breaks it off where it says so. `source` is ``mock`` or
    ``upstream``. An answer that is not `open_to_origin` is not for pages of other origins, or says itself what is.
    """

    answer: Answer | None = None
    reason: str = ""
    operation: str | None = None
    scenario: str | None = None
    alternatives: str = ""
    foreword: str = ""
    violations: tuple[str, ...] = ()
    hit: FaultHit | None = None
    source: str = "mock"
    open_to_origin: bool = True

    @property
    def explanation(self) -> str:
        """The text of the header X-Mock-Reason."""
        return " ".join(filter(None, (self.foreword, self.reason, self.alternatives)))

    def hit_by(self, hit: FaultHit) -> Decision:
        """The decision when a fault hits the answer, which is delayed, truncated or malformed."""
        kind, answer = hit.fault.kind, self.answer
        waited = f"{hit.milliseconds} ms" if hit.milliseconds or kind is None else ""
        if kind == "malform" and answer is not None:
            # The first half of anything, and then this, is no JSON.
            answer = answer._replace(body=answer.body[: len(answer.body) // 2] + b'{"')
        reason = f"Fault: {', '.join(filter(None, (kind, waited)))}. {self.reason}"
        return replace(self, answer=answer, reason=reason, hit=hit)


def envelope(failure: MockFailure) -> Answer:
    """A failure in the mock's own form."""
    own = tuple((name.lower().encode(), value.encode()) for name, value in failure.headers.items())
    return Answer(failure.status, ((b"content-type", b"application/json"), *own), orjson.dumps(failure.body))
