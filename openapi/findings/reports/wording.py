"""The sentences that several reports have in common."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from openapi.findings.causes import Cause, causes_of
from openapi.findings.findings import Certainty, Finding, Gone, Note, OperationCoverage, Outcome, Verdict
from openapi.http.foreign_text import printable
from openapi.http.masking import Secrets
from openapi.http.messages import Response

# Obstacles that the sentence of a verdict names.
_MOST_REASONS: Final = 3
# The profile of a verdict of the proxy.
PROXY: Final = "proxy"


def program(verdict: Verdict) -> str:
    """The command that made the verdict."""
    return "tether-relay proxy" if verdict.profile == PROXY else "tether-relay check"


def title(verdict: Verdict) -> str:
    """The verdict in a sentence, e.g. ``The contract is broken: 2 findings``."""
    if verdict.failed:
        found = f"; until then, {findings_in_words(verdict)}" if verdict.findings else ""
        return f"The check failed: {_obstacles(verdict)}{found}"
    subject = "traffic" if verdict.profile == PROXY else "server"
    if verdict.findings:
        return f"The contract is broken: {findings_in_words(verdict)}"
    if verdict.unchanged:
        return f"Nothing was checked: {'; '.join(verdict.obstacles)}"
    if verdict.exit_code:
        reason = _obstacles(verdict) or ("the check was interrupted" if verdict.interrupted else "")
        return f"The {subject} could not be judged: {reason or 'nothing was seen that a rule applies to'}"
    if verdict.known:
        return f"Nothing new; {_remaining(verdict)}"
    passed = sum(case.outcome is not Outcome.NOT_SEEN for case in verdict.cases)
    return f"The contract is kept: {plural(passed, 'rule')} judged, {findings_in_words(verdict)}"


def _obstacles(verdict: Verdict) -> str:
    first = verdict.obstacles[:_MOST_REASONS]
    more = len(verdict.obstacles) - len(first)
    return "; ".join([*first, *([f"and {plural(more, 'other reason')}"] if more else [])])


def _remaining(verdict: Verdict) -> str:
    """The known findings, which still break the contract, e.g. ``7 known findings remain, 1 gone``."""
    known = len(causes_of(verdict.known))
    remain = f"{plural(known, 'known finding')} remain{'s' if known == 1 else ''}"
    return f"{remain}{f', {len(verdict.gone)} gone' if verdict.gone else ''}"


def findings_in_words(verdict: Verdict) -> str:
    """How many findings there are, counted by cause, e.g. ``2 findings (1 probable), 1 known, 1 gone``, and at how many
    operations if these are more."""
    causes = causes_of(verdict.findings)
    new = plural(len(causes), "new finding" if verdict.known else "finding")
    if unsure := sum(cause.certainty is Certainty.PROBABLE for cause in causes):
        new += f" ({unsure} probable)"
    operations = len({finding.operation for finding in verdict.findings})
    if operations > len(causes):
        new += f" at {operations:,} operations"
    known = [f"{len(causes_of(verdict.known))} known"] if verdict.known else []
    return ", ".join([new, *known, *([f"{len(verdict.gone)} gone"] if verdict.gone else [])])


def listed(names: Collection[str], most: int = 3) -> str:
    """The first names, and how many more there are: ``GET /a, GET /b and 12 more``."""
    first = [place(name) for name in [*names][:most]]
    more = len(names) - len(first)
    return f"{', '.join(first)}{f' and {more:,} more' if more > 0 else ''}"


def never_succeeded(verdict: Verdict, most: int = 5) -> str:
    """The operations that were never answered with a success, with the statuses that they had; "" if there are none."""
    names = [_refused(item) for item in verdict.coverage if item.never_succeeded]
    return f"Never answered with a success: {listed(names, most)}" if names else ""


def coverage_in_words(verdict: Verdict) -> str:
    """How many operations were answered, and how."""
    answered = [item for item in verdict.coverage if item.seen]
    refused = sum(item.never_succeeded for item in answered)
    return (
        f"{plural(len(verdict.coverage), 'operation')}: {len(answered):,} answered, "
        f"{refused:,} of these never with a success, {len(verdict.coverage) - len(answered):,} not answered"
    )


def _refused(item: OperationCoverage) -> str:
    return f"{item.operation} ({', '.join(map(str, sorted(item.seen)))})"


def by_reason(verdict: Verdict) -> dict[str, list[str]]:
    """The reasons to leave something out -> what was left out; "" for what is not about one operation."""
    reasons: dict[str, list[str]] = {}
    for left in verdict.left_out:
        reasons.setdefault(left.reason, []).append(left.operation)
    return reasons


def left_out_in_words(verdict: Verdict, most: int) -> list[str]:
    """What was left out, in one line for each reason, which names `most` operations."""
    return [
        f"{listed(names, most)}: {reason}" if any(names) else reason for reason, names in by_reason(verdict).items()
    ]


def provoked(verdict: Verdict) -> set[tuple[str, int]]:
    """The operations and undeclared statuses that are no findings: the check itself provoked them, for example by a
    request without credentials."""
    found = {(f.operation, f.response.status) for f in (*verdict.findings, *verdict.known) if f.response is not None}
    return {(item.operation, status) for item in verdict.coverage for status in item.seen} - found


def plural(count: int, noun: str) -> str:
    """``1 finding``, ``2 findings``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def place(operation: str) -> str:
    """The name of an operation; findings without one are about the server as a whole."""
    return operation or "the server as a whole"


