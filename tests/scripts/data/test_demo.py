"""`--demo` needs no preparation: it creates data, and a secret that only its owner can read."""

import os
import stat
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess

import jwt
import pytest
from pydantic import SecretStr

from handlers.authentication.keys import MIN_SECRET_BYTES
from scripts.cli.data.demo import DEMO_FOLDER, DEMO_USER, demo_settings, fill_demo, secret_file
from scripts.cli.settings import SettingsError, read_settings
from store import SQLiteAdministration

pytestmark = pytest.mark.usefixtures("folder")

Relay = Callable[..., CompletedProcess[str]]


def secret() -> str:
    """The current secret of the demo's settings."""
    found = demo_settings(read_settings()).jwt_secret
    assert found is not None
    return found.get_secret_value()


def test_only_the_owner_can_enter_the_demo_folder() -> None:
    settings = demo_settings(read_settings())

    assert settings.database == DEMO_FOLDER / "relay.db"
    assert stat.S_IMODE(DEMO_FOLDER.stat().st_mode) == 0o700


def test_only_the_owner_can_read_the_secret_file() -> None:
    made = secret()
    path = DEMO_FOLDER / "relay.db.jwt-secret"

    assert path.read_text() == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in DEMO_FOLDER.iterdir()] == [path.name]


def test_the_secret_is_strong_and_differs_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TETHER_RELAY_DATABASE", "one/relay.db")
    one = secret()
    monkeypatch.setenv("TETHER_RELAY_DATABASE", "two/relay.db")

    assert len(one) >= MIN_SECRET_BYTES
    assert one != secret()


def test_the_secret_is_created_once_and_kept() -> None:
    made = secret()
    written = secret_file(demo_settings(read_settings())).stat().st_mtime_ns

    assert secret() == made
    assert secret_file(demo_settings(read_settings())).stat().st_mtime_ns == written


def test_given_settings_are_not_changed(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("TETHER_RELAY_DATABASE", "mine/relay.db")
    monkeypatch.setenv("TETHER_RELAY_JWT_SECRET", "a secret of my own, of at least 32 bytes")
    settings = demo_settings(read_settings())

    assert settings == read_settings()
    assert settings.jwt_secret == SecretStr("a secret of my own, of at least 32 bytes")
    assert [str(path.relative_to(folder)) for path in folder.rglob("*")] == ["mine"]


def test_a_public_key_needs_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TETHER_RELAY_JWT_PUBLIC_KEY_FILE", "key.pem")

    assert demo_settings(read_settings()).jwt_secret is None
    assert list(DEMO_FOLDER.iterdir()) == []


@pytest.mark.long
def test_concurrent_processes_use_the_same_secret(installed: str) -> None:
    """The first process creates the folder, the secret and the data; all sign with the same secret."""
    command = [installed, "token", DEMO_USER, "--demo"]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    tokens = [process.communicate(timeout=60)[0].strip() for process in processes]

    assert [process.returncode for process in processes] == [0] * 3
    assert [jwt.decode(token, secret(), ["HS256"])["sub"] for token in tokens] == [DEMO_USER] * 3
    assert sorted(path.name for path in DEMO_FOLDER.iterdir()) == ["relay.db", "relay.db.jwt-secret"]


def test_concurrent_creations_of_the_secret_have_one_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """All see no secret; all get the one that the first creates."""
    start = threading.Barrier(8)

    def read() -> str:
        start.wait()
        return secret()

    with ThreadPoolExecutor(8) as pool:
        for number in range(10):
            monkeypatch.setenv("TETHER_RELAY_DATABASE", f"{number}/relay.db")
            assert len({future.result() for future in [pool.submit(read) for _ in range(8)]}) == 1


def test_an_empty_database_is_filled_once() -> None:
    settings = demo_settings(read_settings())

    assert [fill_demo(settings), fill_demo(settings)] == [True, False]
    with SQLiteAdministration(settings.database) as administration:
        assert administration.user(DEMO_USER).phone_number == "+14165550100"


def test_a_database_with_data_is_not_filled(relay: Relay, exported: Callable[[], str]) -> None:
    before = exported()
    shown = relay("org", "list", "--demo").stdout

    assert "org_globex" in shown
    assert "org_initech" not in shown
    assert exported() == before


def test_a_change_to_the_demo_is_kept(relay: Relay) -> None:
    relay("org", "activate", "org_acme", "none", "--demo")

    assert "answered provider       -\n" in relay("user", "show", DEMO_USER, "--demo").stdout


def test_every_command_accepts_demo(relay: Relay) -> None:
    assert relay("org", "list", "--demo").returncode == 0
    assert relay("data", "export", "--demo").stdout.count("\n") == 3
    assert relay("token", DEMO_USER, "--demo").returncode == 0


def test_a_folder_that_cannot_be_created_is_named() -> None:
    DEMO_FOLDER.touch()

    with pytest.raises(SettingsError, match=r"^the demo's folder \.demo cannot be created: File exists$"):
        demo_settings(read_settings())


@pytest.mark.parametrize("spoil", [Path.mkdir, lambda path: path.write_bytes(b"\xff" * 40)], ids=["folder", "bytes"])
def test_a_secret_that_cannot_be_read_is_named(spoil: Callable[[Path], object]) -> None:
    DEMO_FOLDER.mkdir()
    spoil(DEMO_FOLDER / "relay.db.jwt-secret")

    with pytest.raises(
        SettingsError, match=r"^the demo's secret \.demo/relay\.db\.jwt-secret cannot be read or written: "
    ):
        demo_settings(read_settings())


def test_leftovers_of_a_killed_process_do_no_harm() -> None:
    """In a container, every run has the same process id."""
    DEMO_FOLDER.mkdir()
    (DEMO_FOLDER / f"relay.db.jwt-secret.{os.getpid()}").touch()

    assert len(secret()) >= MIN_SECRET_BYTES
