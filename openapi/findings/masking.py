"""Masks the credentials in the sentences of a verdict, in which servers can repeat them."""

from __future__ import annotations

from dataclasses import replace

from openapi.findings.findings import Finding, Verdict
from openapi.http.masking import Secrets, shown


def masked(verdict: Verdict, secrets: Secrets) -> Verdict:
    """A verdict whose sentences are masked; the reports mask its requests and answers."""
    if not secrets.are_known:
        return verdict

    def text(given: str) -> str:
        return shown(secrets.text(given))

    def findings(given: tuple[Finding, ...]) -> tuple[Finding, ...]:
        return tuple(masked_finding(finding, secrets) for finding in given)

    return replace(
        verdict,
        cases=tuple(
            replace(case, findings=findings(case.findings), reason=text(case.reason)) for case in verdict.cases
        ),
        findings=findings(verdict.findings),
        known=findings(verdict.known),
        gone=tuple(replace(gone, message=text(gone.message)) for gone in verdict.gone),
        left_out=tuple(replace(left, reason=text(left.reason)) for left in verdict.left_out),
        notes=tuple(replace(note, text=text(note.text)) for note in verdict.notes),
        obstacles=tuple(map(text, verdict.obstacles)),
    )


def masked_finding(finding: Finding, secrets: Secrets) -> Finding:
    """A finding whose sentences are masked; its fingerprint stays."""
    before = finding.message, finding.expected, finding.where
    message, expected, where = (shown(secrets.text(text)) for text in before)
    if (message, expected, where) == before:
        return finding
    return replace(finding, identity=finding.fingerprint, message=message, expected=expected, where=where)
