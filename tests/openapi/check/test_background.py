"""An iteration in another thread gives the same items and errors."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from openapi.check.fuzzing.background import in_background


def test_items_keep_their_order() -> None:
    assert list(in_background(iter(range(100)), list)) == list(range(100))


def test_items_are_produced_in_another_thread() -> None:
    def threads() -> Iterator[int]:
        yield threading.get_ident()

    assert list(in_background(threads(), list)) != [threading.get_ident()]


def test_error_of_the_producer_is_raised_after_its_items() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise LookupError("two")

    produced = in_background(failing(), list)

    assert next(produced) == 1
    with pytest.raises(LookupError, match="two"):
        next(produced)


def test_slow_consumer_limits_the_producer() -> None:
    reached: list[int] = []

    def counting() -> Iterator[int]:
        for number in range(1000):
            reached.append(number)
            yield number

    produced = in_background(counting(), list)
    next(produced)

    assert len(reached) < 100


def test_iteration_that_ends_early_stops_the_producer() -> None:
    stopped, ended = threading.Event(), threading.Event()

    def endless() -> Iterator[int]:
        while not stopped.is_set():
            yield 1
        ended.set()

    produced = in_background(endless(), stopped.set)
    next(produced)
    produced.close()  # type: ignore[attr-defined]

    assert ended.is_set()


def test_iteration_that_ends_by_itself_is_not_stopped() -> None:
    stopped = threading.Event()

    list(in_background(iter(range(3)), stopped.set))

    assert not stopped.is_set()


def test_iteration_without_items_ends_when_the_wait_is_over() -> None:
    stopped = threading.Event()

    def silent() -> Iterator[int]:
        stopped.wait(30)
        yield from ()

    def over() -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        list(in_background(silent(), stopped.set, over))
    assert stopped.is_set()
