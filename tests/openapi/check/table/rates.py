"""Limits of the rate: 429 and 503 with Retry-After (RFC 6585 section 4, RFC 9110 section 10.2.3), and time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Container
from typing import Any, Final

from openapi.http.messages import Request
from tests.openapi.check.table.row import Fresh, Row
from tests.openapi.check.table.server import PASS, Answer, Answering, Call, Reply, Site, says
from tests.openapi.check.table.statuses import GOOD, ONE

LIMITED: Final = "GET /x: {200: {a: integer}, 429: {error: string}}"


def counted(answers: Callable[[int], Reply | None], operation: Reply = GOOD) -> Fresh:
    """A right server, except for what `answers` gives for the number of a request to /x, from 0."""

    def make() -> Answering:
        lock, count = threading.Lock(), -1

        def before(request: Request) -> Answer:
            nonlocal count
            with lock:
                count += request.path == "/x"
                return (answers(count) if request.path == "/x" else None) or PASS

        return Site({"GET /x": operation}, before)

    return Fresh(make)


def refusing(which: Container[int], status: int, **headers: str) -> Fresh:
    """A right server that refuses some requests."""
    return counted(lambda n: says({"error": "slowly"}, status, **headers) if n in which else None)


def slow(seconds: float) -> Site:
    """A right server that takes its time for GET."""

    def answer(call: Call) -> Answer:
        time.sleep(seconds if call.method == "GET" else 0)
        return GOOD

    return Site({"GET /x": answer})


def limit(name: str, server: Fresh | Answering, *finds: str, document: str = LIMITED, **more: Any) -> Row:
    """A server with one operation."""
    return Row(f"rates: {name}", document, server, finds, **more)


ALL: Final = range(1_000_000)

ROWS: Final = (
    limit("429 with Retry-After to the first request", refusing((0,), 429, Retry_After="1")),
    limit("429 with Retry-After: 0, twice", refusing((0, 1), 429, Retry_After="0")),
    limit("429 with Retry-After to a later request", refusing((3,), 429, Retry_After="1")),
    limit(
        "an undeclared 429 with Retry-After to the first request", refusing((0,), 429, Retry_After="1"), document=ONE
    ),
    limit("503 with Retry-After to the first request", refusing((0,), 503, Retry_After="1"), document=ONE),
    limit("answers in time", slow(0), options={"max_response_time": 4.5}),
    limit("the answers take longer than the limit", slow(0.2), "response-time", options={"max_response_time": 0.1}),
    limit("no answer within the time", slow(2.5), "no-answer", options={"timeout": 1.0}),
    limit("429 to all, and Retry-After is an hour", refusing(ALL, 429, Retry_After="3600"), obstacle="--rate-limit"),
    limit("429 after the first request", refusing(ALL[1:], 429), obstacle="--rate-limit"),
    limit(
        "429 to nine of ten requests",
        counted(lambda n: says({"error": "x"}, 429) if n % 10 else None),
        obstacle="--rate-limit",
    ),
    limit(
        "the body breaks its schema once the wait is over",
        counted(lambda n: says({"error": "slowly"}, 429, Retry_After="1") if n == 0 else None, says({"a": "x"})),
        "body-schema",
    ),
)
