"""The end of a check by a signal: it stops, and its reports are written."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible() -> Iterator[Callable[[], None]]:
    """Raise KeyboardInterrupt in the block at the first SIGINT or SIGTERM, even if this process was started to ignore
    SIGINT, as shells do in the background.

    A SIGTERM after it is ignored, because CI sends one soon after a SIGINT; a SIGINT raises KeyboardInterrupt again.
    The block calls the function that it gets before it writes its reports: then both signals are ignored.
    """
    before: dict[signal.Signals, Any] = {number: signal.getsignal(number) for number in _SIGNALS}

    def interrupt(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    def ignore() -> None:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)

    for number in _SIGNALS:
        signal.signal(number, interrupt)
    try:
        yield ignore
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
