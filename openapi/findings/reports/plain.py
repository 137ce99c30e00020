"""A finding as plain text, for whatever shows a failed test."""

from __future__ import annotations

from openapi.findings.findings import Finding, Verdict
from openapi.findings.reports.wording import certainty
from openapi.findings.reproduction import reproduction
from openapi.http.masking import Secrets


def described(finding: Finding, verdict: Verdict, secrets: Secrets | None) -> str:
    """What came, what was expected, why, how sure that is, and a line to see it again."""
    lines = [
        f"came: {finding.message}",
        f"expected: {finding.expected}",
        f"contract: #{finding.pointer}" if finding.pointer else "",
        f"why: {finding.rule.why}",
        f"sure: {certainty(finding)}",
        reproduction(finding, verdict.base_url, secrets, verdict.curl_options),
    ]
    return "\n".join(line for line in lines if line)
