"""The run of a check: its target, operations and duration, and how it ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from openapi.check import Options, Verdict, run_check
from openapi.compatibility.comparison import changed_operations
from openapi.contract import Contract, load_contract, parse_contract
from openapi.documents.errors import ContractError
from openapi.http.messages import Request
from tests.frozen import FROZEN
from tests.openapi.check.family.correct import fastapi_app, wsgi_app
from tests.openapi.check.family.honest import PATH, Server, error, good_token, serving, unauthorized
from tests.openapi.check.family.things import API_KEY, CONTRACT, Things

PUBLISHED = load_contract(FROZEN)
THINGS = load_contract(CONTRACT)


@pytest.mark.parametrize("app", [fastapi_app(), wsgi_app], ids=["ASGI", "WSGI"])
def test_application_is_checked_in_process(app: Callable[..., Any]) -> None:
    verdict = run_check(PUBLISHED, app, Options(token=good_token, generate=False))

    assert (verdict.findings, verdict.obstacles, verdict.exit_code) == ((), (), 0)


def test_target_of_another_type_is_an_error() -> None:
    with pytest.raises(ValueError, match="42 is neither a URL nor an application"):
        run_check(PUBLISHED, 42)  # type: ignore[arg-type]


def test_application_that_does_not_start_is_an_obstacle() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed"})

    verdict = run_check(PUBLISHED, app)

    assert (verdict.exit_code, verdict.obstacles) == (2, ("the application did not start; see its log",))


@pytest.mark.long
def test_new_token_is_requested_before_the_old_one_expires() -> None:
    """Each token expires within the margin, so that the check requests a new one for each request."""
    asked: list[str] = []
    sent: list[Request] = []

    def ask() -> str:
        asked.append(good_token(f"user_{len(asked)}", exp=int(time.time()) + 20))
        return asked[-1]

    first: list[int] = []

    def progress(what: str, done: int, total: int) -> None:
        if what == "generated requests" and not first:
            first.append(len(sent))

    with serving(Server(), sent.append) as url:
        verdict = run_check(PUBLISHED, url, Options(token=ask, progress=progress))
    good = {f"Bearer {token}" for token in asked}
    used = [{request.header("authorization") or ""} & good for request in sent]
    probes, generated = set[str]().union(*used[: first[0]]), set[str]().union(*used[first[0] :])

    assert verdict.exit_code == 0
    assert len(probes) > 3
    assert len(generated) > 3


def test_interrupted_check_returns_its_findings() -> None:
    def interrupt(what: str, done: int, total: int) -> None:
        if what == "methods":
            raise KeyboardInterrupt

    server: Server = type(
        "Wrong", (Server,), {"no_token": lambda self, request: unauthorized().with_header("WWW-Authenticate", None)}
    )()
    with serving(server) as url:
        verdict = run_check(PUBLISHED, url, Options(token=good_token, progress=interrupt))

    assert (verdict.interrupted, [f.rule.id for f in verdict.findings], verdict.exit_code) == (
        True,
        ["auth-challenge"],
        1,
    )


def test_interrupted_check_without_findings_exits_with_2() -> None:
    def interrupt(what: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with serving(Server()) as url:
        verdict = run_check(PUBLISHED, url, Options(token=good_token, progress=interrupt))

    assert (verdict.interrupted, verdict.exit_code) == (True, 2)


class Failing(Server):
    """Answers 500 to a request with the header X-Fail."""

    def reply(self, request: Request) -> Any:
        if request.path == PATH and request.header("x-fail"):
            return error(500, "FAILED", "As you wish.")
        return super().reply(request)


PROVOCATION = """
provocations:
  - operation: get_calls_providers
    status: 500
    request: {headers: {X-Fail: store}}
