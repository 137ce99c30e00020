"""Parts that several documents have: the one to take, or a conflict."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from openapi.documents.errors import ContractError
from openapi.publishing.meaning import MISSING, first_difference, without_prose, written

_SHOWN: Final = 60
_MOST: Final = 20


class ConflictingPages(ContractError):
    """Pages contradict each other; the text has a line for each conflict, up to a limit."""

    def __init__(self, conflicts: list[str]) -> None:
        more = len(conflicts) - _MOST
        lines = [*conflicts[:_MOST], *([f"and {more} more"] if more > 0 else [])]
        super().__init__("", "", "\n".join(lines))

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True, slots=True)
class Written:
    """A part as a document has it."""

    source: str
    value: Any


class Parts:
    """Parts by their pointers, as all documents have them. `bare` is what a part means, without its prose."""

    def __init__(self, bare: Callable[[Any], Any] = without_prose) -> None:
        self._bare = bare
        self._variants: dict[str, list[Written]] = {}

    def add(self, pointer: str, source: str, value: Any) -> None:
        """Add the content of a part in one document."""
        self._variants.setdefault(pointer, []).append(Written(source, value))

    def united(self, conflicts: list[str], warnings: list[str]) -> dict[str, Any]:
        """The content of each part, by its pointer, in their order.

        Of contents that differ in meaning, the conflict is added to `conflicts`. Of those that differ in prose alone,
        the one that most documents have is taken, of equally many that with the greater text; a warning says so.
        """
        return {
            pointer: self._united(pointer, variants, conflicts, warnings)
            for pointer, variants in sorted(self._variants.items())
        }

    def _united(self, pointer: str, variants: list[Written], conflicts: list[str], warnings: list[str]) -> Any:
        groups = _grouped(variants, lambda each: written(self._bare(each.value)))
        if len(groups) > 1:
            conflicts.append(_conflict(pointer, groups[0], groups[1], self._bare))
            return variants[0].value
        texts = _grouped(variants, lambda each: written(each.value))
        if len(texts) > 1:
            warnings.append(f"{_conflict(pointer, texts[0], texts[1], lambda value: value)}; only prose differs")
        # The order of members must not depend on that of the documents either.
        return _grouped(texts[0], lambda each: json.dumps(each.value, ensure_ascii=False))[0][0].value


def _grouped(variants: list[Written], key: Callable[[Written], str]) -> list[list[Written]]:
    """The variants in groups of one key, the largest first, of equally large ones that with the greater key."""
    groups: dict[str, list[Written]] = {}
    for each in variants:
        groups.setdefault(key(each), []).append(each)
    return [group for _, group in sorted(groups.items(), key=lambda item: (len(item[1]), item[0]), reverse=True)]


def _conflict(pointer: str, one: list[Written], other: list[Written], bare: Callable[[Any], Any]) -> str:
    """A sentence about two contents of one part: the pages, the first difference, and how many pages have each."""
    left, right = (min(group, key=lambda each: each.source) for group in (one, other))
    if len(one) == len(other) and right.source < left.source:
        left, right = right, left
    place, first, second = first_difference(bare(left.value), bare(right.value))
    counts = f"{_pages(len(one))} against {len(other)}"
    return (
        f"{left.source} and {right.source} differ at #{pointer}{place}: {_shown(first)} and {_shown(second)} ({counts})"
    )


def _shown(value: Any) -> str:
    if value is MISSING or value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return f"an object with {', '.join(map(str, value))}"[:_SHOWN] if value else "an empty object"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"
