"""Generated requests are sent by the client of the check, on real servers: its limits and faults hold for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote_plus

import pytest

from openapi.check import Options, Verdict, run_check
from openapi.contract import Contract
from openapi.http.messages import Request
from tests.openapi.check.family.honest import Reply, serving
from tests.openapi.check.family.small import Small, contract_of, found, reply, responses

LIMIT: Final = {"name": "limit", "in": "query", "schema": {"type": "integer"}}


def contract(*paths: str, parameters: tuple[dict[str, Any], ...] = (LIMIT,)) -> Contract:
    return contract_of(
        {
            path: {"get": {"parameters": list(parameters), "responses": responses(_400={"description": "bad"})}}
            for path in paths
        }
    )


def generated(
    answer: Callable[[Request], Reply] | Reply, of: Contract, **options: Any
) -> tuple[Verdict, list[Request]]:
    """The verdict with generated requests on a server with one answer, and what was sent to it."""
    sent: list[Request] = []
    server = Small({f"GET {operation.path}": answer for operation in of.operations})
    with serving(server, sent.append) as url:
        return run_check(of, url, Options(**options)), sent


def test_generated_requests_come_from_the_client_of_the_check() -> None:
    _, sent = generated(reply(), contract("/x"))

    assert len(sent) > 30
    assert {request.header("connection") for request in sent} == {"close"}
    assert [name for request in sent for name, _ in request.headers if "schemathesis" in name.lower()] == []


@pytest.mark.parametrize("most", [20, 35])
def test_most_requests_hold_for_generated_ones(most: int) -> None:
    verdict, sent = generated(reply(), contract("/x"), max_requests=most)

    assert len(sent) <= most
    assert any(f"--max-requests {most}" in left.reason for left in verdict.left_out)


def test_a_large_answer_to_a_generated_request_is_judged_as_a_whole() -> None:
    verdict, _ = generated(reply(["x" * 1000] * 1500), contract("/x", parameters=()))

    assert [rule for rule, _, _ in found(verdict) if rule.startswith("body-")] == []


def test_a_redirect_of_a_generated_request_is_not_followed() -> None:
    _, sent = generated(Reply(302, headers={"Location": "/elsewhere"}), contract("/x"))

    assert [request.target for request in sent if request.target.startswith("/elsewhere")] == []


def test_a_connection_that_ends_without_an_answer_to_generated_requests_is_one_finding() -> None:
    def answer(request: Request) -> Reply:
        return Reply(200, reset=True) if "limit=" in request.query else reply()

    verdict, _ = generated(answer, contract("/x"))

    assert {rule for rule, _, _ in found(verdict)} == {"no-answer"}
    assert verdict.obstacles == ()


def test_an_example_at_another_address_is_not_fetched() -> None:
    asked: list[Request] = []
    with serving(Small({}), asked.append) as elsewhere:
        named = {**LIMIT, "examples": {"far": {"externalValue": f"{elsewhere}/example"}}}
        generated(reply(), contract("/x", parameters=(named,)))

    assert asked == []


def test_a_format_alone_is_no_reason_to_refuse_a_request() -> None:
    wide = {"name": "offset", "in": "query", "schema": {"type": "integer", "format": "int64"}}

    def answer(request: Request) -> Reply:
        values = [part.partition("=")[2] for part in request.query.split("&") if part.startswith("offset=")]
        return reply() if all(value.lstrip("-").isdecimal() for value in values) else Reply(400)

    verdict, _ = generated(answer, contract("/x", parameters=(wide,)))

    assert found(verdict) == []


def test_workers_send_generated_requests_at_the_same_time() -> None:
    running, most, lock = 0, 0, threading.Lock()

    def answer(request: Request) -> Reply:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.005)
        with lock:
            running -= 1
        return reply()

    generated(answer, contract("/a", "/b", "/c"), workers=3)

    assert most == 3


@pytest.mark.parametrize("text", ["'", '"', "%", "<", "../"])
def test_a_server_that_fails_on_a_special_character_is_found(text: str) -> None:
    word = {"name": "q", "in": "query", "schema": {"type": "string"}}

    def answer(request: Request) -> Reply:
        return reply(status=500) if text in unquote_plus(request.query) else reply()

    verdict, _ = generated(answer, contract("/x", parameters=(word,)))

    assert [rule for rule, _, _ in found(verdict)] == ["server-error"]
