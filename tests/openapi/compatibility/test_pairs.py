"""The comparison gives each pair of the corpus its level. See pairs/ and corpus.py."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from openapi.compatibility.changes import ChangeLevel, Comparison
from openapi.compatibility.comparison import compare
from openapi.contract import Contract, parse_contract
from tests.openapi.compatibility.corpus import Document, Pair, read_derived_pairs, read_pairs

PAIRS = read_pairs()
DERIVED = read_derived_pairs()


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.id)
def test_level_of_a_pair(pair: Pair) -> None:
    comparison = compared(pair.old, pair.new)

    assert comparison.level.label in pair.levels, explained(pair, comparison)


@pytest.mark.parametrize("pair", DERIVED, ids=lambda pair: pair.id)
def test_level_of_a_derived_pair(pair: Pair) -> None:
    comparison = compared(pair.old, pair.new)

    assert comparison.level.label in pair.levels, explained(pair, comparison)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.id)
def test_contract_has_no_change_from_itself(pair: Pair) -> None:
    for document in (pair.old, pair.new):
        assert compared(document, document).changes == ()


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair.causes is not None], ids=lambda pair: pair.id)
def test_one_cause_is_told_once(pair: Pair) -> None:
    changes = [change for change in compared(pair.old, pair.new).changes if change.level is not ChangeLevel.UNCHANGED]

    assert len(changes) == pair.causes


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair.changes is not None], ids=lambda pair: pair.id)
def test_number_of_changes(pair: Pair) -> None:
    assert len(compared(pair.old, pair.new).changes) == pair.changes


def test_half_of_the_corpus_is_compatible_or_unchanged() -> None:
    kinds = Counter("breaking" if pair.is_breaking else "harmless" if pair.is_harmless else "open" for pair in PAIRS)

    assert len(PAIRS) >= 240
    assert kinds["harmless"] >= 0.45 * len(PAIRS)
    assert kinds["open"] <= 0.1 * len(PAIRS)


def compared(old: Document, new: Document) -> Comparison:
    return compare(contract(old, "old.json"), contract(new, "new.json"))


def contract(document: Document, name: str) -> Contract:
    return parse_contract(json.dumps(document, indent=1).encode(), name)


def explained(pair: Pair, comparison: Comparison) -> str:
    told = "".join(f"\n  {change.level.label} {change.rule.id}: {change.message}" for change in comparison.changes)
    return f"{pair.id}: {pair.because}{told}"
