"""A comparison tells its worst level, and which part of the version has to be raised."""

from __future__ import annotations

import pytest

from openapi.compatibility.changes import Change, ChangeDirection, ChangeLevel, ChangeRule, Comparison


def change(level: ChangeLevel) -> Change:
    rule = ChangeRule("some-rule", level, ChangeDirection.REQUEST, "title", "why")
    return Change(rule, level, ChangeDirection.REQUEST, ("GET /things",), "message", "0" * 16)


@pytest.mark.parametrize(
    ("levels", "version"),
    [
        ((), "none"),
        ((ChangeLevel.UNCHANGED,), "patch"),
        ((ChangeLevel.COMPATIBLE,), "minor"),
        ((ChangeLevel.RISKY,), "minor"),
        ((ChangeLevel.UNCHANGED, ChangeLevel.BREAKING), "major"),
    ],
)
def test_version_follows_the_worst_change(levels: tuple[ChangeLevel, ...], version: str) -> None:
    assert Comparison(tuple(map(change, levels))).version == version


def test_level_is_the_worst_of_all_changes() -> None:
    comparison = Comparison((change(ChangeLevel.COMPATIBLE), change(ChangeLevel.RISKY)))

    assert comparison.level is ChangeLevel.RISKY
    assert comparison.level.label == "risky"
