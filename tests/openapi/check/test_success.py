"""Refusals alone do not prove that a contract is kept: the check says what hid the successes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from openapi.check import Options, Verdict, run_check
from openapi.contract import parse_contract
from openapi.http.messages import Request
from tests.openapi.check.family.honest import Reply, Server, serving

Answer = Callable[[Request], Reply]
STATUSES = ("200", "401", "403", "404", "429")
ITEMS = "{responses: {" + ", ".join(f"'{status}': {{description: d}}" for status in STATUSES) + "}}"


def contract(security: str = "", paths: str = f"/a: {{get: {ITEMS}}}\n  /b: {{get: {ITEMS}}}") -> Any:
    schemes = "{bearer: {type: http, scheme: bearer}, key: {type: apiKey, in: header, name: X-Key}}"
    text = f"""\
openapi: 3.0.3
info: {{title: T, version: '1'}}
{security}
components: {{securitySchemes: {schemes}}}
paths:
  {paths}
"""
    return parse_contract(text.encode(), "contract.yaml", lenient=True)


class Answering(Server):
    """Answers paths of the contract with a function; anything else with 404, and other methods with 405."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def reply(self, request: Request) -> Reply:
        if request.method == "OPTIONS":
            return Reply(204, headers={"Allow": self.allow})
        if request.path not in ("/a", "/b"):
            return Reply(404)
        if request.method not in ("GET", "HEAD"):
            return Reply(405, headers={"Allow": self.allow})
        return self._answer(request)


def checked(answer: Answer, document: Any = None, **options: Any) -> Verdict:
    with serving(Answering(answer)) as url:
        return run_check(document or contract(), url, Options(generate=False, **options))


def only(status: int) -> Answer:
    return lambda request: Reply(status, headers={"WWW-Authenticate": "Bearer"} if status == 401 else {})


def with_token(request: Request) -> Reply:
    return Reply(200) if request.header("authorization") == "Bearer good" else only(401)(request)


BEARER = "security: [{bearer: []}]"


@pytest.mark.parametrize("security", ["", "security: []"])
def test_a_token_that_the_contract_has_no_use_for_is_named(security: str) -> None:
    verdict = checked(only(401), contract(security), token=lambda: "good")

    assert (verdict.exit_code, verdict.findings) == (2, ())
    assert verdict.obstacles == (
        "every valid request was answered with 401: the token was not used, because the contract requires no "
        "credentials (it has no `security`); send it all the same with --send-token always",
    )


def test_a_token_is_sent_without_security_on_request() -> None:
    verdict = checked(with_token, contract(), token=lambda: "good", always_send_token=True)

    assert (verdict.exit_code, verdict.findings, verdict.obstacles) == (0, (), ())


def test_missing_credentials_are_named() -> None:
    verdict = checked(only(401), contract())

    assert (verdict.exit_code, verdict.obstacles) == (
        2,
        ("every valid request was answered with 401: give credentials with --token or --credential",),
    )


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (
            403,
            "every valid request was answered with 403: the caller may not use these operations; give the credentials ",
        ),
        (
            404,
            "every valid request was answered with 404: the URL may lack a path prefix, or the requests ask for what ",
        ),
        (429, "answers are 429: the server limits requests; send fewer with --rate-limit"),
    ],
)
def test_a_server_that_only_refuses_is_not_judged(status: int, reason: str) -> None:
    def answer(request: Request) -> Reply:
        return with_token(request) if with_token(request).status == 401 else Reply(status)

    verdict = checked(answer, contract(BEARER), token=lambda: "good")

    assert verdict.exit_code == 2
    assert reason in verdict.obstacles[0]


def test_one_success_is_enough_for_a_verdict() -> None:
    verdict = checked(lambda request: Reply(200 if request.path == "/a" else 404))

    assert (verdict.exit_code, verdict.obstacles) == (0, ())
    assert [item.never_succeeded for item in verdict.coverage] == [False, True]


