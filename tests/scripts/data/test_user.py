"""`tether-relay user` shows, disables and enables users."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from store import SQLiteReader, User

Relay = Callable[..., CompletedProcess[str]]
Exported = Callable[[], str]

ADA = """\
id                      user_ada
organization            org_acme (Acme)
disabled                no
default number, sinch   +14165550100
default number, twilio  -
answered provider       sinch
answered number         +14165550100
"""

LONE = """\
id                      user_lone
organization            -
disabled                no
default number, sinch   -
default number, twilio  -
answered provider       -
answered number         -
"""


def known(database: Path, user_id: str) -> User:
    """The user as the server sees it."""

    async def read() -> User:
        reader = SQLiteReader(database)
        try:
            return await reader.user(user_id)
        finally:
            await reader.close()

    return asyncio.run(read())


@pytest.mark.parametrize(("user_id", "shown"), [("user_ada", ADA), ("user_lone", LONE)])
def test_show_prints_the_answer_of_the_server(relay: Relay, database: Path, user_id: str, shown: str) -> None:
    assert relay("user", "show", user_id).stdout == shown


def test_show_with_json_prints_json(relay: Relay, database: Path) -> None:
    assert json.loads(relay("user", "show", "user_ada", "--json").stdout) == {
        "id": "user_ada",
        "organization_id": "org_acme",
        "organization_name": "Acme",
        "disabled": False,
        "active_provider": "sinch",
        "phone_number": "+14165550100",
        "default_numbers": {"sinch": "+14165550100"},
    }


@pytest.mark.parametrize("user_id", ["user_ada", "user_bea", "user_lone"])
@pytest.mark.parametrize(("command", "disabled"), [("disable", True), ("enable", False)])
def test_a_user_is_disabled_and_enabled(
    relay: Relay, database: Path, command: str, disabled: bool, user_id: str
) -> None:
    done = relay("user", command, user_id)

    assert (done.returncode, done.stdout) == (0, f"{user_id} is now {command}d\n")
    assert known(database, user_id).disabled is disabled


@pytest.mark.parametrize(("command", "disabled"), [("disable", True), ("enable", False)])
def test_disable_and_enable_with_json_print_json(relay: Relay, database: Path, command: str, disabled: bool) -> None:
    done = relay("user", command, "user_ada", "--json")

    assert json.loads(done.stdout) == {"id": "user_ada", "disabled": disabled}


@pytest.mark.parametrize("command", ["show", "disable", "enable"])
@pytest.mark.parametrize("user_id", ["user_x", "", "org_acme", "USER_ADA", "user_ada ", "'; DROP TABLE app_user; --"])
def test_an_unknown_user_is_named_in_one_line(relay: Relay, exported: Exported, command: str, user_id: str) -> None:
    before = exported()
    done = relay("user", command, user_id)

    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith(f"tether-relay: There is no user {user_id!r}; ")
    assert exported() == before
