"""Collecting what is wrong with a file."""

from __future__ import annotations

from bisect import insort

from store.errors import ImportRejected, Problem

LIMIT = 100


class Problems:
    """All problems of a file: the first `LIMIT` by line, and the others as a count."""

    def __init__(self) -> None:
        self._first: list[Problem] = []
        self._total = 0

    def add(self, problem: Problem) -> None:
        """Take one problem, found in any order."""
        self._total += 1
        insort(self._first, problem)
        del self._first[LIMIT:]

    def count_one(self) -> None:
        """Count one problem more that comes after the first ones."""
        self._total += 1

    def check(self) -> None:
        """Return when there are none. Raises ImportRejected."""
        if self._total:
            raise ImportRejected(self._first, self._total)
