"""An iteration in another thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from queue import Empty, Full, Queue
from typing import Final, TypeVar

T = TypeVar("T")

# Items that may wait, so that a fast producer does not fill the memory.
_MOST: Final = 16
# Seconds to wait for a producer that is stopped; it may wait for a slow server.
_PATIENCE: Final = 2.0
# Seconds between two calls of `waiting`.
_INTERVAL: Final = 0.25


def in_background(
    items: Iterable[T], stop: Callable[[], object], waiting: Callable[[], object] = lambda: None
) -> Iterator[T]:
    """Yield `items`, which another thread produces. Raises the error that ends it.

    A signal then interrupts this thread at once, whatever the producer is doing. `waiting` is called several times a
    second while there is no item; an exception of it ends the iteration. If the iteration ends early, `stop` is called,
    which makes the producer end soon; it does not outlive the process.
    """
    produced: Queue[tuple[T] | BaseException | None] = Queue(_MOST)
    abandoned = threading.Event()

    def put(item: tuple[T] | BaseException | None) -> None:
        while not abandoned.is_set():
            try:
                produced.put(item, timeout=0.1)
                return
            except Full:
                continue

    def taken() -> tuple[T] | BaseException | None:
        while True:
            try:
                return produced.get(timeout=_INTERVAL)
            except Empty:
                waiting()

    def produce() -> None:
        try:
            for item in items:
                put((item,))
            put(None)
        except BaseException as error:
            put(error)

    producer = threading.Thread(target=produce, name="generated requests", daemon=True)
    producer.start()
    try:
        while (found := taken()) is not None:
            if isinstance(found, BaseException):
                raise found
            yield found[0]
    finally:
        abandoned.set()
        if producer.is_alive():
            stop()
            producer.join(_PATIENCE)
