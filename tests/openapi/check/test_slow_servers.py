"""Servers that take 100 ms for an answer: workers make the check short, and limits end it."""

from __future__ import annotations

import pytest

from openapi.check import Verdict
from openapi.http.messages import Request
from tests.openapi.check.family.honest import Reply
from tests.openapi.check.family.small import Small, checked, contract_of, reply, responses

pytestmark = pytest.mark.long

DELAY = 0.1
PATHS = [f"/r{number}" for number in range(8)]
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
CONTRACT = contract_of({path: {"get": {"parameters": [LIMIT], "responses": responses()}} for path in PATHS})


def slowly(request: Request) -> Reply:
    answer = reply()
    return Reply(answer.status, answer.body, answer.headers, delay=DELAY)


def slow_check(**options: object) -> Verdict:
    return checked(CONTRACT, Small({f"GET {path}": slowly for path in PATHS}), **options)


def test_eight_workers_take_less_than_half_of_the_time_of_one() -> None:
    one, eight = (slow_check(workers=workers) for workers in (1, 8))

    assert (one.exit_code, eight.exit_code, eight.requests) == (0, 0, one.requests)
    assert 2 * eight.seconds < one.seconds


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"time_limit": 6.0}, "--time-limit ended the "),
        (
            {"max_requests": 200},
            "--max-requests 200 ended the ",
        ),
    ],
    ids=["time", "requests"],
)
def test_limits_end_the_generated_requests_and_say_what_was_left_out(options: dict[str, float], said: str) -> None:
    verdict = slow_check(generate=True, workers=8, **options)

    assert any(left.reason.startswith(said) for left in verdict.left_out)
    assert verdict.requests <= options.get("max_requests", verdict.requests)
    assert verdict.seconds < 4 * options.get("time_limit", verdict.seconds)
