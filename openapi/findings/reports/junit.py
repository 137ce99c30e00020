"""A verdict as JUnit XML, for continuous integration: one test case for each rule and operation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from openapi.findings.findings import Case, Outcome, Verdict
from openapi.findings.reports.plain import described
from openapi.findings.reports.wording import place, program, title
from openapi.http.foreign_text import printable
from openapi.http.masking import Secrets

# Seconds from which milliseconds are precise enough.
_LONG: Final = 0.1


def junit(verdict: Verdict, secrets: Secrets | None = None) -> bytes:
    """The XML: a suite for each operation, and one that says whether the check could run.

    Only new findings fail a case; known findings are in its output. A case that was not seen is skipped.
    """
    new = {finding.fingerprint for finding in verdict.findings}
    whole = program(verdict)
    root = Element("testsuites", name=whole)
    operations = dict.fromkeys(case.operation for case in verdict.cases)
    for operation in operations:
        suite = _suite(root, place(operation), verdict)
        for case in (case for case in verdict.cases if case.operation == operation):
            _case(suite, case, new, verdict, secrets)
        _count([suite], suite)
    _check(_suite(root, whole, verdict), verdict)
    _count(root.findall("testsuite"), root)
    indent(root)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _suite(root: Element, name: str, verdict: Verdict) -> Element:
    suite = SubElement(
        root,
        "testsuite",
        name=printable(name),
        timestamp=verdict.started.strftime("%Y-%m-%dT%H:%M:%S"),
        hostname=printable(verdict.base_url),
    )
    properties = SubElement(suite, "properties")
    for key, value in (("contract", verdict.contract), ("profile", verdict.profile), ("seed", verdict.seed)):
        SubElement(properties, "property", name=key, value=printable(str(value)))
    return suite


def _case(suite: Element, case: Case, new: set[str], verdict: Verdict, secrets: Secrets | None) -> None:
    element = _testcase(suite, f"{case.rule.id}: {case.rule.title}", case.operation, case.seconds)
    failures = [finding for finding in case.findings if finding.fingerprint in new]
    known = [finding for finding in case.findings if finding.fingerprint not in new]
    if case.outcome is Outcome.NOT_SEEN:
        SubElement(element, "skipped", message=printable(case.reason or "nothing was seen"))
    if failures:
        # Most readers accept one failure per case.
        message = "; ".join(finding.message for finding in failures)
        failure = SubElement(element, "failure", message=printable(message), type=case.rule.id)
        failure.text = "\n\n".join(described(finding, verdict, secrets) for finding in failures)
    if known:
        output = SubElement(element, "system-out")
        output.text = printable("\n".join(f"known: {finding.message}" for finding in known))


def _check(suite: Element, verdict: Verdict) -> None:
    """A case that fails when the check could not run, so that no report looks like a pass then."""
    element = _testcase(suite, "the check could run", program(verdict), _remainder(verdict))
    if verdict.exit_code == 2:
        SubElement(element, "error", message=printable(title(verdict)), type="not-judged")
    elif verdict.unchanged:
        SubElement(element, "skipped", message=printable(title(verdict)))
    _count([suite], suite)


def _remainder(verdict: Verdict) -> float:
    """The seconds of the run that belong to no case."""
    return max(0.0, verdict.seconds - sum(case.seconds for case in verdict.cases))


def _testcase(suite: Element, name: str, operation: str, seconds: float) -> Element:
    return SubElement(
        suite, "testcase", name=printable(name), classname=printable(place(operation)), time=_time(seconds)
    )


def _time(seconds: float) -> str:
    """Seconds in decimals, which most readers require; a case of a fast server takes less than a millisecond."""
    return f"{seconds:.3f}" if seconds >= _LONG else f"{seconds:.6f}"


def _count(suites: Iterable[Element], element: Element) -> None:
    cases = [case for suite in suites for case in suite.findall("testcase")]
    element.set("tests", str(len(cases)))
    for name, child in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(name, str(sum(case.find(child) is not None for case in cases)))
    element.set("time", _time(sum(float(case.get("time", 0)) for case in cases)))
