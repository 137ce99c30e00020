"""Every report of a comparison shows the changes, their places and their consequence."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from xml.etree.ElementTree import fromstring

import pytest

from openapi.compatibility.acceptance import AcceptedChange
from openapi.compatibility.changelog import changelog
from openapi.compatibility.changes import ChangeLevel, Comparison
from openapi.compatibility.reports.github import workflow_commands
from openapi.compatibility.reports.html import html
from openapi.compatibility.reports.json import as_json
from openapi.compatibility.reports.junit import junit
from openapi.compatibility.reports.markdown import as_markdown
from openapi.compatibility.reports.sarif import sarif
from openapi.compatibility.reports.subject import ComparedContracts
from openapi.compatibility.reports.text import text
from tests.openapi.compatibility.samples import added, compared, grown, removed, reworded

ENTRY = AcceptedChange("agreed with the app", date(2026, 6, 30), 2, fingerprint="00000000000000aa")
ALL = {
    "text": text,
    "json": as_json,
    "markdown": as_markdown,
    "github": workflow_commands,
    "sarif": lambda subject: sarif(subject, "1.0"),
    "junit": junit,
    "html": html,
}


def accepted() -> ComparedContracts:
    return ComparedContracts(Comparison((added(),)), "old.yaml", "new.yaml", "new.yaml", accepted=((grown(), ENTRY),))


def test_text_ends_with_the_verdict() -> None:
    shown = text(compared(grown(), removed(), added())).splitlines()

    assert shown[0].endswith(' provider can be "vonage"')
    assert "old main:openapi.yaml:10 #/components/schemas/Provider/enum" in shown[2]
    assert 'example: the old contract does not allow this answer: {"provider": "vonage"}' in shown[4]
    assert "main:openapi.yaml -> openapi.yaml: " in shown[-1]
    assert "breaking (a major version): 2 breaking, 1 compatible" in shown[-1]


def test_text_of_equal_contracts_says_so() -> None:
    assert "unchanged: the contracts mean the same" in text(compared())


def test_json_has_the_documented_members() -> None:
    report = json.loads(as_json(compared(grown(), removed())))

    assert (report["verdict"], report["version"]) == ("breaking", "major")
    assert report["changes"][0] == {
        "rule": "response-enum-grew",
        "level": "breaking",
        "direction": "response",
        "operations": ["GET /api/calls/providers"],
        "fingerprint": "00000000000000aa",
        "message": 'provider can be "vonage"',
        "old": {"pointer": "/components/schemas/Provider/enum", "line": 10},
        "new": {"pointer": "/components/schemas/Provider/enum", "line": 12},
        "witness": {"value": {"provider": "vonage"}, "text": "the old contract does not allow this answer"},
    }
    assert report["changes"][1]["new"] is None


def test_markdown_folds_compatible_changes() -> None:
    shown = as_markdown(compared(grown(), added()))

    assert "### Breaking: clients of the old contract can fail (1)" in shown
    assert "<details><summary>Compatible (1)</summary>\n\n- POST /things was added" in shown


def test_long_markdown_fits_into_a_comment_and_says_what_is_left_out() -> None:
    shown = as_markdown(compared(*(grown(fingerprint=f"{number:016x}") for number in range(500))))

    assert len(shown) < 65_536
    assert "more changes are left out" in shown


def test_annotation_of_a_removal_is_at_the_nearest_line_of_the_new_contract() -> None:
    (line,) = workflow_commands(compared(removed(), added())).splitlines()

    assert line.startswith(
        "::error file=openapi.yaml,line=15,title=breaking%3A operation-removed::DELETE /things is gone"
    )


def test_sarif_has_a_rule_and_a_line_for_each_change() -> None:
    (run,) = json.loads(sarif(compared(grown(), removed()), "1.0"))["runs"]

    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["response-enum-grew", "operation-removed"]
    lines = [result["locations"][0]["physicalLocation"]["region"]["startLine"] for result in run["results"]]
    assert lines == [12, 15]
    assert {result["level"] for result in run["results"]} == {"error"}


def test_sarif_suppresses_accepted_changes() -> None:
    (run,) = json.loads(sarif(accepted(), "1.0"))["runs"]

    assert [result.get("suppressions") for result in run["results"]] == [
        None,
        [{"kind": "external", "status": "accepted", "justification": "agreed with the app"}],
    ]


@pytest.mark.parametrize(
    ("failing", "failures"), [(ChangeLevel.BREAKING, "1"), (ChangeLevel.UNCHANGED, "2"), (None, "0")]
)
def test_junit_fails_the_changes_that_fail_the_comparison(failing: ChangeLevel | None, failures: str) -> None:
    root = fromstring(junit(compared(grown(), added(), failing=failing)))  # noqa: S314 - our own report

    assert (root.get("tests"), root.get("failures")) == ("3", failures)


def test_junit_of_equal_contracts_is_not_empty() -> None:
    assert fromstring(junit(compared())).get("tests") == "1"  # noqa: S314 - our own report


@pytest.mark.parametrize("name", ["text", "json", "markdown", "sarif", "junit", "html"])
def test_accepted_changes_are_shown_with_the_reason(name: str) -> None:
    assert "agreed with the app" in ALL[name](accepted())


@pytest.mark.parametrize("report", ALL.values(), ids=ALL)
def test_text_of_a_contract_has_no_effect_in_a_report(report: Callable[[ComparedContracts], str]) -> None:
    shown = report(compared(added("\x1b[31m ::error::x <script>alert(1)</script> \u202e"), removed()))

    assert "\x1b[31m ::" not in shown
    assert "\u202e" not in shown
    assert "::error::x" not in shown
    if report in (as_markdown, html):
        assert "<script>" not in shown


def test_changelog_has_a_part_for_each_kind_of_change() -> None:
    shown = changelog(Comparison((grown(), removed(), added())), "2.0.0", date(2026, 1, 31))

    assert shown.startswith("## 2.0.0 (2026-01-31)\n\n### Breaking\n\n- provider can be ")
    assert "\n### Added\n\n- POST /things was added (in POST /things)\n" in shown


def test_changelog_of_equal_contracts_says_that_nothing_changes() -> None:
    assert changelog(Comparison(()), "1.0.1", date(2026, 1, 31)) == (
        "## 1.0.1 (2026-01-31)\n\nNothing changes for clients.\n"
    )


def test_values_in_backticks_are_code_in_markdown() -> None:
    shown = as_markdown(compared(added("`a_b` and c` <b>")))

    assert "- `a_b` and c\\` &lt;b\\>" in shown


def test_reports_for_people_show_few_changes_of_words() -> None:
    subject = compared(*map(reworded, range(1, 1001)))

    assert len(text(subject).splitlines()) < 20
    assert "and 990 more changes of words alone" in text(subject)
    assert "- and 990 more" in as_markdown(subject)
    assert len(json.loads(as_json(subject))["changes"]) == 1000
