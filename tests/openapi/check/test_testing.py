"""The check in the test suite of a user: pytest runs one, against correct and faulty ASGI and WSGI applications."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.frozen import FROZEN

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
    """The result of pytest for a suite, in a separate process."""
    text = (SUITE + suite).format(root=str(ROOT), app=app, contract=str(FROZEN))
    pytester.makepyfile(text)
    return pytester.runpytest_subprocess("-p", "openapi.pytest_plugin", "-p", "no:cacheprovider", "-rs", timeout=120)


@pytest.mark.long
@pytest.mark.parametrize("app", ["fastapi_app()", "wsgi_app"])
def test_cases_of_a_correct_application_pass_or_are_skipped(pytester: pytest.Pytester, app: str) -> None:
    counts = outcome(pytester, CASES, app).parseoutcomes()

    assert "failed" not in counts
    assert counts["passed"] > 15
    assert counts["skipped"] > 0


@pytest.mark.long
@pytest.mark.parametrize("app", ["faulty_asgi", "faulty_wsgi"])
def test_cases_of_a_faulty_application_fail_with_a_curl_line(pytester: pytest.Pytester, app: str) -> None:
    result = outcome(pytester, CASES, app)

    assert result.parseoutcomes()["failed"] >= 3
    result.stdout.fnmatch_lines(
        [
            "*test_contract?GET /api/calls/providers body-schema*",
            "*curl -i --path-as-is*$TOKEN*",
            "*The application was at http://127.0.0.1:* only during the check*",
        ]
    )
    assert "eyJ" not in result.stdout.str()


@pytest.mark.long
@pytest.mark.parametrize(("app", "count"), [("wsgi_app", {"passed": 1}), ("faulty_wsgi", {"failed": 1})])
def test_fixture_judges_the_whole_application(pytester: pytest.Pytester, app: str, count: dict[str, int]) -> None:
    assert outcome(pytester, FIXTURE, app).parseoutcomes() == count


GENERATING = FIXTURE.replace(", generate=False", "")


@pytest.mark.long
def test_check_leaves_no_files_of_hypothesis(pytester: pytest.Pytester) -> None:
    assert outcome(pytester, GENERATING, "wsgi_app").parseoutcomes() == {"passed": 1}
    assert not (pytester.path / ".hypothesis").exists()


@pytest.mark.long
def test_existing_files_of_hypothesis_stay_in_place(pytester: pytest.Pytester) -> None:
    (pytester.path / ".hypothesis").mkdir()

    assert outcome(pytester, GENERATING, "wsgi_app").parseoutcomes() == {"passed": 1}
    assert list((pytester.path / ".hypothesis").iterdir()) != []


@pytest.mark.long
def test_unreachable_server_fails_only_the_case_of_the_whole_check(pytester: pytest.Pytester) -> None:
    result = outcome(pytester, CASES, "'http://127.0.0.1:1'")

    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(["*ContractBroken: The server could not be judged:*cannot be reached*"])


def test_plugin_imports_no_other_module_of_openapi_until_it_is_used() -> None:
    code = "import sys, openapi.pytest_plugin; print([m for m in sys.modules if m.startswith('openapi.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout == "['openapi.pytest_plugin']\n"
