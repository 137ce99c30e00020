"""`tether-relay number assign` gives a user a default number of the user's organization."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from store import SQLiteAdministration

Relay = Callable[..., CompletedProcess[str]]
Exported = Callable[[], str]


def defaults(database: Path, user_id: str) -> dict[str, str]:
    """The default numbers of a user, by provider."""
    with SQLiteAdministration(database) as administration:
        return {str(provider): e164 for provider, e164 in administration.user(user_id).default_numbers.items()}


@pytest.mark.parametrize(
    ("user_id", "e164", "expected"),
    [
        ("user_ada", "+14165550101", {"sinch": "+14165550101"}),
        ("user_ada", "+14165550102", {"sinch": "+14165550100", "twilio": "+14165550102"}),
        ("user_ada", "+14165550100", {"sinch": "+14165550100"}),
        ("user_bea", "+14165550100", {"sinch": "+14165550100"}),
    ],
    ids=["another", "of another provider", "the same", "that another user has too"],
)
def test_a_number_becomes_the_default_for_its_provider(
    relay: Relay, database: Path, user_id: str, e164: str, expected: dict[str, str]
) -> None:
    done = relay("number", "assign", user_id, e164)

    assert (done.returncode, done.stderr) == (0, "")
    assert defaults(database, user_id) == expected


def test_the_output_is_the_updated_user(relay: Relay, database: Path) -> None:
    done = relay("number", "assign", "user_ada", "+14165550101")

    assert done.stdout == relay("user", "show", "user_ada").stdout
    assert "answered number         +14165550101\n" in done.stdout


def test_assign_with_json_prints_json(relay: Relay, database: Path) -> None:
    done = relay("number", "assign", "user_ada", "+14165550102", "--json")

    assert json.loads(done.stdout)["default_numbers"] == {"sinch": "+14165550100", "twilio": "+14165550102"}


@pytest.mark.parametrize(
    ("user_id", "e164", "reason"),
    [
        ("user_x", "+14165550100", "There is no user 'user_x'"),
        ("user_ada", "+14165559999", "There is no phone number '+14165559999'"),
        ("user_ada", "14165550100", "There is no phone number '14165550100'"),
        ("user_ada", "+1 416 555 0100", "There is no phone number '+1 416 555 0100'"),
        ("user_ada", "", "There is no phone number ''"),
        ("user_ada", "+14165550110", "The number '+14165550110' belongs to the organization 'org_globex'"),
        ("user_lone", "+14165550100", "The number '+14165550100' belongs to the organization 'org_acme'"),
    ],
)
def test_an_impossible_assignment_is_one_line_on_stderr(
    relay: Relay, exported: Exported, user_id: str, e164: str, reason: str
) -> None:
    before = exported()
    done = relay("number", "assign", user_id, e164)

    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith(f"tether-relay: {reason}")
    assert exported() == before
