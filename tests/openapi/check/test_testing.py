"""The check in other people's suites: pytest runs one, against ASGI and WSGI applications that keep the contract or do
not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from openapi.contract import PUBLISHED

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parent.parent.parent.parent
SUITE = """
import sys, time
import jwt
import pytest
sys.path.insert(0, {root!r})
from openapi.check.testing import ContractCheck
from tests.openapi.check.family.correct import fastapi_app, wsgi_app
from tests.openapi.check.family.honest import SECRET

async def faulty_asgi(scope, receive, send):
    await send({{"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}})
    await send({{"type": "http.response.body", "body": b'{{"provider": "telnyx"}}'}})

def faulty_wsgi(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [b'{{"provider": "telnyx"}}']

def token():
    return jwt.encode({{"sub": "user_fay", "exp": int(time.time()) + 3600}}, SECRET, "HS256")
"""
CASES = """
check = ContractCheck({app}, {contract!r}, token=token, generate=False)

@pytest.mark.parametrize("case", check.cases(), ids=str)
def test_contract(case):
    case.verify()
"""
FIXTURE = """
def test_contract(contract_check):
    contract_check({app}, {contract!r}, token=token, generate=False).verify()
"""


def outcome(pytester: pytest.Pytester, suite: str, app: str) -> pytest.RunResult:
    """What pytest says of a suite, in a process of its own."""
    text = (SUITE + suite).format(root=str(ROOT), app=app, contract=str(PUBLISHED))
    pytester.makepyfile(text)
    return pytester.runpytest_subprocess("-p", "openapi.pytest_plugin", "-p", "no:cacheprovider", "-rs", timeout=120)


@pytest.mark.long
@pytest.mark.parametrize("app", ["fastapi_app()", "wsgi_app"])
def test_each_case_of_a_correct_application_passes_or_is_skipped(pytester: pytest.Pytester, app: str) -> None:
    counts = outcome(pytester, CASES, app).parseoutcomes()

    assert "failed" not in counts
    assert counts["passed"] > 15
    assert counts["skipped"] > 0


@pytest.mark.long
@pytest.mark.parametrize("app", ["faulty_asgi", "faulty_wsgi"])
def test_the_cases_of_a_faulty_application_fail_with_a_line_to_copy(pytester: pytest.Pytester, app: str) -> None:
    result = outcome(pytester, CASES, app)

    assert result.parseoutcomes()["failed"] >= 3
    result.stdout.fnmatch_lines(
        [
            "*test_contract?GET /api/calls/providers body-schema*",
            "*curl -i --path-as-is*$TOKEN*",
            "*The application was at http://127.0.0.1:* for the check alone*",
        ]
    )
    assert "eyJ" not in result.stdout.str()


@pytest.mark.long
@pytest.mark.parametrize(("app", "count"), [("wsgi_app", {"passed": 1}), ("faulty_wsgi", {"failed": 1})])
def test_the_fixture_judges_an_application_as_a_whole(
    pytester: pytest.Pytester, app: str, count: dict[str, int]
) -> None:
    assert outcome(pytester, FIXTURE, app).parseoutcomes() == count


GENERATING = FIXTURE.replace(", generate=False", "")


@pytest.mark.long
def test_a_suite_finds_no_files_of_hypothesis_where_it_runs(pytester: pytest.Pytester) -> None:
    assert outcome(pytester, GENERATING, "wsgi_app").parseoutcomes() == {"passed": 1}
    assert not (pytester.path / ".hypothesis").exists()


@pytest.mark.long
def test_a_suite_that_has_files_of_hypothesis_keeps_them_where_they_are(pytester: pytest.Pytester) -> None:
    (pytester.path / ".hypothesis").mkdir()

    assert outcome(pytester, GENERATING, "wsgi_app").parseoutcomes() == {"passed": 1}
    assert list((pytester.path / ".hypothesis").iterdir()) != []


@pytest.mark.long
def test_a_server_that_cannot_be_reached_fails_the_check_as_a_whole(pytester: pytest.Pytester) -> None:
    result = outcome(pytester, CASES, "'http://127.0.0.1:1'")

    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(["*ContractBroken: The server could not be judged:*cannot be reached*"])


def test_the_plugin_imports_nothing_of_ours_until_it_is_used() -> None:
    code = "import sys, openapi.pytest_plugin; print([m for m in sys.modules if m.startswith('openapi.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout == "['openapi.pytest_plugin']\n"
