"""A verdict for GitHub Actions: annotations at lines of the contract, and a job summary in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from openapi.findings.findings import Certainty, Finding, Verdict
from openapi.findings.reports.lines import nearest_line
from openapi.findings.reports.wording import (
    certainty,
    left_out,
    median,
    milliseconds,
    place,
    plural,
    printable,
    run,
    title,
)
from openapi.findings.reproduction import reproduction
from openapi.http.masking import Secrets

# GitHub shows 10 annotations of a kind per step, and accepts a summary of up to 1 MiB.
_MOST_SHOWN: Final = 50


def commands(verdict: Verdict, content: bytes, file: str) -> str:
    """Workflow commands for stdout: an error for each certain finding, a warning for each probable one.

    Each names the line of `file`, whose bytes are `content`, that the finding is about.
    """
    lines = [_annotation(finding, content, file) for finding in verdict.findings]
    if verdict.exit_code == 2:
        lines.append(f"::error title={_property('tether-relay check')}::{_data(title(verdict))}")
    return "".join(f"{line}\n" for line in lines)


def _annotation(finding: Finding, content: bytes, file: str) -> str:
    command = "error" if finding.certainty is Certainty.CERTAIN else "warning"
    line = nearest_line(content, finding.pointer)
    heading = f"{place(finding.operation)}: {finding.rule.id}"
    text = f"{finding.message}\nexpected: {finding.expected}"
    return f"::{command} file={_property(file)},line={line},title={_property(heading)}::{_data(text)}"


def _data(text: str) -> str:
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def summary(verdict: Verdict, secrets: Secrets | None = None) -> str:
    """The Markdown for the file that GITHUB_STEP_SUMMARY names."""
    return "\n".join([*_summary(verdict, secrets), ""])


def _summary(verdict: Verdict, secrets: Secrets | None) -> Iterator[str]:
    yield f"## {_markdown(title(verdict))}"
    yield ""
    yield f"{_markdown(verdict.contract)} at {_markdown(verdict.base_url)}: {_markdown(run(verdict))}"
    for finding in verdict.findings[:_MOST_SHOWN]:
        yield from _finding(finding, verdict, secrets)
    if (more := len(verdict.findings) - _MOST_SHOWN) > 0:
        yield f"\nAnd {plural(more, 'finding')} more."
    if verdict.coverage:
        yield "\n| operation | seen | not seen | median |\n| --- | --- | --- | ---: |"
    for item in verdict.coverage:
        seen = ", ".join(f"{status} x{count}" for status, count in sorted(item.seen.items())) or "-"
        middle = median(item.seconds)
        time = "-" if middle is None else milliseconds(middle)
        yield f"| {_markdown(item.operation)} | {seen} | {', '.join(item.unseen) or '-'} | {time} |"
    if verdict.left_out:
        yield "\nLeft out:\n"
        yield from (f"- {_markdown(left_out(left))}" for left in verdict.left_out)


def _finding(finding: Finding, verdict: Verdict, secrets: Secrets | None) -> Iterator[str]:
    yield f"\n### {_markdown(place(finding.operation))}: {finding.rule.id}\n"
    yield f"{_markdown(finding.rule.title)} ({_markdown(certainty(finding))}).\n"
    yield f"- found: {_markdown(finding.message)}"
    yield f"- expected: {_markdown(finding.expected)}"
    if finding.pointer:
        yield f"- contract: {_markdown('#' + finding.pointer)}"
    if line := reproduction(finding, verdict.base_url, secrets, verdict.curl_options):
        # A fence has to be longer than any fence in the line.
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", line)), default=0))
        yield f"\n{fence}sh\n{line}\n{fence}"


def _markdown(text: str) -> str:
    """`text`, escaped: nothing in it is markup, a link or a mention."""
    flat = " ".join(printable(text).split()).replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_{}\[\]()#+!|~>@-])", r"\\\1", flat)
