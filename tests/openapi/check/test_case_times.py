"""The time of an exchange is shared among the cases that it was judged for."""

from __future__ import annotations

import threading

import pytest

from openapi.check.case_times import CaseTimes

HEAD = ("head", "GET /a")
BODY = ("body-schema", "GET /a")


def test_cases_share_the_time_of_their_exchange() -> None:
    times = CaseTimes()
    times.exchanged(3.0)
    times.judged([HEAD, BODY])
    times.judged([BODY])

    assert times.seconds() == {HEAD: 1.5, BODY: 1.5}


def test_times_of_several_exchanges_add_up() -> None:
    times = CaseTimes()
    for seconds in (1.0, 2.0):
        times.exchanged(seconds)
        times.judged([HEAD])

    assert times.seconds() == {HEAD: 3.0}


def test_exchange_of_another_thread_does_not_count() -> None:
    times = CaseTimes()
    times.exchanged(1.0)
    other = threading.Thread(target=times.exchanged, args=(5.0,))
    other.start()
    other.join()
    times.judged([HEAD])

    assert times.seconds() == {HEAD: 1.0}


def test_case_that_is_judged_before_any_exchange_has_no_time() -> None:
    times = CaseTimes()
    times.judged([HEAD])

    assert times.seconds() == {}


def test_reading_the_times_twice_counts_each_exchange_once() -> None:
    times = CaseTimes()
    times.exchanged(0.1)
    times.judged([HEAD])
    times.seconds()

    assert times.seconds() == {HEAD: pytest.approx(0.1)}
