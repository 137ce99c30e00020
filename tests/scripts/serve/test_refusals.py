"""A failed start of `tether-relay serve` is one line on stderr that says how to fix it, and exit code 2."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import TypeAlias

import pytest

Program: TypeAlias = Callable[..., CompletedProcess[str]]

KEY = "TETHER_RELAY_JWT_SECRET"
KEY_FILE = "TETHER_RELAY_JWT_PUBLIC_KEY_FILE"


def outcome(done: CompletedProcess[str]) -> tuple[int, str, str]:
    """Exit code, stdout, and the one line on stderr without the name of the program."""
    return done.returncode, done.stdout, done.stderr.removeprefix("tether-relay: ").removesuffix("\n")


@pytest.mark.usefixtures("secret", "database")
def test_a_port_in_use_is_refused(program: Program) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = program("serve", "--port", str(port))

    advice = "the port is in use; stop the program that uses it, or choose another port with --port"
    assert outcome(done) == (2, "", f"cannot listen on 127.0.0.1:{port}: {advice}")


@pytest.mark.long
@pytest.mark.usefixtures("secret", "database")
# The first never resolves (RFC 6761 section 6.4), the second belongs to no machine (RFC 5737).
@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1"])
def test_a_host_of_another_machine_is_refused(program: Program, host: str) -> None:
    code, stdout, line = outcome(program("serve", "--host", host))

    assert (code, stdout, line.count("\n")) == (2, "", 0)
    assert line.startswith(f"cannot listen on {host}:2212: ")
    assert line.endswith("; set an address of this machine with --host")


@pytest.mark.usefixtures("secret")
def test_a_missing_database_is_refused(program: Program) -> None:
    expected = (
        "the database nowhere.db does not exist: name another with --database, create it with "
        "`tether-relay data import FILE --database nowhere.db`, or try the demo with --demo"
    )

    assert outcome(program("serve", "--database", "nowhere.db")) == (2, "", expected)


@pytest.mark.usefixtures("secret")
def test_a_file_that_is_not_a_database_is_refused(program: Program, folder: Path) -> None:
    (folder / "notes.txt").write_text("no database, only some notes\n" * 100)
    expected = "The store notes.txt is not a SQLite database; name another file, or restore it from a backup."

    assert outcome(program("serve", "--database", "notes.txt")) == (2, "", expected)


@pytest.mark.long
@pytest.mark.usefixtures("secret")
def test_a_folder_as_database_is_refused(program: Program) -> None:
    expected = "The store . is not a file; name the database file itself."

    assert outcome(program("serve", "--database", ".")) == (2, "", expected)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param(
            {},
            f"no key to verify tokens with: set {KEY}, {KEY_FILE}, TETHER_RELAY_JWT_JWKS_URL, or try "
            "`tether-relay serve --demo`",
            id="no key",
        ),
        pytest.param(
            {KEY: "short"},
            f"{KEY}: the secret has 5 bytes; HS256 needs at least 32; create one with `openssl rand -base64 48`",
            id="a short secret",
        ),
        pytest.param(
            {KEY: "a-secret-of-at-least-thirty-two-bytes", KEY_FILE: "key.pem"},
            f"set only one of {KEY}, {KEY_FILE}",
            id="both keys",
        ),
        pytest.param({KEY_FILE: "key.pem"}, f"{KEY_FILE}: key.pem cannot be read: No such file or directory"),
    ],
)
def test_an_unusable_key_is_refused(program: Program, settings: dict[str, str], expected: str) -> None:
    assert outcome(program("serve", **settings)) == (2, "", expected)


@pytest.mark.long
@pytest.mark.usefixtures("secret", "database")
@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--port", "65536", "--port: input should be less than or equal to 65535"),
        ("--port", "0", "--port: input should be greater than or equal to 1"),
        ("--workers", "0", "--workers: input should be greater than or equal to 1"),
        ("--log-level", "loud", "--log-level: input should be 'debug', 'info', 'warning', 'error' or 'critical'"),
    ],
)
def test_an_option_out_of_range_is_refused(program: Program, option: str, value: str, expected: str) -> None:
    assert outcome(program("serve", option, value)) == (2, "", expected)


@pytest.mark.usefixtures("secret", "database")
def test_the_one_line_names_every_invalid_setting(program: Program) -> None:
    done = program("serve", TETHER_RELAY_PORTS="1", TETHER_RELAY_PORT="many", TETHER_RELAY_HEALTH="perhaps")

    code, stdout, line = outcome(done)
    assert (code, stdout, line.count("\n")) == (2, "", 0)
    assert line.split("; ")[:2] == ["unknown setting TETHER_RELAY_PORTS", "did you mean TETHER_RELAY_PORT?"]
    assert [fault.split(":")[0] for fault in line.split("; ")[2:]] == ["TETHER_RELAY_PORT", "TETHER_RELAY_HEALTH"]