"""


def test_provocation_produces_its_status(tmp_path: Path) -> None:
    file = tmp_path / "provocations.yaml"
    file.write_text(PROVOCATION)
    with serving(Failing()) as url:
        options = Options(token=good_token, provocations=file, require_all_statuses=True, generate=False)
        verdict = run_check(PUBLISHED, url, options)

    assert (verdict.findings, verdict.coverage[0].unseen) == ((), ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1", "#/provocations: expected a list of provocations"),
        ("provocations: [{status: 500}]", "/provocations/0: a provocation needs an `operation` and a `status`"),
        ("provocations: [{operation: x, status: 500}]", "the contract has no operation 'x'"),
        ("provocations: [{operation: list_things, status: 5}]", "the status must be a number"),
        ("provocations: [{operation: list_things, status: 500, credentials: 1}]", "true or false"),
        ("provocations: [{operation: list_things, status: 500, request: 1}]", "a mapping with path"),
        ("provocations: [{operation: list_things, status: 500, request: {query: 1}}]", "a mapping of names"),
        ("provocations: [{operation: list_things, status: 500, requst: {}}]", "unknown key"),
    ],
)
def test_invalid_provocation_is_an_error(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "provocations.yaml"
    file.write_text(text)
    with pytest.raises(ContractError, match="provocations") as refused:
        run_check(THINGS, "http://127.0.0.1:9", Options(provocations=file))

    assert said in str(refused.value)


def things(**options: Any) -> Verdict:
    with serving(Things()) as url:
        return run_check(THINGS, url, Options(token=lambda: API_KEY, generate=False, **options))


def test_writes_are_left_out_and_listed() -> None:
    verdict = things()

    assert [item.operation for item in verdict.coverage] == ["GET /things"]
    assert "POST /things" in [left.operation for left in verdict.left_out]


def test_writes_are_checked_with_allow_writes() -> None:
    verdict = things(allow_writes=True)

    assert verdict.findings == ()
    assert [(item.operation, 201 in item.seen) for item in verdict.coverage] == [
        ("GET /things", False),
        ("POST /things", True),
    ]


def test_only_chosen_operations_are_checked() -> None:
    verdict = things(allow_writes=True, operations=("POST /things",))

    assert [item.operation for item in verdict.coverage] == ["POST /things"]


def test_check_of_an_unchanged_contract_exits_with_3() -> None:
    verdict = things(changed_since=THINGS)

    assert (verdict.exit_code, verdict.requests) == (3, 0)
    assert verdict.obstacles == ("no operation differs from the older contract",)


def test_check_without_operations_left_exits_with_2() -> None:
    text = THINGS.content.replace(b"operationId: create_thing", b"operationId: make_thing")
    verdict = things(changed_since=parse_contract(text, "old.yaml"))

    assert (verdict.exit_code, verdict.obstacles) == (2, ("no operation is left to check",))


def changed(old: str, new: str) -> list[str]:
    before: Contract = parse_contract(THINGS.content.replace(new.encode(), old.encode()), "old.yaml")
    return [operation.operation_id for operation in changed_operations(before, THINGS)]


@pytest.mark.parametrize(
    ("old", "new", "operations"),
    [
        ("maximum: 99\n", "maximum: 100\n", ["list_things"]),
        ("maxLength: 41", "maxLength: 40", ["list_things", "create_thing"]),
        ("X-Key", "X-Api-Key", ["list_things", "create_thing"]),
        ("title: Thing", "title: Things", []),
    ],
    ids=["parameter", "referred schema", "security scheme", "title"],
)
def test_operation_changes_with_the_parts_that_it_refers_to(old: str, new: str, operations: list[str]) -> None:
    assert changed(old, new) == operations


def test_requests_do_not_exceed_the_rate() -> None:
    with serving(Server()) as url:
        verdict = run_check(PUBLISHED, url, Options(token=good_token, generate=False, rate=50))

    assert verdict.requests / verdict.seconds < 55


def test_several_checks_can_run_in_parallel() -> None:
    verdicts: list[Verdict] = []

    def check() -> None:
        with serving(Server()) as url:
            verdicts.append(run_check(PUBLISHED, url, Options(token=good_token, generate=False, workers=4)))

    threads = [threading.Thread(target=check) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [verdict.exit_code for verdict in verdicts] == [0, 0, 0]


class Forgetful(Server):
    """Accepts tokens so many times, and then no more."""

    def __init__(self, times: int) -> None:
        self._left = times

    def claims(self, token: str) -> dict[str, Any]:
        self._left -= 1
        return super().claims(token if self._left >= 0 else "forgotten")


def test_credentials_that_stop_working_exit_with_2() -> None:
    with serving(Forgetful(times=2)) as url:
        verdict = run_check(PUBLISHED, url, Options(token=good_token, generate=False))
    kept = {case.operation for case in verdict.cases if case.outcome.value == "passed"} - {""}

    assert (verdict.findings, verdict.exit_code) == ((), 2)
    assert verdict.obstacles[0].startswith("the credentials stopped working during the check: GET")
    assert kept == set()


@pytest.mark.long
def test_token_that_expires_during_the_check_exits_with_2() -> None:
    token = good_token(exp=int(time.time()) + 3)
    with serving(Server()) as url:
        verdict = run_check(PUBLISHED, url, Options(token=lambda: token, generate=False, rate=4))

    assert (verdict.findings, verdict.exit_code) == ((), 2)
    assert verdict.obstacles[0].startswith("the token expired during the check")
