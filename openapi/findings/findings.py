"""The results of a check or a proxy: the values that every report is made from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import Final

from openapi.http.messages import Request, Response

# Rules whose findings have a JSON pointer into a body as `where`: its indexes and keys are data of the server.
_ABOUT_DATA: Final = frozenset({"body-schema", "body-strict", "request-body-schema"})


class Category(StrEnum):
    """The subject of a rule."""

    CONTRACT = "contract"
    STRICT = "strict"
    AUTHENTICATION = "authentication"
    HTTP = "http"
    COVERAGE = "coverage"


class Certainty(StrEnum):
    """Certain: it follows from the contract or a standard. Probable: it follows from the usual behaviour of servers."""

    CERTAIN = "certain"
    PROBABLE = "probable"


class Gravity(IntEnum):
    """The harm that a broken rule does; the gravest is the least number."""

    # The server lets in a caller that it must refuse.
    ACCESS = 0
    # The server fails, or clients cannot read the answer.
    FAILURE = 1
    # Clients of the contract read something else than it declares.
    CONTRACT = 2
    # Clients seldom notice.
    MINOR = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """A requirement on a server. `id` is stable. `title` says in one sentence what must hold. `why` gives the reason,
    with its source (RFC or section of the specification). `fault` is the heading of a finding: what the server does
    instead."""

    id: str
    category: Category
    title: str
    why: str
    fault: str = ""
    gravity: Gravity = Gravity.CONTRACT


@dataclass(frozen=True)
class Finding:
    """One rule that one operation broke, with the exchange that shows it.

    `operation` has the form ``GET /api/calls/providers``, and is "" for the server as a whole. `message` says in one
    sentence what is wrong, `expected` what the contract requires, and `pointer` where it does (a JSON pointer; "" for a
    requirement of a standard). `where` is the place in the answer: a JSON pointer into its body, or the name of a
    header. `request` and `response` are not masked; reports mask the secrets in them. `origin` is `pointer` after
    references are followed, so that operations with a shared component have one place; "" if none is known.
    `identity` is the fingerprint of the finding before its `where` was masked; "" if it was not.
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
    origin: str = ""
    identity: str = ""

    @property
    def declaration(self) -> str:
        """The pointer to show: that of the declaration itself, after references are followed."""
        return self.origin or self.pointer

    @cached_property
    def fingerprint(self) -> str:
        """The identity of the finding across runs, as `fingerprint_of`."""
        return self.identity or fingerprint_of(self.rule.id, self.operation, self.pointer, self.where)


def fingerprint_of(rule: str, operation: str, pointer: str, where: str = "") -> str:
    """16 hexadecimal digits for a finding. The place in a body is left out, because it has indexes and keys of data: a
    list with a sixth wrong item has the same fault as one with five."""
    parts = (rule, operation, pointer, "" if has_data_place(rule) else where)
    return digest(*parts)


def has_data_place(rule: str) -> bool:
    """Whether the findings of a rule have a place in a body as their `where`."""
    return rule in _ABOUT_DATA


def digest(*parts: str) -> str:
    """16 hexadecimal digits for some texts."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Outcome(StrEnum):
    """The result of a rule for an operation."""

    PASSED = "passed"
    FAILED = "failed"
    # Nothing was seen that the rule applies to.
    NOT_SEEN = "not seen"


@dataclass(frozen=True)
class Case:
    """One rule applied to one operation. `reason` says why it was not judged; `seconds` is the time that it took."""

    rule: Rule
    operation: str
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class OperationCoverage:
    """The answers of an operation: their number by status, and the seconds that each took."""

    operation: str
    operation_id: str
    declared: tuple[str, ...]
    seen: Mapping[int, int] = field(default_factory=dict)
    seconds: tuple[float, ...] = ()

    @property
    def unseen(self) -> tuple[str, ...]:
        """The declared statuses that no answer had, without `default`, which matches any status."""
        seen = {str(status) for status in self.seen} | {f"{status // 100}XX" for status in self.seen}
        return tuple(status for status in self.declared if status not in seen and status != "default")

    @property
    def never_succeeded(self) -> bool:
        """Whether the operation was answered, but only with refusals and failures (4xx and 5xx), though the contract
        declares a success: nothing is known about its answers to valid requests."""
        successes = [status for status in self.declared if status[:1] in ("2", "3")]
        declares_success = bool(successes) or "default" in self.declared
        return bool(self.seen) and declares_success and all(status >= 400 for status in self.seen)


@dataclass(frozen=True)
class LeftOut:
    """An operation that was not called, with the reason."""

    operation: str
    reason: str


@dataclass(frozen=True)
class Note:
    """Something to know that is not a finding, and the operations that it was seen at."""

    text: str
    operations: tuple[str, ...] = ()


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

    `findings` are new, `known` are in the baseline, `gone` are those of the baseline that were not found again.
    `notes` do not change the exit code; `obstacles` are the reasons why something could not be judged. `base_url`
    contains no credentials.
    `failed`: an error of the program itself ended the check; the first obstacle describes it.
    `unchanged`: there was nothing to check, because no operation differs from the older contract.
    `command` repeats the check in a shell; "" if no command started it. `curl_options` are shell words: the options
    with which curl connects as the check did.
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
    notes: tuple[Note, ...] = ()
    obstacles: tuple[str, ...] = ()
    interrupted: bool = False
    failed: bool = False
    unchanged: bool = False
    curl_options: tuple[str, ...] = ()
    command: str = ""

    @property
    def exit_code(self) -> int:
        """0: the contract is kept. 1: it is broken. 2: no verdict. 3: nothing was checked, because nothing changed."""
        if self.failed:
            return 2
        if self.findings:
            return 1
        if self.unchanged:
            return 3
        judged = any(case.outcome is not Outcome.NOT_SEEN for case in self.cases)
        return 0 if judged and not self.obstacles and not self.interrupted else 2
