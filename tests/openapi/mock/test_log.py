"""The log of requests: its limits, its watchers, its reasons, and its masking."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import orjson
import pytest

from openapi.contract import parse_contract
from openapi.http.masking import shown
from openapi.mock.log.log import MOST_BODY, MOST_BYTES, MOST_REQUESTS, LoggedExchange, RequestLog
from openapi.mock.masking import NO_CONTRACT, LogMasking, log_masking
from openapi.mock.mocking import Mock
from openapi.mock.scenarios.scenario_file import SCENARIOS

if TYPE_CHECKING:
    from tests.openapi.mock.conftest import Asked, MockOf


@pytest.fixture(scope="module")
def masking() -> LogMasking:
    schemes = {
        "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "query": {"type": "apiKey", "in": "query", "name": "api key"},
        "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
        "bearer": {"type": "http", "scheme": "bearer"},
    }
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Invented", "version": "1"},
        "paths": {},
        "components": {"securitySchemes": schemes},
    }
    return log_masking([parse_contract(orjson.dumps(document), "a.json")])


def exchange(session: str | None = None) -> LoggedExchange:
    return LoggedExchange("GET", "/a", at=0.0, session=session)


def numbers(log: RequestLog, after: int = 0, session: str | None = None) -> list[int]:
    return [found.number for found in log.after(after, session)]


def test_the_log_keeps_only_the_last_requests() -> None:
    log = RequestLog()
    for _ in range(MOST_REQUESTS + 3):
        log.add(exchange())

    assert numbers(log) == list(range(4, 504))
    assert numbers(log, 502) == [503]
    assert log.get(3) is None
    assert log.get(4) is not None


def large(session: str | None = None) -> LoggedExchange:
    found = exchange(session)
    found.request_body = found.response_body = bytes(MOST_BODY)
    return found


@pytest.mark.parametrize("part", ["bodies", "headers", "target", "violations"])
def test_the_log_limits_the_bytes_of_large_requests(part: str) -> None:
    log = RequestLog()
    for _ in range(MOST_REQUESTS):
        added = large() if part == "bodies" else exchange()
        if part == "headers":
            added.request_headers = added.response_headers = (("X", "x" * MOST_BODY),)
        elif part == "target":
            added.target = "x" * 2 * MOST_BODY
        elif part == "violations":
            added.violations = ["x" * 2 * MOST_BODY]
        log.add(added)
    kept = log.after(0, None)

    assert sum(added.size for added in kept) <= MOST_BYTES
    assert [added.number for added in kept] == list(range(MOST_REQUESTS + 1 - len(kept), MOST_REQUESTS + 1))
    assert len(kept) == MOST_BYTES // (2 * MOST_BODY) - 1


def test_the_size_of_an_entry_includes_the_overhead_of_headers() -> None:
    added = exchange()
    added.request_headers = (("a", ""),) * 10_000

    assert added.size > 1_000_000


def test_removed_entries_free_their_bytes() -> None:
    log = RequestLog()
    for _ in range(MOST_REQUESTS):
        log.add(large("one"))
    log.add(exchange())
    log.clear("one")
    for _ in range(100):
        log.add(large("two"))

    assert len(log.after(0, None)) == 101


def test_a_session_lists_and_clears_only_its_own_requests() -> None:
    log = RequestLog()
    for session in ("one", None, "two", "one"):
        log.add(exchange(session))

    assert numbers(log, session="one") == [1, 4]
    log.clear("one")
    assert numbers(log) == [2, 3]


def test_numbering_continues_after_the_log_is_cleared() -> None:
    log = RequestLog()
    log.add(exchange())
    log.clear()
    log.add(exchange())

    assert numbers(log) == [2]


def test_a_watcher_gets_events_and_a_slow_one_misses_some() -> None:
    log = RequestLog()
    with log.watching() as queue:
        for _ in range(1001):
            log.add(exchange())
        assert queue.qsize() == 1000
        kind, data = queue.get_nowait()
    log.add(exchange())

    assert (kind, data) == ("request", exchange_of_number(1))
    assert queue.qsize() == 999


def exchange_of_number(number: int) -> dict[str, object]:
    found = exchange()
    found.number = number
    return found.summary()


def test_waiting_for_the_first_request_has_a_limit() -> None:
    async def wait() -> None:
        log = RequestLog()
        await log.first(0.001)
        log.add(exchange())
        await asyncio.wait_for(log.first(60), 1)

    asyncio.run(wait())


@pytest.mark.parametrize(
    ("headers", "scenario"),
    [
        ({}, None),
        ({"Authorization": "Bearer any"}, "twilio"),
        ({"Authorization": "Bearer any", "Prefer": "scenario=nope"}, None),
        ({"Authorization": "Bearer any", "Prefer": "code=500"}, None),
        ({"Authorization": "Bearer any", "Prefer": "code=999"}, None),
    ],
)
def test_the_log_names_a_scenario_only_if_it_answered(
    asked: Callable[[Mock], Asked], headers: dict[str, str], scenario: str | None
) -> None:
    mock = Mock(scenario_file=SCENARIOS, scenario="twilio")
    asked(mock)("/api/calls/providers", headers=headers)
    (logged,) = mock.log.after(0, None)

    assert logged.scenario == scenario


@pytest.mark.parametrize(("chosen", "scenario"), [("twilio", None), ("broken", "broken")])
def test_the_log_names_a_scenario_only_for_its_own_fault(mock_of: MockOf, chosen: str, scenario: str | None) -> None:
    ask = mock_of(
        "paths: {/a: {get: {operationId: a, responses: {'200': {description: A}}}}}",
        """\
        twilio: {description: A, operations: {a: {status: 200}}}
        broken: {description: B, fault: {kind: unavailable}, operations: {a: {status: 200}}}
        """,
        scenario=chosen,
    )
    if chosen == "twilio":
        ask.put("fault", fault={"kind": "error"})
    status = ask("/a").status_code
    (logged,) = ask.mock.log.after(0, None)

    assert (status >= 500, logged.scenario) == (True, scenario)


@pytest.mark.parametrize(
    ("fault", "said"),
    [({"kind": "malform"}, "malform."), ({"kind": "malform", "delay": 1}, "malform, 1 ms."), ({"delay": 1}, "1 ms.")],
)
def test_the_reason_of_a_fault_has_its_delay(
    asked: Callable[[Mock], Asked], fault: dict[str, object], said: str
) -> None:
    mock = Mock()
    ask = asked(mock)
    ask.put("fault", fault=fault)
    ask("/api/calls/providers", headers={"Authorization": "Bearer any"})
    (logged,) = mock.log.after(0, None)

    assert logged.reason.startswith(f"Fault: {said} No scenario")


def test_an_unanswered_request_has_no_response() -> None:
    assert exchange().response is None
    assert exchange().whole()["response"] is None


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("Authorization", "Bearer eyJh.eyJz.c2ln", "Bearer ***"),
        ("authorization", "a-key-without-a-scheme", "***"),
        ("Proxy-Authorization", "Basic eDp5", "***"),
        ("Cookie", "sid=1; a=b", "***"),
        ("Cookie", "sid=1; mock-session=one;mock-scenario=none", "mock-session=one; mock-scenario=none; ***"),
        ("Cookie", "mock-session=one", "mock-session=one"),
        ("Cookie", "mock-session=a b; mock-other=1", "***"),
        ("Set-Cookie", "sid=1", "***"),
        ("X-KEY", "k", "***"),
        ("X-Other", "k", "k"),
    ],
)
def test_credentials_in_headers_are_masked(masking: LogMasking, name: str, value: str, kept: str) -> None:
    assert masking.headers(((name, value),)) == ((name, kept),)


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("/a", "/a"),
        ("/a?", "/a?"),
        ("/a?b=c&api+key=k&d", "/a?b=c&api+key=***&d"),
        ("/a?api%20key=k&api%20key=l", "/a?api%20key=***&api%20key=***"),
        ("/a?access_token=k", "/a?access_token=***"),
        ("/a?b=1&&c=%zz", "/a?b=1&&c=%zz"),
    ],
)
def test_credentials_in_the_query_are_masked(masking: LogMasking, target: str, kept: str) -> None:
    assert shown(masking.target(target)) == kept


def test_without_a_contract_api_keys_are_not_masked() -> None:
    assert NO_CONTRACT.headers((("X-Key", "k"),)) == (("X-Key", "k"),)
