"""A finding as plain text, for reports of failed tests."""

from __future__ import annotations

from openapi.findings.causes import cause_id
from openapi.findings.findings import Finding, Verdict
from openapi.findings.reports.wording import certainty
from openapi.findings.reproduction import reproduction
from openapi.http.foreign_text import printable
from openapi.http.masking import Secrets


def described(finding: Finding, verdict: Verdict, secrets: Secrets | None) -> str:
    """The message, what was expected, the reason, the certainty, the cause that it may share with findings of other
    operations, and the `curl` line; in printable characters."""
    lines = [
        f"found: {finding.message}",
        f"expected: {finding.expected}",
        f"contract: #{finding.declaration}" if finding.declaration else "",
        f"why: {finding.rule.why}",
        f"certainty: {certainty(finding)}",
        f"cause: {cause_id(finding)}",
    ]
    curl = reproduction(finding, verdict.base_url, secrets, verdict.curl_options)
    return "\n".join(line for line in (*map(printable, lines), curl) if line)
