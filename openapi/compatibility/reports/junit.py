"""A comparison as JUnit XML, for continuous integration: one test case for each change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from openapi.compatibility.changes import Change
from openapi.compatibility.reports.subject import ComparedContracts, operations_of, places_of, where_of, witness_of
from openapi.http.foreign_text import printable

_NAME: Final = "tether-relay contract diff"


def junit(compared: ComparedContracts) -> str:
    """The XML. A change that fails the comparison fails its case, an accepted one is skipped. One more case tells that
    the contracts were compared, so that no report is empty."""
    suite = Element("testsuite", name=_NAME)
    properties = SubElement(suite, "properties")
    for key, value in (("old", compared.old), ("new", compared.new), ("verdict", compared.title)):
        SubElement(properties, "property", name=key, value=printable(value))
    SubElement(suite, "testcase", name="the contracts were compared", classname=_NAME, time="0.000000")
    for change in compared.comparison.changes:
        _case(suite, change, compared)
    for change, entry in compared.accepted:
        case = _testcase(suite, change)
        SubElement(case, "skipped", message=printable(f"accepted until {entry.until}: {entry.reason}"))
    root = Element("testsuites", name=_NAME)
    root.append(suite)
    for element in (suite, root):
        _count(element, suite)
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _case(suite: Element, change: Change, compared: ComparedContracts) -> None:
    case = _testcase(suite, change)
    if compared.fails(change):
        failure = SubElement(case, "failure", message=printable(change.message), type=change.rule.id)
        failure.text = printable("\n".join(_details(change, compared)))


def _testcase(suite: Element, change: Change) -> Element:
    name = printable(f"{change.level.label}: {change.message}")
    return SubElement(suite, "testcase", name=name, classname=printable(operations_of(change, 1)), time="0.000000")


def _details(change: Change, compared: ComparedContracts) -> Iterator[str]:
    yield change.message
    yield where_of(change, len(change.operations))
    if witness := witness_of(change):
        yield f"example: {witness}"
    yield from (f"{side}: {place}" for side, place in places_of(change, compared))
    yield f"why: {change.rule.why}"
    if change.rule.instead:
        yield f"instead: {change.rule.instead}"
    yield f"fingerprint: {change.fingerprint}"


def _count(element: Element, suite: Element) -> None:
    cases = suite.findall("testcase")
    element.set("tests", str(len(cases)))
    element.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    element.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
    element.set("errors", "0")
    element.set("time", "0.000000")