def test_an_operation_that_never_succeeded_is_a_finding_on_request() -> None:
    verdict = checked(lambda request: Reply(200 if request.path == "/a" else 404), require_success=True)

    assert [(finding.rule.id, finding.operation) for finding in verdict.findings] == [("success-unseen", "GET /b")]


@pytest.mark.parametrize("declared", ["'302'", "'404'", "default", "4XX"])
def test_a_contract_without_a_declared_2xx_needs_none(declared: str) -> None:
    paths = f"/a: {{get: {{responses: {{{declared}: {{description: d}}}}}}}}"
    reply = Reply(302, headers={"Location": "/"}) if declared == "'302'" else Reply(404)
    verdict = checked(lambda request: reply, contract("", paths))

    assert verdict.exit_code == (2 if declared == "default" else 0)


def test_a_429_with_retry_after_is_waited_for() -> None:
    begun = time.monotonic()

    def answer(request: Request) -> Reply:
        return Reply(429, headers={"Retry-After": "1"}) if time.monotonic() - begun < 0.5 else Reply(200)

    verdict = checked(answer)

    assert (verdict.exit_code, verdict.findings) == (0, ())
    assert all(429 not in item.seen for item in verdict.coverage)


def test_a_server_that_always_asks_to_wait_ends_the_check_in_time() -> None:
    begun = time.monotonic()
    verdict = checked(lambda request: Reply(429, headers={"Retry-After": "1"}), time_limit=2.0)

    assert (verdict.exit_code, time.monotonic() - begun < 6) == (2, True)


def test_a_check_ends_at_its_limit_of_requests_and_says_what_it_left_out() -> None:
    verdict = checked(lambda request: Reply(200), max_requests=3)

    assert (verdict.requests, verdict.exit_code) == (3, 0)
    assert [left.reason for left in verdict.left_out if not left.operation] == [
        "--max-requests 3 ended the check during the step 'HTTP': the rest was not tried"
    ]


OPEN_AND_SECURE = contract(BEARER)


def open_b(request: Request) -> Reply:
    """`/b` lets anyone in; `/a` requires the good token."""
    return Reply(200) if request.path == "/b" else with_token(request)


def test_an_open_operation_does_not_prove_wrong_credentials_good() -> None:
    verdict = checked(open_b, OPEN_AND_SECURE, token=lambda: "wrong")

    assert {(finding.rule.id, finding.operation) for finding in verdict.findings} == {("auth-missing", "GET /b")}
    assert verdict.obstacles == (
        "GET /a answers 401, and the operations that accept the credentials accept requests without any: the "
        "credentials are probably wrong",
    )


def test_good_credentials_that_one_operation_refuses_are_a_finding() -> None:
    def answer(request: Request) -> Reply:
        return only(401)(request) if request.path == "/b" else with_token(request)

    verdict = checked(answer, OPEN_AND_SECURE, token=lambda: "good")

    assert [(finding.rule.id, finding.operation) for finding in verdict.findings] == [("valid-refused", "GET /b")]


def both(request: Request) -> Reply:
    """Requires the token and the key."""
    return with_token(request) if request.header("x-key") == "k" else only(401)(request)


@pytest.mark.parametrize("security", ["security: [{bearer: [], key: []}]", "security: [{key: [], bearer: []}]"])
def test_all_schemes_of_a_requirement_are_sent(security: str) -> None:
    named = {"bearer": lambda: "good", "key": lambda: "k"}
    verdict = checked(both, contract(security), credentials=named)

    assert (verdict.exit_code, verdict.findings, verdict.obstacles) == (0, (), ())


def test_the_requirement_with_credentials_is_chosen() -> None:
    document = contract("security: [{bearer: []}, {key: []}]")

    def answer(request: Request) -> Reply:
        return Reply(200) if request.header("x-key") == "k" else only(401)(request)

    verdict = checked(answer, document, credentials={"key": lambda: "k"})

    assert (verdict.exit_code, verdict.obstacles) == (0, ())
