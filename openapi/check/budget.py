"""The limits of a check: its time and its number of requests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class OutOfBudget(Exception):
    """The check has reached its limit; the text says which."""


class Budget:
    """The most `requests` and `seconds` of a check from now on; None for no limit. Thread-safe."""

    def __init__(
        self, requests: int | None = None, seconds: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._requests = requests
        self._seconds = seconds
        self._clock = clock
        self._began = clock()
        self._sent = 0
        self._lock = threading.Lock()

    @property
    def seconds_left(self) -> float:
        """The seconds until the time limit, infinite without one."""
        if self._seconds is None:
            return float("inf")
        return max(0.0, self._began + self._seconds - self._clock())

    @property
    def limit(self) -> str | None:
        """The limit that is reached, for a report; None if there is none."""
        if self._requests is not None and self._sent >= self._requests:
            return f"the limit of {self._requests:,} requests was reached"
        if self._seconds is not None and not self.seconds_left:
            return f"the time limit of {self._seconds:g} s was reached"
        return None

    def spend(self) -> None:
        """Count a request that is about to be sent. Raises OutOfBudget if it would exceed a limit."""
        with self._lock:
            if (limit := self.limit) is not None:
                raise OutOfBudget(limit)
            self._sent += 1

    def count(self, requests: int = 1) -> None:
        """Count requests that were sent."""
        with self._lock:
            self._sent += requests
