"""The budget of a check: the most requests that it sends, and the most seconds that it takes. Thread-safe."""

from __future__ import annotations

import math
import threading
import time


class OutOfBudget(Exception):
    """The check has reached a limit; the text names its option."""


class Budget:
    """`requests` and `seconds` are limits, None for no limit. The time counts from the creation.

    A part of a budget (`whole`) counts its requests there, and those that are counted there meanwhile.
    """

    def __init__(self, requests: int | None = None, seconds: float | None = None, whole: Budget | None = None) -> None:
        self._whole = whole
        self._before = 0 if whole is None else whole.sent
        self._option: str = f"--max-requests {requests}" if whole is None else whole._option
        self._requests = requests
        self._seconds = seconds
        self._deadline = None if seconds is None else time.monotonic() + seconds
        self._sent = 0
        self._lock = threading.Lock()

    @property
    def sent(self) -> int:
        """The number of requests since the creation."""
        return self._sent if self._whole is None else self._whole.sent - self._before

    def count(self, requests: int = 1) -> None:
        """Record that `requests` more requests were sent."""
        if self._whole is not None:
            self._whole.count(requests)
            return
        with self._lock:
            self._sent += requests

    def part(self, share: float) -> Budget:
        """A budget of a `share` (0 to 1) of what is left of this one."""
        requests, seconds = self.requests_left, self.seconds_left
        return Budget(
            None if requests is None else math.floor(requests * share),
            None if seconds is None else seconds * share,
            self,
        )

    def spend(self) -> None:
        """Count a request that is about to be sent. Raises OutOfBudget if it would exceed a limit."""
        with self._lock:
            if self.is_spent:
                raise OutOfBudget(self.spent_on)
            if self._whole is None:
                self._sent += 1
                return
        self._whole.spend()

    @property
    def is_spent(self) -> bool:
        """Whether no further request may be sent."""
        return self.spent_on != ""

    @property
    def spent_on(self) -> str:
        """The option that ended the check, for messages; "" while the budget lasts."""
        if self._requests is not None and self.sent >= self._requests:
            return self._option
        if self._deadline is not None and time.monotonic() >= self._deadline:
            return "--time-limit"
        return ""

    @property
    def seconds_left(self) -> float | None:
        """The seconds that remain, at least 0; None without a limit."""
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    @property
    def share_left(self) -> float:
        """The share (0 to 1) that is left of the requests or of the time, whichever is less; 1 without a limit."""
        requests = 1.0 if not self._requests else (self.requests_left or 0) / self._requests
        seconds = 1.0 if not self._seconds else (self.seconds_left or 0.0) / self._seconds
        return min(requests, seconds)

    @property
    def requests_left(self) -> int | None:
        """The requests that remain, at least 0; None without a limit."""
        return None if self._requests is None else max(0, self._requests - self.sent)
