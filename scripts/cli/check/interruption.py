"""The end of a check by a signal: it stops, and its reports are written."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Turns signals into KeyboardInterrupt."""

    def __init__(self) -> None:
        self._came = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """The handler of the signals. A SIGTERM after the first signal is ignored, because CI sends one soon after a
        SIGINT."""
        self._came = True
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    def check(self) -> None:
        """Raise KeyboardInterrupt again if a signal came: Python drops an exception in a callback of its garbage
        collector, where the first one may have been raised. For the main thread."""
        if self._came:
            raise KeyboardInterrupt

    def ignore(self) -> None:
        """Ignore both signals from now on, while the reports are written."""
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Raise KeyboardInterrupt in the block at SIGINT and SIGTERM, even if this process was started to ignore SIGINT, as
    shells do in the background."""
    before: dict[signal.Signals, Any] = {number: signal.getsignal(number) for number in _SIGNALS}
    interruption = Interruption()
    for number in _SIGNALS:
        signal.signal(number, interruption)
    try:
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
