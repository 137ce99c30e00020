"""The scenarios of the published contract, chosen in every way, in process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from openapi.mock.mocking import Mock
from openapi.mock.scenarios.scenario_file import SCENARIOS

if TYPE_CHECKING:
    from tests.openapi.mock.conftest import Asked, MockOf

PATH = "/api/calls/providers"
TOKEN = {"Authorization": "Bearer mock"}
ANSWERS = {
    "twilio": (200, "twilio", "+14165550101"),
    "sinch": (200, "sinch", "+14165550100"),
    "none": (200, None, None),
    "no-number": (200, "twilio", None),
    "token-missing": (401, "TOKEN_MISSING"),
    "token-expired": (401, "TOKEN_EXPIRED"),
    "error-string": (500, "STORE_UNAVAILABLE"),
    "error-structured": (500, "STORE_UNAVAILABLE"),
}
Ask = Callable[[Mock], "Asked"]


def published(scenario: str | None = None) -> Mock:
    return Mock(scenario_file=SCENARIOS, scenario=scenario)


@pytest.fixture(scope="module")
def mocked(asked: Callable[[Mock], Asked]) -> Asked:
    return asked(published())


@pytest.fixture
def ask(mocked: Asked) -> Asked:
    """A mock of the published contract, in its state at start."""
    mocked.mock.state.reset(None)
    mocked.mock.log.clear()
    return mocked


def by_prefer(ask: Asked, name: str) -> httpx.Response:
    return ask(PATH, headers={**TOKEN, "Prefer": f"scenario={name}"})


def by_query(ask: Asked, name: str) -> httpx.Response:
    return ask(f"{PATH}?__scenario={name}", headers=TOKEN)


def by_link(ask: Asked, name: str) -> httpx.Response:
    cookie = ask(f"/__mock/use/{name}?to=/").headers["set-cookie"].partition(";")[0]
    return ask(PATH, headers={**TOKEN, "Cookie": cookie})


def by_rest(ask: Asked, name: str) -> httpx.Response:
    ask.put("scenario", name=name)
    return ask(PATH, headers=TOKEN)


def by_rest_for_the_operation(ask: Asked, name: str) -> httpx.Response:
    ask.put("scenario", name=name, operation="get_calls_providers")
    return ask(PATH, headers=TOKEN)


def by_session_header(ask: Asked, name: str) -> httpx.Response:
    ask.put("scenario", {"X-Mock-Session": "one"}, name=name)
    return ask(PATH, headers={**TOKEN, "X-Mock-Session": "one"})


def by_session_cookie(ask: Asked, name: str) -> httpx.Response:
    ask.put("scenario", {"Cookie": "mock-session=one"}, name=name)
    return ask(PATH, headers={**TOKEN, "Cookie": "a=b; mock-session=one"})


def by_start(ask: Asked, name: str) -> httpx.Response:
    return type(ask)(published(name))(PATH, headers=TOKEN)


WAYS = [
    by_prefer,
    by_query,
    by_link,
    by_rest,
    by_rest_for_the_operation,
    by_session_header,
    by_session_cookie,
    by_start,
]


def outcome(response: httpx.Response) -> tuple[object, ...]:
    body = response.json()
    if response.is_success:
        return response.status_code, body["provider"], body["phoneNumber"]
    return response.status_code, body.get("code") or body["error"]["code"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ANSWERS)
def test_every_way_of_choosing_selects_the_scenario(
    ask: Asked, way: Callable[[Asked, str], httpx.Response], name: str
) -> None:
    response = way(ask, name)

    assert outcome(response) == ANSWERS[name]
    assert f"Scenario {name} (by " in response.headers["x-mock-reason"]


@pytest.mark.parametrize(
    "headers",
    [{"Prefer": "scenario=slow"}, {"Cookie": "mock-scenario=slow"}, {"X-Mock-Session": "one"}, {}],
    ids=["Prefer", "cookie", "session", "all clients"],
)
def test_every_way_of_choosing_selects_a_delay(ask: Asked, headers: dict[str, str]) -> None:
    ask.put("scenario", {key: value for key, value in headers.items() if key == "X-Mock-Session"}, name="slow")

    async def impatient() -> bool:
        try:
            await asyncio.wait_for(ask.send(PATH, headers={**TOKEN, **headers}), 0.2)
        except TimeoutError:
            return True
        return False

    assert asyncio.run(impatient())
    (logged,) = ask("/__mock/requests").json()
    assert (logged["scenario"], logged["status"]) == ("slow", None)


@pytest.mark.long
def test_slow_takes_three_seconds(asked: Ask) -> None:
    began = time.monotonic()
    response = asked(published("slow"))(PATH, headers=TOKEN)

    assert time.monotonic() - began >= 3
    assert response.headers["x-mock-reason"].startswith("Fault: 3000 ms. Scenario slow (by choice): 200")


def test_the_choice_closest_to_the_request_wins(asked: Ask) -> None:
    ask = asked(published("error-string"))
    seen = [outcome(ask(PATH, headers=TOKEN))[-1]]
    ask.put("scenario", name="token-missing")
    seen.append(outcome(ask(PATH, headers=TOKEN))[-1])
    headers = {**TOKEN, "X-Mock-Session": "one"}
    ask.put("scenario", {"X-Mock-Session": "one"}, name="token-expired")
    seen.append(outcome(ask(PATH, headers=headers))[-1])
    headers["Cookie"] = "mock-scenario=none"
    seen.append(outcome(ask(PATH, headers=headers))[-1])
    headers["Prefer"] = "scenario=sinch"
    seen.append(outcome(ask(PATH, headers=headers))[-1])

    assert seen == ["STORE_UNAVAILABLE", "TOKEN_MISSING", "TOKEN_EXPIRED", None, "+14165550100"]


def test_a_cookie_of_an_unknown_scenario_is_ignored(ask: Asked) -> None:
    response = ask(PATH, headers={**TOKEN, "Cookie": "mock-scenario=gone"})

    assert response.status_code == 200


def test_a_preferred_scenario_of_another_operation_is_refused(mock_of: MockOf) -> None:
    ask = mock_of(
        "paths: {/a: {get: {operationId: a, responses: {'200': {description: A}}}},"
        " /b: {get: {operationId: b, responses: {'201': {description: B}}}}}",
        "only-a: {description: A, operations: {a: {status: 200}}}",
    )
    response = ask("/b", headers={"Prefer": "scenario=only-a"})

    assert (response.status_code, response.json()) == (
        404,
        {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": "The scenario 'only-a' does not apply to b. Available scenarios: 201.",
            "code": "SCENARIO_NOT_FOUND",
        },
    )
    assert ask("/b", headers={"Cookie": "mock-scenario=only-a"}).status_code == 201


def test_the_link_without_a_scenario_deletes_the_cookie(ask: Asked) -> None:
    response = ask("/__mock/use?to=/x")

    assert (response.status_code, response.headers["location"]) == (303, "/x")
    assert "Max-Age=0" in response.headers["set-cookie"]


def test_a_deleted_choice_is_no_longer_in_force(ask: Asked) -> None:
    ask.put("scenario", name="none")
    state = ask("/__mock/scenario", "DELETE").json()

    assert state["scenario"] is None
    assert outcome(ask(PATH, headers=TOKEN)) == ANSWERS["sinch"]


def test_a_reset_restores_the_state_at_start(asked: Ask) -> None:
    ask = asked(published("none"))
    ask.put("scenario", name="twilio")
    ask.put("fault", fault={"kind": "error"})
    ask(PATH, headers=TOKEN)
    state = ask("/__mock/reset", "POST").json()

    assert (state["scenario"], state["fault"], ask("/__mock/requests").json()) == ("none", None, [])


@pytest.mark.parametrize(
    ("what", "body", "sentence"),
    [
        ("fault", {"fault": {"delay": [9, 1]}}, "The fault is invalid: in the delay [9, 1], the least is greater than"),
        ("fault", {"fault": {"retryAfter": 3}}, "a fault needs a kind (hang, reset, truncate, malform,"),
        (
            "fault",
            {"fault": {"kind": "unavailble"}},
            'not one of "hang", "reset", "truncate", "malform", "unavailable" or "error"',
        ),
        ("fault", {"fault": {"delay": "1s"}}, "A delay is a number of milliseconds, or [least, most]."),
        ("fault", {"fault": {}}, "fault"),
        ("scenario", {"name": "none", "more": 1}, "more"),
    ],
)
def test_an_invalid_choice_is_refused(ask: Asked, what: str, body: dict[str, Any], sentence: str) -> None:
    response = ask.put(what, **body)

    assert response.status_code == 400
    assert sentence in response.json()["error"]


@pytest.mark.parametrize(
    ("what", "body", "sentence"),
    [
        ("scenario", {"name": "zzz"}, "There is no scenario 'zzz'. Available scenarios: twilio, sinch"),
        ("scenario", {"name": "twillio"}, "Did you mean 'twilio'?"),
        ("scenario", {"name": "none", "operation": "zzz"}, "There is no operation 'zzz'."),
        ("fault", {"fault": {"kind": "reset"}, "operation": "get_call_providers"}, "mean 'get_calls_providers'?"),
    ],
)
def test_a_choice_with_an_unknown_name_is_not_found(ask: Asked, what: str, body: dict[str, Any], sentence: str) -> None:
    response = ask.put(what, **body)

    assert response.status_code == 404
    assert sentence in response.json()["error"]


def test_a_scenario_cannot_be_chosen_for_an_operation_that_it_lacks(asked: Ask) -> None:
    mock = published()
    mock.snapshot.scenarios["none"].operations.pop("get_calls_providers")  # type: ignore[attr-defined]
    response = asked(mock).put("scenario", name="none", operation="get_calls_providers")

    assert response.json()["error"] == "The scenario 'none' does not apply to the operation 'get_calls_providers'."


def test_a_fault_is_set_for_an_operation_and_removed(ask: Asked) -> None:
    ask.put("fault", fault={"kind": "unavailable"}, operation="get_calls_providers")
    first = ask(PATH, headers=TOKEN)
    state = ask("/__mock/fault?operation=get_calls_providers", "DELETE").json()

    assert (first.status_code, first.headers["retry-after"]) == (503, "5")
    assert state["operations"][0]["fault"] is None
    assert ask(PATH, headers=TOKEN).status_code == 200
