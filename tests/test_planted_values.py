"""The test suite fails when a log contains a confidential value."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Running

ROOT = Path(__file__).parent.parent
SECRET = "a-secret-of-at-least-thirty-two-bytes"
OWN_SECRET = "another secret of many bytes, with spaces in it"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJlLXNpZ25hdHVyZQ"


def print_and_end(running_server: Running, text: str, **environment: str) -> None:
    """Run a process that prints a text, with the checks for the output of a server."""
    with running_server(command=("python", "-c", f"print({text!r})"), environment=environment, wait=False) as server:
        server.tokens.append(TOKEN)
        server.process.wait()


@pytest.mark.parametrize(
    "value",
    [SECRET, "user_ada", "org_acme", "+14165550101", "%2B14165550101", "+442071838750", TOKEN, *TOKEN.split(".")],
)
def test_a_server_that_prints_a_confidential_value_fails_its_test(running_server: Running, value: str) -> None:
    with pytest.raises(pytest.fail.Exception, match="the server has written"):
        print_and_end(running_server, f'{{"user":"{value}"}}')


@pytest.mark.parametrize("name", ["TETHER_RELAY_JWT_SECRET", "TETHER_RELAY_LOG_KEY"])
def test_a_server_that_prints_its_own_secret_fails_its_test(running_server: Running, name: str) -> None:
    with pytest.raises(pytest.fail.Exception, match="another secret"):
        print_and_end(running_server, f"the key is {OWN_SECRET}", **{name: OWN_SECRET})


@pytest.mark.parametrize(
    "text", ["all is well", "user_adam", "2026-11-24T02:39:32+01:00", f"Try it:\n\n  curl {TOKEN}"]
)
def test_a_server_that_prints_other_text_passes(running_server: Running, text: str) -> None:
    print_and_end(running_server, text)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("logging.getLogger('a').warning('of %s', 'user_ada')", "1 passed, 1 error"),
        pytest.param(
            "logging.getLogger('a').warning('', exc_info=ValueError('+14165550101'))",
            "1 passed, 1 error",
            marks=pytest.mark.long,
        ),
        pytest.param("logging.getLogger('a').warning('of a user')", "1 passed", marks=pytest.mark.long),
    ],
)
def test_a_test_that_logs_a_confidential_value_fails(tmp_path: Path, code: str, outcome: str) -> None:
    shutil.copy(ROOT / "tests/conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text(f"import logging\n\ndef test_it() -> None:\n    {code}\n")
    command = [sys.executable, "-m", "pytest", "-c", "/dev/null", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)

    assert ended.stdout.splitlines()[-1].startswith(f"{outcome} in ")
