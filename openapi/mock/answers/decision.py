"""The decision about a request: a value, which the application carries out and the log records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from openapi.engine.endpoints import Answer
from openapi.http.json import write_json
from openapi.http.messages import has_content
from openapi.http.problems import PROBLEM_JSON, problem
from openapi.mock.answers.refusals import MockFailure
from openapi.mock.scenarios.faults import FaultHit
from openapi.mock.settings import Envelope
from openapi.validation import OF_THE_MOCK

# The most characters of the reason for an error that is not declared.
_LONGEST_REASON: Final = 700


@dataclass(frozen=True, slots=True)
class Decision:
    """An `answer`, or None if a fault suppresses it or the upstream has answered.

    `reason` is the reason for the answer, `foreword` the reason why the mock answers instead of the upstream,
    `alternatives` the preferences with other answers. `operation` and `scenario` are the sources of the answer,
    `violations` those of the contract in the request or the answer. `hit` is a fault that delays, truncates or replaces
    the answer. `source` is ``mock`` or ``upstream``. Without `open_to_origin`, the application adds no headers of CORS.
    `is_declared` is false for an error that the contract of the operation does not declare.
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
    is_declared: bool = True

    @property
    def explanation(self) -> str:
        """The text of the header X-Mock-Reason."""
        # A header is cut at its end, and must always say this.
        told = (self.reason,) if self.is_declared else (self.reason[:_LONGEST_REASON], OF_THE_MOCK)
        return " ".join(filter(None, (self.foreword, *told, self.alternatives)))

    def hit_by(self, hit: FaultHit) -> Decision:
        """The decision with a fault that delays, truncates or malforms the answer."""
        kind, answer = hit.fault.kind, self.answer
        waited = f"{hit.milliseconds} ms" if hit.milliseconds or kind is None else ""
        if kind == "malform" and answer is not None and has_content(answer.status):
            # The first half of any body, followed by this, is not valid JSON.
            answer = answer._replace(body=answer.body[: len(answer.body) // 2] + b'{"')
        reason = f"Fault: {', '.join(filter(None, (kind, waited)))}. {self.reason}"
        return replace(self, answer=answer, reason=reason, hit=hit)


def undeclared_answer(failure: MockFailure, envelope: Envelope | None) -> Answer:
    """A failure that the contract does not declare."""
    own = tuple((name.lower().encode(), value.encode()) for name, value in failure.headers.items())
    content_type, content = undeclared_body(failure, envelope)
    return Answer(failure.status, ((b"content-type", content_type.encode()), *own), content)


def undeclared_body(failure: MockFailure, envelope: Envelope | None) -> tuple[str, bytes]:
    """The media type and the bytes of a failure that the contract does not declare."""
    if envelope is None:
        return PROBLEM_JSON, problem(failure.status, failure.message, failure.code)
    return "application/json", write_json(envelope(failure.status, failure.code, failure.message))
