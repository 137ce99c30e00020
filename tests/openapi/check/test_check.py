"""The check distinguishes servers that keep the contract from servers that break it."""

from __future__ import annotations

import time

import pytest

from openapi.check import Options, Verdict, run_check
from openapi.contract import load_contract
from openapi.http.jose import expires_at
from openapi.http.messages import Request
from tests.frozen import FROZEN
from tests.openapi.check.family.faults import FAULTS, refusal, ten_days_late, wrong
from tests.openapi.check.family.honest import SECRET, Server, good_token, serving

CONTRACT = load_contract(FROZEN)


def checked(server: Server, **options: object) -> Verdict:
    """The verdict on a server, without generated requests, because these take a second."""
    given = {"token": good_token, "signing_key": SECRET.encode(), "generate": False, **options}
    with serving(server) as url:
        return run_check(CONTRACT, url, Options(**given))  # type: ignore[arg-type]


def rules(verdict: Verdict) -> set[str]:
    return {finding.rule.id for finding in verdict.findings}


def test_server_that_keeps_the_contract_has_no_findings() -> None:
    verdict = checked(Server())

    assert (rules(verdict), verdict.obstacles, verdict.exit_code) == (set(), (), 0)


@pytest.mark.parametrize(
    ("server", "found"),
    [
        (wrong(claims=lambda self, token: {"sub": "anybody"}), {"auth-garbage"}),
        (refusal(lambda reply: reply.with_header("WWW-Authenticate", None)), {"auth-challenge"}),
        (refusal(lambda reply: reply.saying({"success": True})), {"body-schema"}),
    ],
    ids=["any token", "no challenge", "wrong envelope"],
)
def test_one_fault_is_one_finding(server: Server, found: set[str]) -> None:
    verdict = checked(server)

    assert ([finding.rule.id for finding in verdict.findings], verdict.exit_code) == (list(found), 1)


def test_leeway_of_ten_days_is_found_by_tokens_that_are_an_hour_off() -> None:
    verdict = checked(wrong(claims=ten_days_late))

    assert [finding.message for finding in verdict.findings] == [
        "a token that expired an hour ago: accepted with 200",
        "a token that becomes valid in an hour: accepted with 200",
    ]


def test_failure_on_a_malformed_header_names_the_header() -> None:
    fault = next(fault for fault in FAULTS if fault.name == "500 for a malformed If-Modified-Since")
    verdict = checked(fault.server)

    assert [(finding.rule.id, finding.message) for finding in verdict.findings] == [
        ("server-error", "If-Modified-Since: yesterday is answered with 500")
    ]


def test_refused_token_is_an_obstacle() -> None:
    verdict = checked(Server(), token=lambda: "a.bad.token")

    assert (verdict.findings, verdict.exit_code) == ((), 2)
    assert verdict.obstacles == ("GET /api/calls/providers answers 401: the server does not accept the credentials",)


def test_missing_token_is_an_obstacle() -> None:
    verdict = checked(Server(), token=None)

    assert (rules(verdict), verdict.exit_code) == (set(), 2)
    assert "requires credentials, and none were given" in verdict.obstacles[0]


def test_unreachable_server_is_an_obstacle() -> None:
    verdict = run_check(CONTRACT, "http://127.0.0.1:9", Options(token=good_token))

    assert (verdict.findings, verdict.exit_code) == ((), 2)
    assert verdict.obstacles[0].startswith("127.0.0.1:9 cannot be reached")


def test_unseen_status_is_a_finding_only_with_require_all_statuses() -> None:
    lenient, required = checked(Server()), checked(Server(), require_all_statuses=True)

    assert [case.reason for case in lenient.cases if case.rule.id == "status-unseen"] == ["no answer with 500 was seen"]
    assert [(f.rule.id, f.where) for f in required.findings] == [("status-unseen", "500")]


def test_skipped_rule_is_not_judged_and_has_that_reason() -> None:
    broken = refusal(lambda reply: reply.with_header("WWW-Authenticate", None))
    verdict = checked(broken, skip=("auth-challenge",))

    assert (rules(verdict), verdict.exit_code) == (set(), 0)
    assert {case.reason for case in verdict.cases if case.rule.id == "auth-challenge"} == {"skipped on request"}


def test_skipping_an_unknown_rule_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown rule 'auth'"):
        checked(Server(), skip=("auth",))


@pytest.mark.long
def test_only_safe_methods_are_sent() -> None:
    sent: list[Request] = []
    with serving(Server(), sent.append) as url:
        verdict = run_check(CONTRACT, url, Options(token=good_token))

    assert {request.method for request in sent} <= {"GET", "HEAD", "OPTIONS", "PROPFIND", "TRACE"}
    assert [left.operation for left in verdict.left_out] == ["/api/calls/providers"]


def timeless(request: Request) -> Request:
    """A request without Host, which differs for each server, and without fields that depend on the time."""

    def kept(name: str, value: str) -> bool:
        return name.lower() != "host" and abs((expires_at(value) or 0) - time.time()) > 3 * 3600

    fields = tuple((name, value) for name, value in request.headers if kept(name, value))
    return Request(request.method, request.target, fields, request.body)


def test_two_runs_with_one_seed_send_the_same_requests() -> None:
    token = good_token(exp=int(time.time()) + 86_400)

    def run() -> list[Request]:
        sent: list[Request] = []
        with serving(Server(), sent.append) as url:
            options = Options(token=lambda: token, signing_key=SECRET.encode(), seed=7, allow_writes=True)
            run_check(CONTRACT, url, options)
        return [timeless(request) for request in sent]

    first, second = run(), run()

    assert len(first) > 30
    assert first == second
