"""`tether-relay org` lists and shows organizations, and sets their active provider."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from store import ActiveProvider, SQLiteReader

Relay = Callable[..., CompletedProcess[str]]
Exported = Callable[[], str]

LIST = """\
ID          NAME    ACTIVE PROVIDER    ACCOUNTS    NUMBERS    USERS
----------  ------  -----------------  ----------  ---------  -------
org_acme    Acme    sinch              2           3          2
org_globex  Globex  -                  0           1          0
"""

SHOWN = """\
id               org_acme
name             Acme
active provider  sinch

PROVIDER    ACCOUNT
----------  ---------
sinch       project-1
twilio      AC1

NUMBER        PROVIDER
------------  ----------
+14165550100  sinch
+14165550101  sinch
+14165550102  twilio

USER      DISABLED    DEFAULT SINCH    DEFAULT TWILIO
--------  ----------  ---------------  ----------------
user_ada  no          +14165550100     -
user_bea  yes         -                -
"""


def answered(database: Path, user_id: str) -> ActiveProvider:
    """The answer of the server for a user."""

    async def read() -> ActiveProvider:
        reader = SQLiteReader(database)
        try:
            return await reader.active_provider(user_id)
        finally:
            await reader.close()

    return asyncio.run(read())


def test_list_is_a_table(relay: Relay, database: Path) -> None:
    assert relay("org", "list").stdout == LIST


def test_list_with_json_prints_json(relay: Relay, database: Path) -> None:
    assert json.loads(relay("org", "list", "--json").stdout) == [
        {"id": "org_acme", "name": "Acme", "active_provider": "sinch", "accounts": 2, "phone_numbers": 3, "users": 2},
        {"id": "org_globex", "name": "Globex", "active_provider": None, "accounts": 0, "phone_numbers": 1, "users": 0},
    ]


def test_the_list_of_an_empty_store_is_empty(relay: Relay, folder: Path) -> None:
    relay("data", "import", "-", "--database", "empty.db", stdin=b'{"id": null}')

    assert len(relay("org", "list", "--database", "empty.db").stdout.splitlines()) == 2
    assert relay("org", "list", "--database", "empty.db", "--json").stdout == "[]\n"


def test_show_prints_accounts_numbers_and_users(relay: Relay, database: Path) -> None:
    assert relay("org", "show", "org_acme").stdout == SHOWN


def test_import_reads_show_in_json(relay: Relay, database: Path, exported: Exported) -> None:
    shown = relay("org", "show", "org_acme", "--json").stdout

    assert json.loads(shown) == json.loads(exported().splitlines()[0])


def test_names_in_any_script_are_shown_unchanged(relay: Relay, folder: Path) -> None:
    acme = json.dumps({"id": "org_1", "name": "Ünïcode 電話"}).encode()
    relay("data", "import", "-", "--database", "new.db", stdin=acme)

    assert "Ünïcode 電話" in relay("org", "show", "org_1", "--database", "new.db").stdout
    assert "Ünïcode 電話" in relay("org", "show", "org_1", "--database", "new.db", "--json").stdout


@pytest.mark.parametrize(
    ("provider", "answer"),
    [
        ("twilio", ActiveProvider("twilio", None)),
        ("sinch", ActiveProvider("sinch", "+14165550100")),
        ("none", ActiveProvider(None, None)),
    ],
)
def test_activate_changes_the_answer(relay: Relay, database: Path, provider: str, answer: ActiveProvider) -> None:
    done = relay("org", "activate", "org_acme", provider)

    assert (done.returncode, done.stdout) == (0, f"org_acme: the active provider is now {provider}\n")
    assert answered(database, "user_ada") == answer


@pytest.mark.parametrize(("provider", "shown"), [("twilio", "twilio"), ("none", None)])
def test_activate_with_json_prints_the_new_provider(
    relay: Relay, database: Path, provider: str, shown: str | None
) -> None:
    done = relay("org", "activate", "org_acme", provider, "--json")

    assert json.loads(done.stdout) == {"id": "org_acme", "active_provider": shown}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("show", "org_x"), "There is no organization 'org_x'"),
        (("show", ""), "There is no organization ''"),
        (("show", "org_x", "--json"), "There is no organization 'org_x'"),
        (("activate", "org_x", "sinch"), "There is no organization 'org_x'"),
        (("activate", "org_globex", "twilio"), "The organization 'org_globex' has no account with twilio"),
        (("activate", "org_globex", "twilio", "--json"), "The organization 'org_globex' has no account with twilio"),
    ],
)
def test_an_impossible_activation_is_one_line_on_stderr(
    relay: Relay, exported: Exported, arguments: tuple[str, ...], reason: str
) -> None:
    before = exported()
    done = relay("org", *arguments)

    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith(f"tether-relay: {reason}")
    assert exported() == before


def test_an_unknown_provider_is_refused_with_the_valid_ones(relay: Relay, exported: Exported) -> None:
    before = exported()
    done = relay("org", "activate", "org_acme", "telnyx")

    assert done.returncode == 2
    assert "'telnyx' is not one of 'twilio', 'sinch', 'none'" in done.stderr
    assert exported() == before
