"""The times at which workers were replaced, from which granian detects a crash loop."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import Final

# The server ends if a worker is replaced this many times within granian's 5.5 seconds, and dies again.
CRASH_LOOP: Final = 5


class Respawns(dict[int, float]):
    """Granian's record of its workers, by number: the time of the last replacement, from `time.monotonic`.

    If a worker dies within 5.5 seconds of that time, granian ends the server. Two deaths may have many causes, and a
    reload counts as one. This class therefore returns the `CRASH_LOOP`-th last time instead, and no time before there
    were that many. A worker that cannot start is still detected, after a few attempts.
    """

    def __init__(self) -> None:
        super().__init__()
        self._moments: defaultdict[int, deque[float]] = defaultdict(lambda: deque(maxlen=CRASH_LOOP))

    def __setitem__(self, worker: int, moment: float) -> None:
        moments = self._moments[worker]
        moments.append(moment)
        if len(moments) == CRASH_LOOP:
            super().__setitem__(worker, moments[0])

    def clear(self) -> None:
        """Do nothing: granian would forget all workers except those that it is about to replace."""
