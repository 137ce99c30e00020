"""A verdict for GitHub Actions: annotations at lines of the contract, and a job summary in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from openapi.documents.lines import nearest_line
from openapi.findings.causes import Cause, causes_of
from openapi.findings.findings import Certainty, Verdict
from openapi.findings.reports.escaping import annotation, fenced, markdown, remark
from openapi.findings.reports.extent import extent_of
from openapi.findings.reports.wording import (
    certainty,
    coverage_in_words,
    left_out_in_words,
    listed,
    median,
    milliseconds,
    never_succeeded,
    note,
    plural,
    program,
    run,
    title,
)
from openapi.findings.reproduction import reproduction
from openapi.http.masking import Secrets

# GitHub shows 10 annotations of a kind per step, and accepts a summary of up to 1 MiB.
_MOST_SHOWN: Final = 50
# Operations of a cause, or of a reason to leave them out, that are named.
_MOST_OPERATIONS: Final = 20


def commands(verdict: Verdict, content: bytes, file: str) -> str:
    """Workflow commands for stdout: an error for each certain cause of findings, a warning for each probable one.

    Each names the line of `file`, whose bytes are `content`, that the cause is about.
    """
    lines = [_annotation(cause, content, file) for cause in causes_of(verdict.findings)]
    if verdict.exit_code == 2:
        lines.append(remark("error", program(verdict), title(verdict)))
    return "".join(f"{line}\n" for line in lines)


def _annotation(cause: Cause, content: bytes, file: str) -> str:
    finding = cause.example
    command = "error" if cause.certainty is Certainty.CERTAIN else "warning"
    line = nearest_line(content, finding.declaration)
    heading = f"{listed(cause.operations, 1)}: {finding.rule.id}"
    text = f"{finding.message}\nexpected: {finding.expected}"
    if len(cause.operations) > 1:
        text += f"\nat: {listed(cause.operations, _MOST_OPERATIONS)}"
    return annotation(command, file, line, heading, text)


def summary(verdict: Verdict, secrets: Secrets | None = None) -> str:
    """The Markdown for the file that GITHUB_STEP_SUMMARY names."""
    return "\n".join([*_summary(verdict, secrets), ""])


def _summary(verdict: Verdict, secrets: Secrets | None) -> Iterator[str]:
    yield f"## {markdown(title(verdict))}"
    yield ""
    yield f"{markdown(verdict.contract)} at {markdown(verdict.base_url)}: {markdown(run(verdict))}"
    if refused := never_succeeded(verdict, _MOST_OPERATIONS):
        yield f"\n**{markdown(refused)}**"
    causes = causes_of(verdict.findings)
    for cause in causes[:_MOST_SHOWN]:
        yield from _finding(cause, verdict, secrets)
    if (more := len(causes) - _MOST_SHOWN) > 0:
        yield f"\nAnd {plural(more, 'finding')} more."
    yield from _coverage(verdict)
    yield from _list("Notes", list(map(note, verdict.notes)))
    yield from _list("Left out", left_out_in_words(verdict, _MOST_OPERATIONS))


def _coverage(verdict: Verdict) -> Iterator[str]:
    """The table of operations; of a large verdict the notable ones, because GitHub limits the size of a summary."""
    if not verdict.coverage:
        return
    extent = extent_of(verdict)
    if extent.large:
        yield f"\n{coverage_in_words(verdict)}"
    yield "\n| operation | seen | not seen | median |\n| --- | --- | --- | ---: |"
    for item in extent.notable:
        seen = ", ".join(f"{status} x{count}" for status, count in sorted(item.seen.items())) or "-"
        middle = median(item.seconds)
        time = "-" if middle is None else milliseconds(middle)
        yield f"| {markdown(item.operation)} | {seen} | {', '.join(item.unseen) or '-'} | {time} |"


def _list(heading: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"\n{heading}:\n"
        yield from (f"- {markdown(line)}" for line in lines)


def _finding(cause: Cause, verdict: Verdict, secrets: Secrets | None) -> Iterator[str]:
    finding = cause.example
    yield f"\n### {markdown(cause.heading)} ({cause.rule.id})\n"
    yield f"At {markdown(listed(cause.operations, _MOST_OPERATIONS))}; {markdown(certainty(cause))}.\n"
    yield f"- found: {markdown(finding.message)}"
    yield f"- expected: {markdown(finding.expected)}"
    if finding.declaration:
        yield f"- contract: {markdown('#' + finding.declaration)}"
    if line := reproduction(finding, verdict.base_url, secrets, verdict.curl_options):
        yield "\n" + fenced(line, "sh")