def note(note: Note) -> str:
    """A note, with the operations that it was seen at."""
    return f"{note.text} ({listed(note.operations, 1)})" if note.operations else note.text


def gone(gone: Gone) -> str:
    """A finding that is gone, with the fingerprint that the baseline file has."""
    return f"{place(gone.operation)}: {gone.rule}: {gone.message} ({gone.fingerprint})"


def run(verdict: Verdict) -> str:
    """The extent of a run, e.g. ``profile fast, seed 0, 321 requests in 4.2 s``; a proxy has no profile and no seed."""
    extent = f"{plural(verdict.requests, 'request')} in {verdict.seconds:.1f} s"
    return (
        f"{extent} through the proxy"
        if verdict.profile == PROXY
        else f"profile {verdict.profile}, seed {verdict.seed}, {extent}"
    )


def certainty(finding: Finding | Cause) -> str:
    """The certainty of a finding or a cause, in words."""
    return "certain" if finding.certainty is Certainty.CERTAIN else "probable, from the usual behaviour of servers"


def not_judged(verdict: Verdict) -> dict[str, list[str]]:
    """The reasons why rules were not judged -> the ids of these rules."""
    reasons: dict[str, list[str]] = {}
    for case in verdict.cases:
        if case.outcome is Outcome.NOT_SEEN:
            rules = reasons.setdefault(case.reason, [])
            if case.rule.id not in rules:
                rules.append(case.rule.id)
    return reasons


def answer(response: Response, secrets: Secrets, longest: int) -> str:
    """A response in one line: its status, its media type and the beginning of its body."""
    body = printable(" ".join(secrets.body(response.body[: longest * 8]).decode("utf-8", "replace").split()))
    shown = body if len(body) <= longest else body[:longest] + "…"
    return " ".join(part for part in (str(response.status), response.media_type or "", shown) if part)


def median(seconds: tuple[float, ...]) -> float | None:
    """The median of the times, in seconds; None if there are none."""
    return sorted(seconds)[len(seconds) // 2] if seconds else None


def milliseconds(seconds: float) -> str:
    """Seconds in a readable unit, e.g. ``12 ms``."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.1f} ms" if seconds < 0.01 else f"{seconds * 1000:.0f} ms"


def statuses(verdict: Verdict) -> Iterator[str]:
    """Every status that was declared or seen, in order."""
    declared = {status for item in verdict.coverage for status in item.declared}
    yield from sorted(declared | {str(status) for item in verdict.coverage for status in item.seen})
