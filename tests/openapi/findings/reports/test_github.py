"""Output for GitHub Actions: escaped annotations, and a job summary in Markdown."""

from __future__ import annotations

import re
from dataclasses import replace

from openapi.documents.lines import line_of
from openapi.findings.findings import LeftOut
from openapi.findings.reports.github import commands, summary
from openapi.http.masking import Secrets
from openapi.http.messages import Request
from tests.frozen import FROZEN
from tests.openapi.findings.verdicts import POINTER, TOKEN, finding, full_verdict, verdict

CONTENT = FROZEN.read_bytes()
SECRETS = Secrets(tokens=(TOKEN,))


def test_finding_is_an_annotation_at_its_line_of_the_contract() -> None:
    text = commands(verdict(finding()), CONTENT, "openapi/openapi.yaml")

    assert text == (
        f"::error file=openapi/openapi.yaml,line={line_of(CONTENT, POINTER)},"
        "title=GET /api/calls/providers%3A body-schema::"
        'the answer with 200: /provider: is not one of the values%0Aexpected: enum: ["twilio", "sinch", null]\n'
    )


def test_probable_finding_is_a_warning() -> None:
    levels = [line.split()[0] for line in commands(full_verdict(), CONTENT, "a").splitlines()]

    assert levels == ["::error", "::error", "::warning"]


def test_cause_with_several_operations_is_one_annotation_that_names_them() -> None:
    several = verdict(*(finding(operation=f"GET /{number}") for number in range(3)))

    (line,) = commands(several, CONTENT, "a").splitlines()

    assert "title=GET /0 and 2 more%3A body-schema::" in line
    assert line.endswith("%0Aat: GET /0, GET /1, GET /2")


def test_check_without_a_verdict_is_an_error() -> None:
    text = commands(verdict(obstacles=("no token",)), CONTENT, "a")

    assert text == "::error title=tether-relay check::The server could not be judged: no token\n"


def test_hostile_text_is_escaped_in_an_annotation() -> None:
    hostile = finding(message="100%\r\n::set-output name=a::b", operation="a,b:c\n::debug::x")

    (line,) = commands(verdict(hostile), CONTENT, "a,b:c%").splitlines()

    assert line.startswith("::error file=a%2Cb%3Ac%25,line=")
    assert "title=a%2Cb%3Ac%0A%3A %3Adebug%3A%3Ax%3A body-schema::100%25\ufffd%0A: :set-output" in line


def test_summary_has_the_verdict_the_findings_and_the_coverage() -> None:
    text = summary(full_verdict(), SECRETS)

    assert text.startswith("## The contract is broken: 3 new findings \\(1 probable\\), 1 known, 1 gone\n")
    assert "```sh\ncurl -i --path-as-is http://127.0.0.1:2212/api/calls/providers -H" in text
    assert "| GET /api/calls/providers | 200 x12, 401 x30 | 500 | 2.0 ms |" in text
    assert "- POST /api/calls: it can change data; call it with \\-\\-allow\\-writes" in text
    assert TOKEN not in text


def test_hostile_text_is_escaped_in_the_summary() -> None:
    hostile = finding(
        message="<img src=x>\n# heading | `code` @everyone [a](http://b)",
        request=Request("GET", "/a", (("X-A", "```\n# out"[:3]),)),
    )
    text = summary(replace(verdict(hostile), left_out=(LeftOut("a|b", "<script>"),)), SECRETS)

    assert "\\@everyone" in text
    assert "\\[a\\]\\(http://b\\)" in text
    assert re.findall(r"<(?:img|script)|^# ", text, re.MULTILINE) == []
    assert "````sh\n" in text


def test_summary_shows_50_findings_and_counts_the_others() -> None:
    many = verdict(*(finding(pointer=f"/paths/{number}") for number in range(60)))

    text = summary(many, SECRETS)

    assert text.count("```sh") == 50
    assert "And 10 findings more." in text
