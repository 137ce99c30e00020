"""Collecting the problems of a file."""

from __future__ import annotations

from bisect import insort

from store.errors import ImportRejected, Problem

LIMIT = 100


class Problems:
    """The problems of a file: the first `LIMIT` by line, and the total."""

    def __init__(self) -> None:
        self._first: list[Problem] = []
        self._total = 0

    def add(self, problem: Problem) -> None:
        """Add one problem; the order of the calls is free."""
        self._total += 1
        insort(self._first, problem)
        del self._first[LIMIT:]

    @property
    def are_full(self) -> bool:
        """Whether a further problem after all others would only be counted."""
        return len(self._first) >= LIMIT

    def count_one(self) -> None:
        """Count a problem that comes after the first `LIMIT`."""
        self._total += 1

    def check(self) -> None:
        """Raise ImportRejected if there are problems."""
        if self._total:
            raise ImportRejected(self._first, self._total)
