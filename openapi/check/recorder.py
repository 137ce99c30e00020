"""The record of a check: judged rules, findings, coverage and obstacles. Thread-safe."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from openapi.check.case_times import CaseTimes
from openapi.check.client.wire import Exchange
from openapi.contract import Operation, label_of
from openapi.findings.causes import in_order
from openapi.findings.findings import (
    Case,
    Category,
    Certainty,
    Finding,
    LeftOut,
    Note,
    OperationCoverage,
    Outcome,
)
from openapi.findings.rules import RULES
from openapi.http.messages import Response

# The only rule about the server as a whole.
_OF_THE_SERVER: Final = "path-unknown"


class FindingsRecorder:
    """Records one check of `operations`, without the rules `skipped`; `observe` is called with each new finding, from
    any thread."""

    def __init__(
        self,
        operations: Iterable[Operation],
        skipped: Iterable[str] = (),
        observe: Callable[[Finding], object] = lambda finding: None,
    ) -> None:
        self._operations = tuple(operations)
        self._skipped = frozenset(skipped)
        self._observe = observe
        self._lock = threading.RLock()
        self._times = CaseTimes()
        self._findings: dict[str, Finding] = {}
        self._judged: set[tuple[str, str]] = set()
        self._doubted: set[str] = set()
        self._reasons: dict[tuple[str, str], str] = {}
        self._statuses: dict[str, Counter[int]] = defaultdict(Counter)
        self._seconds: dict[str, list[float]] = defaultdict(list)
        self._obstacles: dict[str, None] = {}
        self._left_out: dict[LeftOut, None] = {}
        self._notes: dict[str, dict[str, None]] = defaultdict(dict)
        self.requests = 0

    def count(self, *, seconds: float = 0.0) -> None:
        """Record that one more request was sent, and that its answer took `seconds`; the cases that this thread judges
        next are about it."""
        self._times.exchanged(seconds)
        with self._lock:
            self.requests += 1

    def judged(self, operation: Operation | None, *rules: str) -> None:
        """Record that these rules were judged."""
        cases = [(rule, label_of(operation)) for rule in rules if rule not in self._skipped]
        self._times.judged(cases)
        with self._lock:
            if label_of(operation) not in self._doubted:
                self._judged.update(cases)

    def not_judged(self, operation: Operation | None, rule: str, reason: str) -> None:
        """Record why a rule cannot be judged; the first reason counts."""
        with self._lock:
            self._reasons.setdefault((rule, label_of(operation)), reason)

    def doubt(self, operation: Operation, reason: str) -> None:
        """Withdraw all rules that an operation seemed to keep, and count none from now on; its findings stay."""
        with self._lock:
            self._doubted.add(label_of(operation))
            for rule in [rule for rule, name in self._judged if name == label_of(operation)]:
                self._judged.discard((rule, label_of(operation)))
                self._reasons[rule, label_of(operation)] = reason

    def found(
        self,
        rule: str,
        operation: Operation | None,
        message: str,
        expected: str,
        exchange: Exchange | None = None,
        *,
        pointer: str = "",
        where: str = "",
        certainty: Certainty = Certainty.CERTAIN,
    ) -> None:
        """Record a finding. One with a known fingerprint is the same finding; a certain one replaces a probable one."""
        if rule in self._skipped:
            return
        finding = Finding(
            RULES[rule],
            label_of(operation),
            message,
            expected,
            operation.as_written(pointer) if operation is not None else pointer,
            where,
            certainty,
            exchange.request if exchange else None,
            exchange.shortened().response if exchange else None,
            operation.origin_of(pointer) if operation is not None else pointer,
        )
        with self._lock:
            self.judged(operation, rule)
            known = self._findings.get(finding.fingerprint)
            if known is None or (known.certainty, certainty) == (Certainty.PROBABLE, Certainty.CERTAIN):
                self._findings[finding.fingerprint] = finding
                self._observe(finding)

    def has(self, operation: Operation | None, *rules: str) -> bool:
        """Whether there is a finding of any of these rules."""
        with self._lock:
            return any(f.operation == label_of(operation) and f.rule.id in rules for f in self._findings.values())

    def places(self, operation: Operation | None, rule: str) -> set[str]:
        """The places in requests and answers (`where`) of the findings of a rule."""
        with self._lock:
            found = self._findings.values()
            return {f.where for f in found if f.operation == label_of(operation) and f.rule.id == rule and f.where}

    def was_judged(self, operation: Operation | None, rule: str) -> bool:
        """Whether a rule was judged."""
        with self._lock:
            return (rule, label_of(operation)) in self._judged

    def seen(self, operation: Operation, response: Response) -> None:
        """Record an answer of an operation."""
        with self._lock:
            self._statuses[label_of(operation)][response.status] += 1
            self._seconds[label_of(operation)].append(response.seconds)

    def has_success(self) -> bool:
        """Whether any operation was answered with a status below 400."""
        with self._lock:
            return any(status < 400 for statuses in self._statuses.values() for status in statuses)

    def obstacle(self, reason: str) -> None:
        """Record why something could not be judged that should have been."""
        with self._lock:
            self._obstacles.setdefault(reason)

    def not_asked(self, operation: str, reason: Exception) -> None:
        """Record that an operation, or a part of it, could not be asked."""
        self.obstacle(f"{operation or 'the server'} could not be asked: {reason}")

    def left_out(self, operation: str, reason: str) -> None:
        """Record that an operation was not called on purpose, and why."""
        with self._lock:
            self._left_out.setdefault(LeftOut(operation, reason))

    def note(self, text: str, operation: Operation | None) -> None:
        """Record something to know that is not a finding; the same text at several operations is one note."""
        with self._lock:
            self._notes[text][label_of(operation)] = None

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes, each with its operations."""
        with self._lock:
            return tuple(Note(text, tuple(filter(None, sorted(names)))) for text, names in self._notes.items())

    @property
    def obstacles(self) -> tuple[str, ...]:
        """The reasons why something could not be judged."""
        with self._lock:
            return tuple(self._obstacles)

    @property
    def omissions(self) -> tuple[LeftOut, ...]:
        """What was left out on purpose."""
        with self._lock:
            return tuple(self._left_out)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, in the order of their causes."""
        with self._lock:
            findings = list(self._findings.values())
        return in_order(findings)

    def coverage(self) -> tuple[OperationCoverage, ...]:
        """The coverage of each operation."""
        with self._lock:
            return tuple(
                OperationCoverage(
                    label_of(operation),
                    operation.operation_id,
                    tuple(operation.responses),
                    dict(sorted(self._statuses[label_of(operation)].items())),
                    tuple(self._seconds[label_of(operation)]),
                )
                for operation in self._operations
            )

    def cases(self) -> tuple[Case, ...]:
        """Each rule that was or could have been judged, by operation; the server as a whole is last."""
        return tuple(self._cases())

    def _cases(self) -> Iterator[Case]:
        findings: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        for finding in self.findings:
            findings[finding.rule.id, finding.operation].append(finding)
        seconds = self._times.seconds()
        with self._lock:
            for operation in (*map(label_of, self._operations), ""):
                for id, rule in RULES.items():
                    key = (id, operation)
                    time = seconds.get(key, 0.0)
                    if key in findings:
                        yield Case(rule, operation, Outcome.FAILED, tuple(findings[key]), seconds=time)
                    elif key in self._judged:
                        yield Case(rule, operation, Outcome.PASSED, seconds=time)
                    elif id in self._skipped:
                        yield Case(rule, operation, Outcome.NOT_SEEN, reason="skipped on request")
                    elif key in self._reasons:
                        yield Case(rule, operation, Outcome.NOT_SEEN, reason=self._reasons[key])
                    elif operation and rule.category is not Category.STRICT and id != _OF_THE_SERVER:
                        yield Case(
                            rule, operation, Outcome.NOT_SEEN, reason="nothing was seen that the rule applies to"
                        )
