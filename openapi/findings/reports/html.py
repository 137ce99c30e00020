"""A verdict as one HTML page, which needs no network, and no script to be readable."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Template
from markupsafe import Markup, escape

from openapi.findings.causes import Cause, causes_of
from openapi.findings.findings import Certainty, Outcome, Verdict
from openapi.findings.reports import exhibits, wording
from openapi.findings.reports.html_page import page_style, page_template, source_hash
from openapi.findings.reproduction import reproduction
from openapi.http.masking import Secrets
from openapi.http.token_variables import variables

_FOLDER: Final = Path(__file__).with_name("page")
# The first findings are open; the reader opens the others.
_OPEN: Final = 3
# A list of operations up to this length is open.
_FEW: Final = 8


def html(verdict: Verdict, content: bytes, secrets: Secrets | None = None) -> bytes:
    """The page. `content` are the bytes of the contract; each finding shows the lines that it is about, and all
    operations at which it was found."""
    secrets = secrets or Secrets()
    findings = [*_findings(causes_of(verdict.findings), "new", verdict, content, secrets)]
    known = [*_findings(causes_of(verdict.known), "known", verdict, content, secrets)]
    style, script = page_style(), _script()
    page = _template().render(
        verdict=verdict,
        words=wording,
        state=_state(verdict),
        program=wording.program(verdict),
        title=wording.title(verdict),
        provoked=wording.provoked(verdict),
        refused=[item for item in verdict.coverage if item.never_succeeded],
        few=_FEW,
        left_out=wording.by_reason(verdict),
        findings=findings,
        known=known,
        needed={name: meaning for finding in findings + known for name, meaning in finding["needed"].items()},
        categories=list(dict.fromkeys(finding["category"] for finding in findings)),
        statuses=list(wording.statuses(verdict)),
        rules=[*_rules(verdict)],
        timings=[(item, exhibits.distribution(item.seconds)) for item in verdict.coverage if item.seconds],
        style=style,
        script=script,
        style_hash=source_hash(style),
        script_hash=source_hash(script),
    )
    return page.encode("utf-8", "replace")


def _state(verdict: Verdict) -> str:
    """The state of the contract, which decides on the colour of the heading."""
    if verdict.exit_code == 0 and verdict.known:
        return "remaining"
    return {0: "kept", 1: "broken"}.get(verdict.exit_code, "unjudged")


def _findings(
    causes: tuple[Cause, ...], state: str, verdict: Verdict, content: bytes, secrets: Secrets
) -> Iterator[dict[str, Any]]:
    for number, cause in enumerate(causes):
        finding = cause.example
        line = reproduction(finding, verdict.base_url, secrets, verdict.curl_options)
        request, response = finding.request, finding.response
        yield {
            "id": finding.fingerprint,
            "cause": cause.id,
            "heading": cause.heading,
            "places": [(wording.place(each.operation), each) for each in cause.findings],
            "rule": finding.rule,
            "category": finding.rule.category.value,
            "operations": wording.listed(cause.operations, 1),
            "message": finding.message,
            "expected": finding.expected,
            "pointer": finding.declaration,
            "where": finding.where,
            "certain": cause.certainty is Certainty.CERTAIN,
            "certainty": wording.certainty(cause),
            # Made without such characters, and changed by no one, so that it can be copied.
            "curl": Markup(escape(line)),  # noqa: S704 - it is escaped
            "needed": variables(line),
            "request": exhibits.request_lines(request, secrets) if request else [],
            "response": exhibits.response_lines(finding, response, secrets) if response else [],
            "seconds": response.seconds if response else None,
            "contract": exhibits.contract_lines(content, finding.declaration) if finding.pointer else [],
            "open": state == "new" and number < _OPEN,
        }


def _rules(verdict: Verdict) -> Iterator[dict[str, Any]]:
    """The results of each rule, over all operations."""
    for rule in dict.fromkeys(case.rule for case in verdict.cases):
        cases = [case for case in verdict.cases if case.rule == rule]
        reasons = dict.fromkeys(case.reason for case in cases if case.outcome is Outcome.NOT_SEEN and case.reason)
        yield {
            "rule": rule,
            "passed": sum(case.outcome is Outcome.PASSED for case in cases),
            "failed": sum(case.outcome is Outcome.FAILED for case in cases),
            "not_seen": sum(case.outcome is Outcome.NOT_SEEN for case in cases),
            "reasons": list(reasons),
        }


@cache
def _template() -> Template:
    return page_template(_FOLDER, "page.html")


@cache
def _script() -> Markup:
    return Markup((_FOLDER / "page.js").read_text(encoding="utf-8").strip())  # noqa: S704 - a file of this package
