"""JSON lines: one object per line, with documented fields."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from typing import Any

import pytest

from openapi.findings.findings import Verdict
from openapi.findings.reports import jsonl as module
from openapi.findings.reports.jsonl import LONGEST_BODY, jsonl, progress_line, rest_of_lines
from openapi.http.masking import Secrets
from openapi.http.messages import Request, Response
from tests.openapi.findings.verdicts import OPERATION, REQUEST, TOKEN, finding, full_verdict, large_verdict, verdict


def lines(verdict: Verdict, type: str = "") -> list[dict[str, Any]]:
    objects = [json.loads(line) for line in jsonl(verdict, Secrets(tokens=(TOKEN,))).splitlines()]
    return [one for one in objects if type in ("", one["type"])]


def test_run_is_first_and_summary_last() -> None:
    types = [line["type"] for line in lines(full_verdict())]

    assert (types[0], types[-1]) == ("run", "summary")
    assert set(types) == {"run", "case", "finding", "coverage", "leftOut", "gone", "summary"}


def test_every_field_is_documented() -> None:
    documented = set(re.findall(r"\w+", module.__doc__ or ""))
    progress = json.loads(progress_line("authentication", 1, 2, OPERATION, 0.5))
    undocumented = {name for line in (*lines(full_verdict()), progress) for name in line} - documented

    assert undocumented == {"type"} - documented


def test_summary_has_the_exit_code_and_the_verdict_sentence() -> None:
    (summary,) = lines(full_verdict(), "summary")

    assert (summary["exitCode"], summary["findings"], summary["known"], summary["gone"]) == (1, 3, 1, 1)
    assert summary["verdict"] == "The contract is broken: 3 new findings (1 probable), 1 known, 1 gone"


def test_gone_finding_has_its_operation_rule_and_message() -> None:
    (gone,) = lines(full_verdict(), "gone")

    assert (gone["operation"], gone["rule"], gone["message"]) == (OPERATION, "head", "HEAD was answered with 404")


def test_finding_has_its_exchange_with_the_token_masked() -> None:
    found = lines(verdict(finding()), "finding")[0]

    assert found["request"]["headers"] == [["Authorization", "Bearer $TOKEN"], ["Accept", "*/*"]]
    assert found["response"]["body"] == '{"provider":"telnyx","phoneNumber":"+14165550100"}'
    assert (found["state"], found["fingerprint"]) == ("new", finding().fingerprint)


def test_known_finding_has_the_state_known() -> None:
    assert [line["state"] for line in lines(full_verdict(), "finding")] == ["new", "new", "new", "known"]


def test_findings_with_one_cause_share_its_id_and_the_summary_counts_causes() -> None:
    several = verdict(finding(), finding(operation="GET /other"), finding("allow"))
    causes = [line["cause"] for line in lines(several, "finding")]
    (summary,) = lines(several, "summary")

    assert (causes[0] == causes[1], causes[0] == causes[2]) == (True, False)
    assert (summary["findings"], summary["causes"]) == (3, 2)


def test_lines_of_a_large_contract_have_every_finding_case_and_operation() -> None:
    judged = large_verdict(300)
    counts = Counter(line["type"] for line in lines(judged))

    assert (counts["finding"], counts["coverage"], counts["leftOut"]) == (len(judged.findings), 300, 300)
    assert counts["case"] == len(judged.cases)


def test_finding_that_was_already_written_is_not_repeated() -> None:
    one, other = finding(), finding("allow")
    rest = [json.loads(line) for line in rest_of_lines(verdict(one, other), written={one.fingerprint}).splitlines()]

    assert [line["fingerprint"] for line in rest if line["type"] == "finding"] == [other.fingerprint]
    assert [line for line in rest if line["type"] in ("run", "withdrawn")] == []


def test_written_finding_that_the_verdict_does_not_have_is_withdrawn() -> None:
    rest = [json.loads(line) for line in rest_of_lines(verdict(), written={"0123456789abcdef"}).splitlines()]

    assert {"type": "withdrawn", "fingerprint": "0123456789abcdef"} in rest
    assert rest[-1]["type"] == "summary"


def test_coverage_has_statuses_and_times() -> None:
    (coverage,) = lines(verdict(), "coverage")

    assert (coverage["seen"], coverage["unseen"], coverage["seconds"]) == (
        {"200": 12, "401": 30},
        ["500"],
        [0.001, 0.002, 0.004],
    )


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"", {"body": ""}),
        (b"a" * (LONGEST_BODY + 1), {"body": "a" * LONGEST_BODY}),
        (b"a" * (LONGEST_BODY - 1) + "é".encode(), {"body": "a" * (LONGEST_BODY - 1)}),
        (b"\xff\x00", {"bodyBase64": "/wA="}),
        (b"\xff" * (LONGEST_BODY + 1), {"bodyBase64": base64.b64encode(b"\xff" * LONGEST_BODY).decode()}),
    ],
    ids=["empty", "long", "cut within a character", "binary", "long and binary"],
)
def test_body_is_text_or_base64_of_at_most_64_kib(body: bytes, shown: dict[str, str]) -> None:
    response = lines(verdict(finding(response=Response(200, (), body))), "finding")[0]["response"]

    assert response == {"status": 200, "seconds": 0.0, "headers": [], "bodyLength": len(body), **shown}


def test_finding_without_an_exchange_has_null_for_request_and_response() -> None:
    found = lines(verdict(finding(request=None, response=None)), "finding")[0]

    assert (found["request"], found["response"], found["curl"]) == (None, None, "")


def test_no_line_contains_the_token() -> None:
    echoing = finding(
        request=Request("POST", REQUEST.target, REQUEST.headers, TOKEN.encode()),
        response=Response(200, (("X-You-Are", TOKEN),), TOKEN.encode()),
    )

    assert TOKEN[25:60].encode() not in jsonl(verdict(echoing), Secrets(tokens=(TOKEN,)))
