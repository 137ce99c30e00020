"""The counts of a worker; most requests only add to numbers in memory."""

from __future__ import annotations

import time
from bisect import bisect_left
from pathlib import Path
from typing import Final

from openapi.engine.observation import RequestRecord
from scripts.cli.telemetry.metrics.catalogue import (
    BUCKETS,
    DURATION,
    KEY_AGE,
    KEY_REFRESHES,
    NONE,
    OTHER,
    OUTCOMES,
    REQUESTS,
    STORE,
    TOKENS,
)
from scripts.cli.telemetry.metrics.slots import Full, Series, SlotFile

# A histogram has a number for each bucket, one for larger values, and the sum. A summary has a count and a sum.
SUM: Final = len(BUCKETS) + 1
HISTOGRAM: Final = SUM + 1
SUMMARY: Final = 2


class Recorder:
    """Counts in a file of `folder`; its methods are the hooks of the server.

    OSError if the file cannot be created.
    """

    def __init__(self, folder: Path) -> None:
        self._file = SlotFile(folder)
        self._numbers = self._file.numbers
        self._places: dict[tuple[str | None, int | None, str | None], tuple[int, int]] = {}
        self._other = self._place(OTHER, OTHER, OTHER)
        self._store = self._file.place(Series(STORE.name), SUMMARY)
        self._misses, self._hits = (self._file.place(Series(TOKENS.name, (result,))) for result in ("miss", "hit"))
        self._outcomes = {name: self._file.place(Series(KEY_REFRESHES.name, (name,))) for name in OUTCOMES}
        # When keys were last read, by the monotonic clock, which all processes of a machine share.
        self._read_at = self._file.place(Series(KEY_AGE.name))
        # This process has read no keys yet; an earlier process with this file may have.
        self._numbers[self._read_at] = 0.0

    def request(self, record: RequestRecord) -> None:
        """Count one request; an Observer."""
        key = (record.operation, record.status, record.code)
        counter, histogram = self._places.get(key) or self._add(key)
        seconds = record.seconds
        numbers = self._numbers
        numbers[counter] += 1
        numbers[histogram + bisect_left(BUCKETS, seconds)] += 1
        numbers[histogram + SUM] += seconds

    def store_read(self, queries: int, seconds: float) -> None:
        """Count store queries, and their total duration in seconds."""
        self._numbers[self._store] += queries
        self._numbers[self._store + 1] += seconds

    def remembered(self, hit: bool) -> None:
        """Count one lookup in the memory of verified tokens."""
        self._numbers[self._hits if hit else self._misses] += 1

    def keys_read(self, outcome: str) -> None:
        """Count one reading of the published keys."""
        self._numbers[self._outcomes[outcome]] += 1
        if outcome != "failed":
            self._numbers[self._read_at] = time.monotonic()

    def _add(self, key: tuple[str | None, int | None, str | None]) -> tuple[int, int]:
        operation, status, code = key
        try:
            places = self._place(operation or NONE, str(status or NONE), code or (NONE if status else "CLIENT_GONE"))
        except Full:
            return self._other
        self._places[key] = places
        return places

    def _place(self, operation: str, status: str, code: str) -> tuple[int, int]:
        counter = self._file.place(Series(REQUESTS.name, (operation, status, code)))
        return counter, self._file.place(Series(DURATION.name, (operation,)), HISTOGRAM)
