"""What a check found, and what it looked at: the values that every report is made from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from openapi.http.messages import Request, Response


class Category(StrEnum):
    """What a rule is about."""

    CONTRACT = "contract"
    STRICT = "strict"
    AUTHENTICATION = "authentication"
    HTTP = "http"
    COVERAGE = "coverage"


class Certainty(StrEnum):
    """How sure a finding is: the contract or a standard says so; or it follows from what servers usually mean."""

    CERTAIN = "certain"
    PROBABLE = "probable"


@dataclass(frozen=True, slots=True)
class Rule:
    """What is asked of a server. `id` is stable; `title` says in a sentence what must hold; `why` explains it, with the
    source (RFC or section of the specification)."""

    id: str
    category: Category
    title: str
    why: str


@dataclass(frozen=True)
class Finding:
    """One rule that one operation broke, with the exchange that shows it.

    `operation` is as ``GET /api/calls/providers``, "" for the server as a whole. `message` says in a sentence what
    came, `expected` what the contract says, and `pointer` where (a JSON pointer, "" when a standard says it). `where`
    is the place in the answer: a JSON pointer into its body, or the name of a header. `request` and `response` are
    as they were; reports mask what is secret in them.
    """

    rule: Rule
    operation: str
    message: str
    expected: str
    pointer: str = ""
    where: str = ""
    certainty: Certainty = Certainty.CERTAIN
    request: Request | None = None
    response: Response | None = None

    @cached_property
    def fingerprint(self) -> str:
        """What stays the same when the same is found again: 16 hexadecimal digits, free of data."""
        parts = (self.rule.id, self.operation, self.pointer, self.where)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


class Outcome(StrEnum):
    """How an operation did by a rule."""

    PASSED = "passed"
    FAILED = "failed"
    # Nothing was seen that the rule could be judged by.
    NOT_SEEN = "not seen"


@dataclass(frozen=True)
class Case:
    """One rule applied to one operation. `reason` says why it was not judged; `seconds` is what it took."""

    rule: Rule
    operation: str
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class OperationCoverage:
    """What was seen of an operation: how many answers of each status, and the seconds that each of them took."""

    operation: str
    operation_id: str
    declared: tuple[str, ...]
    seen: Mapping[int, int] = field(default_factory=dict)
    seconds: tuple[float, ...] = ()

    @property
    def unseen(self) -> tuple[str, ...]:
        """The declared statuses that no answer had; `default` cannot be told from others and is left out."""
        seen = {str(status) for status in self.seen} | {f"{status // 100}XX" for status in self.seen}
        return tuple(status for status in self.declared if status not in seen and status != "default")


@dataclass(frozen=True)
class LeftOut:
    """An operation that was not called, and why."""

    operation: str
    reason: str


@dataclass(frozen=True)
class Gone:
    """A finding of the baseline that was not found again."""

    fingerprint: str
    operation: str
    rule: str
    message: str


@dataclass(frozen=True)
class Verdict:
    """The outcome of a check.

    `findings` are new, `known` stand in the baseline, `gone` are those of the baseline that were not found.
    `obstacles` are reasons for which nothing could be judged. `base_url` has no credentials in it.
    `unchanged` when there was nothing to check, for no operation differs from the older contract.
    `command` checks the same again in a shell, "" where it was no command. `curl_options` are words of the shell: what
    curl needs to connect as the check did.
    """

    contract: str
    base_url: str
    profile: str
    seed: int
    started: datetime
    seconds: float
    requests: int
    cases: tuple[Case, ...]
    coverage: tuple[OperationCoverage, ...]
    findings: tuple[Finding, ...] = ()
    known: tuple[Finding, ...] = ()
    gone: tuple[Gone, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    obstacles: tuple[str, ...] = ()
    interrupted: bool = False
    unchanged: bool = False
    curl_options: tuple[str, ...] = ()
    command: str = ""

    @property
    def exit_code(self) -> int:
        """0 when the contract is kept, 1 when it is broken, 2 when that could not be judged, 3 when nothing changed."""
        if self.findings:
            return 1
        if self.unchanged:
            return 3
        judged = any(case.outcome is not Outcome.NOT_SEEN for case in self.cases)
        return 0 if judged and not self.obstacles and not self.interrupted else 2
