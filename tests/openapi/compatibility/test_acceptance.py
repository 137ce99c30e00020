"""A file of accepted changes: what it takes out of a comparison, and what is refused in it."""

from __future__ import annotations

from datetime import date

import pytest

from openapi.compatibility.acceptance import accept, read_acceptance
from openapi.compatibility.changes import ChangeLevel, Comparison
from openapi.documents.errors import ContractError
from tests.openapi.compatibility.samples import added, grown, removed

TODAY = date(2026, 1, 1)
BY_FINGERPRINT = b'accepted: [{fingerprint: "00000000000000aa", reason: agreed, until: 2026-01-01}]'


def by_rule(operation: str) -> bytes:
    entry = f"rule: response-enum-grew, operation: {operation}, reason: agreed, until: 2026-06-30"
    return f"accepted:\n  - {{{entry}}}".encode()


def test_change_with_an_accepted_fingerprint_does_not_count() -> None:
    judged = accept(
        Comparison((grown(), added())), read_acceptance(BY_FINGERPRINT, "accepted.yaml"), "accepted.yaml", TODAY
    )

    assert judged.comparison.changes == (added(),)
    assert judged.comparison.level is ChangeLevel.COMPATIBLE
    assert [change for change, _ in judged.accepted] == [grown()]


def test_rule_and_operation_accept_the_change_at_that_operation_alone() -> None:
    entries = read_acceptance(by_rule("GET /a"), "accepted.yaml")
    judged = accept(Comparison((grown("GET /a", "GET /b"),)), entries, "accepted.yaml", TODAY)

    assert judged.comparison.changes == (grown("GET /b"),)


def test_entry_is_valid_on_its_last_day() -> None:
    entries = read_acceptance(BY_FINGERPRINT, "accepted.yaml")

    assert accept(Comparison((grown(),)), entries, "accepted.yaml", TODAY).comparison.changes == ()


def test_entry_after_its_last_day_is_refused_with_its_line() -> None:
    entries = read_acceptance(by_rule("GET /a"), "accepted.yaml")

    with pytest.raises(ContractError, match=r"accepted.yaml: line 2: the entry has ended on 2026-06-30"):
        accept(Comparison((grown("GET /a"),)), entries, "accepted.yaml", date(2026, 7, 1))


@pytest.mark.parametrize("content", [BY_FINGERPRINT, by_rule("GET /a")])
def test_entry_that_no_longer_applies_is_refused(content: bytes) -> None:
    entries = read_acceptance(content, "accepted.yaml")

    with pytest.raises(ContractError, match=r"line \d: none of the changes is .* any more; remove the entry"):
        accept(Comparison((removed(),)), entries, "accepted.yaml", TODAY)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"accepted: {}", "write a list of changes under `accepted`"),
        (b"[]", "write a list of changes under `accepted`"),
        (b"accepted: []\nother: 1", "nothing beside it"),
        (b"accepted:\n- x", "line 2: an entry is a mapping"),
        (b"accepted:\n- {rule: a, reason: b, until: 2026-01-01, line: 1}", "an entry has no `line`"),
        (b"accepted:\n- {fingerprint: 1234567890123456, reason: b, until: 2026-01-01}", "put it in quotes"),
        (b"accepted:\n- {reason: b, until: 2026-01-01}", "give either the `fingerprint`"),
        (b"accepted:\n- {rule: a, fingerprint: b, reason: b, until: 2026-01-01}", "give either the `fingerprint`"),
        (b"accepted:\n- {rule: a, until: 2026-01-01}", "give the `reason`"),
        (b"accepted:\n- {rule: a, reason: ' ', until: 2026-01-01}", "give the `reason`"),
        (b"accepted:\n- {rule: a, reason: b}", "give the day `until`"),
        (b"accepted:\n- {rule: a, reason: b, until: soon}", "give the day `until`"),
        (b"accepted: [", "accepted.yaml"),
        (b"\xff", "accepted.yaml"),
    ],
)
def test_invalid_file_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(ContractError) as caught:
        read_acceptance(content, "accepted.yaml")

    assert reason in str(caught.value)
    assert str(caught.value).startswith("accepted.yaml: ")
