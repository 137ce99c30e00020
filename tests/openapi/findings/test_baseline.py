"""Known findings do not fail a check again, and a finding that is gone is reported if its rule was judged again."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from openapi.findings.baseline import BaselineError, apply, read_baseline, updated, write_baseline
from openapi.findings.findings import Finding, Gone, Outcome, Verdict, digest
from tests.openapi.findings.verdicts import OPERATION, POINTER, case, finding, verdict

FIRST = finding()
SECOND = finding("allow", where="Allow", pointer="")
BASELINE = updated((), verdict(FIRST, SECOND))


def fingerprints(verdict: Verdict) -> tuple[list[str], list[str], list[str]]:
    return (
        [f.fingerprint for f in verdict.findings],
        [f.fingerprint for f in verdict.known],
        [gone.fingerprint for gone in verdict.gone],
    )


def test_finding_in_the_baseline_is_known_and_another_is_new() -> None:
    other = finding("head")

    judged = apply(updated((), verdict(FIRST)), verdict(FIRST, other))

    assert (judged.findings, judged.known, judged.exit_code) == ((other,), (FIRST,), 1)


def test_exit_code_is_0_with_known_findings_alone() -> None:
    assert apply(BASELINE, verdict(FIRST, SECOND)).exit_code == 0


def test_finding_is_gone_if_its_rule_was_judged_and_did_not_find_it() -> None:
    judged = apply(BASELINE, verdict(FIRST, cases=[case("allow")]))

    assert judged.gone == (Gone(SECOND.fingerprint, OPERATION, "allow", SECOND.message),)


@pytest.mark.parametrize(
    "changes",
    [
        {"cases": (case("body-schema", Outcome.NOT_SEEN, reason="no answer"),)},
        {"cases": (case("body-schema", operation="GET /another"),)},
        {"cases": (case("body-schema"),), "interrupted": True},
        {"cases": (case("body-schema"),), "obstacles": ("the token was refused",)},
    ],
    ids=["not seen", "another operation", "interrupted", "obstacles"],
)
def test_finding_that_was_not_judged_again_is_not_gone_and_stays_in_the_baseline(changes: dict[str, Any]) -> None:
    known = updated((), verdict(FIRST))
    judged = replace(verdict(), **changes)

    assert (apply(known, judged).gone, updated(known, judged)) == ((), known)


def test_gone_finding_leaves_the_updated_baseline() -> None:
    assert updated(BASELINE, verdict(FIRST, cases=[case("allow")])) == updated((), verdict(FIRST))


def test_applying_a_baseline_twice_changes_nothing() -> None:
    once = apply(BASELINE, verdict(FIRST, finding("head")))

    assert apply(BASELINE, once) == once


def test_written_baseline_is_read_back_unchanged() -> None:
    written = write_baseline(BASELINE)

    assert set(read_baseline(written, "known.json")) == set(BASELINE)


def test_file_is_sorted_without_duplicates_and_ends_with_a_line_feed() -> None:
    text = write_baseline([*BASELINE, *reversed(BASELINE)])

    assert text == write_baseline(reversed(BASELINE))
    assert [entry["rule"] for entry in json.loads(text)["findings"]] == ["allow", "body-schema"]
    assert text.endswith(b"}\n")


def test_one_more_finding_only_adds_the_lines_of_that_finding() -> None:
    before, after = (write_baseline(updated((), verdict(*found))).splitlines() for found in ([FIRST], [SECOND, FIRST]))

    assert len(after) - len(before) == 7
    assert [line for line in before if line not in after] == []


def test_entry_has_operation_rule_fingerprint_pointer_and_message() -> None:
    (entry, _) = json.loads(write_baseline(BASELINE))["findings"]

    assert entry == {
        "operation": OPERATION,
        "rule": "allow",
        "fingerprint": SECOND.fingerprint,
        "pointer": "",
        "message": SECOND.message,
    }


def in_list(index: int, **changes: Any) -> Finding:
    """A finding about an item of a list."""
    return finding(where=f"/{index}/provider", message=f"the answer with 200: /{index}/provider: wrong", **changes)


def old_baseline(*findings: Finding) -> bytes:
    """A file of version 1, in which fingerprints contained the place in the body."""
    entries = [
        {
            "operation": one.operation,
            "rule": one.rule.id,
            "fingerprint": digest(one.rule.id, one.operation, one.pointer, one.where),
            "pointer": one.pointer,
            "message": one.message,
        }
        for one in findings
    ]
    return json.dumps({"version": 1, "findings": entries}).encode()


def test_baseline_of_five_wrong_items_holds_for_six() -> None:
    known = updated((), verdict(*map(in_list, range(5))))

    assert apply(known, verdict(*map(in_list, range(6)))).findings == ()


def test_key_of_a_map_is_not_part_of_the_identity() -> None:
    known = updated((), verdict(finding(where="/by_name/ada/n")))

    assert apply(known, verdict(finding(where="/by_name/bob/n"))).findings == ()


def test_wrong_items_with_another_place_in_the_contract_are_new() -> None:
    known = updated((), verdict(in_list(0)))

    assert len(apply(known, verdict(in_list(0, pointer=POINTER + "/other"))).findings) == 1


def test_findings_of_a_baseline_of_version_1_are_known() -> None:
    known = read_baseline(old_baseline(*map(in_list, range(5)), SECOND), "known.json")

    judged = apply(known, verdict(in_list(7), SECOND))

    assert (judged.findings, len(judged.known), judged.gone) == ((), 2, ())


def test_baseline_of_version_1_becomes_one_of_version_2_with_one_entry_for_all_items() -> None:
    known = read_baseline(old_baseline(*map(in_list, range(5))), "known.json")
    document = json.loads(write_baseline(updated(known, verdict(in_list(2)))))

    assert (document["version"], len(document["findings"])) == (2, 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "line 1: Expecting value"),
        (b"\xff", "it is not UTF-8"),
        (b'{\n"version": 1,\n}', "line 3: "),
        (b"[]", "its `version` is not 1 or 2"),
        (b'{"version": 3, "findings": []}', "its `version` is not 1 or 2"),
        (b'{"version": 1}', "`findings` is not a list"),
        (b'{"version": 1, "findings": [1]}', "finding 1 does not have operation, rule, fingerprint, pointer, message"),
        (write_baseline(BASELINE).replace(FIRST.fingerprint.encode(), b"0"), "the fingerprint of finding 2"),
    ],
)
def test_invalid_baseline_is_refused_in_one_line(content: bytes, reason: str) -> None:
    with pytest.raises(BaselineError) as refused:
        read_baseline(content, "known.json")

    assert str(refused.value).startswith("known.json is not a valid baseline: ")
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)
