"""The time that each case of a check took: that of the answers which its rule judged. Thread-safe."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

# The id of a rule, and the label of an operation.
CaseKey: TypeAlias = tuple[str, str]


@dataclass
class _Exchange:
    seconds: float
    cases: set[CaseKey] = field(default_factory=set)


class CaseTimes:
    """Shares the time of each exchange among the cases that are judged after it, in the same thread and before the next
    exchange. The times of all cases together are then those of all exchanges that were judged."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: dict[int, _Exchange] = {}
        self._seconds: dict[CaseKey, float] = defaultdict(float)

    def exchanged(self, seconds: float) -> None:
        """Record an exchange of this thread, which took `seconds`."""
        thread = threading.get_ident()
        with self._lock:
            self._settle(self._last.get(thread))
            self._last[thread] = _Exchange(seconds)

    def judged(self, cases: Iterable[CaseKey]) -> None:
        """Record that the latest exchange of this thread was judged for these cases."""
        with self._lock:
            if (exchange := self._last.get(threading.get_ident())) is not None:
                exchange.cases.update(cases)

    def seconds(self) -> Mapping[CaseKey, float]:
        """The seconds of each case so far."""
        with self._lock:
            for exchange in self._last.values():
                self._settle(exchange)
            self._last.clear()
            return dict(self._seconds)

    def _settle(self, exchange: _Exchange | None) -> None:
        if exchange is not None:
            for case in exchange.cases:
                self._seconds[case] += exchange.seconds / len(exchange.cases)
