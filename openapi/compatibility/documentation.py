"""Tells changed words: documentation, and other ways to write the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from openapi.compatibility.recorder import ChangeRecorder
from openapi.contract import Contract, Operation
from openapi.contract.wording import WordingComparison

# The words about the contract as a whole.
_WHOLE: Final = ("/info", "/tags", "/externalDocs")


def compare_words(
    old: Contract, new: Contract, pairs: Iterable[tuple[Operation, Operation]], recorder: ChangeRecorder
) -> None:
    """Record the documentation that changed, and the operations that are written otherwise without another change."""
    changed = recorder.operations()
    comparison = WordingComparison(old, new)
    for before, after in pairs:
        is_told = before.label in changed
        for each in comparison.rewordings(before, after):
            if each.is_documentation:
                recorder.add("documentation-changed", before.label, "the documentation changed", old=each.old,
                             new=each.new)  # fmt: skip
                is_told = True
            elif not is_told:
                text = f"{before.label} is written otherwise"
                recorder.add("wording-changed", before.label, text, old=before.pointer, new=after.pointer)
                is_told = True
    for pointer in _WHOLE:
        if _at(old, pointer) != _at(new, pointer):
            recorder.add("documentation-changed", "", "the documentation changed", old=_existing(old, pointer),
                         new=_existing(new, pointer), key=pointer)  # fmt: skip


def _at(contract: Contract, pointer: str) -> object:
    try:
        return contract.at(pointer)
    except LookupError:
        return None


def _existing(contract: Contract, pointer: str) -> str:
    return pointer if _at(contract, pointer) is not None else ""
