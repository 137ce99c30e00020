"""The sentences that several reports have in common."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from openapi.findings.findings import Certainty, Finding, Gone, LeftOut, Note, Outcome, Verdict
from openapi.http.masking import Secrets
from openapi.http.messages import Response

# The profile of a verdict of the proxy.
PROXY: Final = "proxy"
# Characters that must not get into a terminal, a page or XML: control characters, and marks for the direction of text.
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)


def printable(text: str) -> str:
    """`text` with control characters and invisible characters replaced."""
    return _UNPRINTABLE.sub("\ufffd", text)


def title(verdict: Verdict) -> str:
    """The verdict in a sentence, e.g. ``The contract is broken: 2 findings``."""
    if verdict.findings:
        return f"The contract is broken: {findings_in_words(verdict)}"
    if verdict.unchanged:
        return f"Nothing was checked: {'; '.join(verdict.obstacles)}"
    if verdict.exit_code:
        reason = "; ".join(verdict.obstacles) or ("the check was interrupted" if verdict.interrupted else "")
        return f"The server could not be judged: {reason or 'nothing was seen that a rule applies to'}"
    passed = sum(case.outcome is not Outcome.NOT_SEEN for case in verdict.cases)
    return f"The contract is kept: {plural(passed, 'rule')} judged, {findings_in_words(verdict)}"


def findings_in_words(verdict: Verdict) -> str:
    """How many findings there are, e.g. ``2 findings (1 probable), 1 known, 1 gone``."""
    new = plural(len(verdict.findings), "new finding" if verdict.known else "finding")
    if unsure := sum(finding.certainty is Certainty.PROBABLE for finding in verdict.findings):
        new += f" ({unsure} probable)"
    known = [f"{len(verdict.known)} known"] if verdict.known else []
    return ", ".join([new, *known, *([f"{len(verdict.gone)} gone"] if verdict.gone else [])])


def plural(count: int, noun: str) -> str:
    """``1 finding``, ``2 findings``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def place(operation: str) -> str:
    """The name of an operation; findings without one are about the server as a whole."""
    return operation or "the server as a whole"


def left_out(left: LeftOut) -> str:
    """An operation that was left out, with the reason."""
    return f"{left.operation}: {left.reason}" if left.operation else left.reason


def note(note: Note) -> str:
    """A note, with the operations that it was seen at."""
    if not note.operations:
        return note.text
    first, *more = note.operations
    return f"{note.text} ({first}{f' and {len(more)} more' if more else ''})"


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


def certainty(finding: Finding) -> str:
    """The certainty of a finding, in words."""
    return "certain" if finding.certainty is Certainty.CERTAIN else "probable, from the usual behaviour of servers"


def by_operation(findings: Collection[Finding]) -> dict[str, list[Finding]]:
    """Findings by operation, in the order of their first finding."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.operation, []).append(finding)
    return groups


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
