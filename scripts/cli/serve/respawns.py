"""When workers were replaced, by which granian tells a crash loop."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import Final

# So many replacements of one worker within granian's 5.5 seconds, and it dies once more: the server ends.
CRASH_LOOP: Final = 5


class Respawns(dict[int, float]):
    """What granian keeps of its workers, by number: when each was last replaced, on `time.monotonic`.

    A worker that dies within 5.5 seconds of that ends the whole server. Two deaths may have many causes, and a reload
    counts as one; so this tells the `CRASH_LOOP`-th last time instead, and none before there were as many. A worker
    that cannot start is still found out, after a few attempts.
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
        """Nothing: granian would forget all workers but those that it is about to replace."""
