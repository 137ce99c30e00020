"""The decision about a request: a value, which the application carries out and the log records."""

from __future__ import annotations

from dataclasses import dataclass, replace

import orjson

from openapi.engine.endpoints import Answer
from openapi.mock.answers.refusals import MockFailure
from openapi.mock.scenarios.faults import FaultHit


@dataclass(frozen=True, slots=True)
class Decision:
    """An `answer`, or None if a fault suppresses it or the upstream has answered.

    `reason` is the reason for the answer, `foreword` the reason why the mock answers instead of the upstream,
    `alternatives` the preferences with other answers. `operation` and `scenario` are the sources of the answer,
    `violations` those of the contract in the request or the answer. `hit` is a fault that delays, truncates or replaces
    the answer. `source` is ``mock`` or ``upstream``. Without `open_to_origin`, the application adds no headers of CORS.
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
        """The decision with a fault that delays, truncates or malforms the answer."""
        kind, answer = hit.fault.kind, self.answer
        waited = f"{hit.milliseconds} ms" if hit.milliseconds or kind is None else ""
        if kind == "malform" and answer is not None:
            # The first half of any body, followed by this, is not valid JSON.
            answer = answer._replace(body=answer.body[: len(answer.body) // 2] + b'{"')
        reason = f"Fault: {', '.join(filter(None, (kind, waited)))}. {self.reason}"
        return replace(self, answer=answer, reason=reason, hit=hit)


def envelope(failure: MockFailure) -> Answer:
    """A failure in the mock's envelope."""
    own = tuple((name.lower().encode(), value.encode()) for name, value in failure.headers.items())
    return Answer(failure.status, ((b"content-type", b"application/json"), *own), orjson.dumps(failure.body))
