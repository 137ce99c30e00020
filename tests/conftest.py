"""A real server process, for tests over HTTP."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import jwt
import pytest

from store import SQLiteAdministration
from tests.loopback import reserved_port
from tests.tables import tables_of

ROOT = Path(__file__).parent.parent
SECRET = "a-secret-of-at-least-thirty-two-bytes"
ORGANIZATIONS: list[dict[str, Any]] = [
    {
        "id": "org_acme",
        "name": "Acme",
        "active_provider": "sinch",
        "accounts": [{"provider": "sinch", "account_id": "s1"}, {"provider": "twilio", "account_id": "t1"}],
        "phone_numbers": [
            {"e164": "+14165550100", "provider": "sinch"},
            {"e164": "+14165550101", "provider": "twilio"},
            {"e164": "+14165550102", "provider": "sinch"},
        ],
        "users": [
            {"id": "user_ada", "default_numbers": {"sinch": "+14165550100", "twilio": "+14165550101"}},
            {"id": "user_bea", "default_numbers": {"twilio": "+14165550101"}},
            {"id": "user_cem", "disabled": True},
        ],
    },
    {"id": "org_initech", "name": "Initech", "users": [{"id": "user_eli"}]},
    {"id": None, "users": [{"id": "user_lone"}]},
]
# The confidential values above, and any text that looks like a token or a phone number.
PLANTED = re.compile(
    rf"{SECRET}|1416555[0-9]{{4}}|\b(?:user_(?:ada|bea|cem|eli|lone)|org_(?:acme|initech))\b|\beyJ[\w-]{{10,}}|\+[1-9][0-9]{{6,}}"
)
# Measuring the coverage of a process makes its start four times as slow, so only servers whose code no test runs in
# this process are measured.
MEASURING = "COVERAGE_PROCESS_"
# Seconds: far more than any start or end takes, so that only a hanging process times out.
PATIENCE = 30


@dataclass
class Server:
    """A running server that answers from `database`; `client` opens a connection for every request."""

    url: str
    client: httpx.Client
    process: subprocess.Popen[bytes]
    database: Path
    environment: Mapping[str, str]
    log: Path
    tokens: list[str] = field(default_factory=list)

    @property
    def output(self) -> str:
        """The output of the server on stdout and stderr."""
        return self.log.read_text()

    @property
    def workers(self) -> set[int]:
        """The process ids of the workers."""
        while True:
            tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
            # If a thread ends meanwhile, its children move to another thread: read again.
            with suppress(FileNotFoundError, ProcessLookupError):
                return {int(child) for task in tasks for child in task.read_text().split()}

    def token(self, user: str = "user_ada", secret: str = SECRET, **claims: object) -> str:
        """A token for `user`, valid for an hour; a claim that is None is omitted."""
        claims = {"sub": user, "exp": int(time.time()) + 3600, **claims}
        self.tokens.append(
            jwt.encode({name: claim for name, claim in claims.items() if claim is not None}, secret, "HS256")
        )
        return self.tokens[-1]

    def get(self, path: str = "/api/calls/providers", user: str = "user_ada") -> httpx.Response:
        """The answer to a GET by `user`."""
        return self.client.get(path, headers={"Authorization": f"Bearer {self.token(user)}"})

    def connect(self) -> socket.socket:
        """A connection, for requests that no HTTP client sends."""
        url = httpx.URL(self.url)
        return socket.create_connection((url.host, url.port), PATIENCE)

    def run(self, command: str) -> None:
        """Run a command of `tether-relay` with the settings of the server."""
        arguments = [executable("tether-relay"), *command.split()]
        subprocess.run(arguments, env=self.environment, check=True, capture_output=True, timeout=PATIENCE)

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> int:
        """Stop the server; return the exit code."""
        self.process.send_signal(with_signal)
        return self.process.wait(PATIENCE)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tables that tests have filled."""
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.stats.get(outcome, ())]
    for title, table in tables_of(reports).items():
        terminalreporter.section(title)
        terminalreporter.write_line(table)


Running: TypeAlias = Callable[..., AbstractContextManager[Server]]
Eventually: TypeAlias = Callable[[Callable[[], object]], bool]


@pytest.fixture(scope="session")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Running:
    """``with running_server(*arguments, command=..., environment=...) as server``: a server, until the block ends."""

    @contextmanager
    def running(
        *arguments: str,
        command: tuple[str, ...] = ("tether-relay", "serve"),
        environment: Mapping[str, str] | None = None,
        database: Path | None = None,
        wait: bool = True,
        measured: bool = False,
    ) -> Iterator[Server]:
        folder = tmp_path_factory.mktemp("server")
        if database is None:
            database = folder / "relay.db"
            fill(database)
        own = {"TETHER_RELAY_DATABASE": str(database), "TETHER_RELAY_JWT_SECRET": SECRET, **(environment or {})}
        env = clean_environment(measured) | own
        with reserved_port() as port, open_client(port) as client, (folder / "output").open("wb") as log:
            place = ("--host", "127.0.0.1", "--port", str(port))
            process = subprocess.Popen(
                [executable(command[0]), *command[1:], *place, *arguments],
                cwd=folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            server = Server(f"http://127.0.0.1:{port}", client, process, database, env, folder / "output")
            try:
                if wait:
                    wait_until_alive(server)
                yield server
            finally:
                end(process)
            if leaks := leaked(server):
                pytest.fail(f"the server has written {', '.join(leaks)}:\n{server.output}")

    return running


@pytest.fixture(autouse=True)
def _nothing_planted_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test that logs a confidential value in this process."""
    yield
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    if leaks := planted_values("\n".join(caplog.handler.format(record) for record in records)):
        pytest.fail(f"the log contains {', '.join(leaks)}")


@pytest.fixture(scope="module")
def server(running_server: Running) -> Iterator[Server]:
    """One server for all tests of a module that do not change it."""
    with running_server(measured=True) as running:
        yield running


@pytest.fixture
def changing_server(server: Server) -> Iterator[Server]:
    """The server of the module; its data is restored after the test."""
    yield server
    fill(server.database)


@pytest.fixture
def own_server(running_server: Running) -> Iterator[Server]:
    """A server for one test, which may change it."""
    with running_server() as running:
        yield running


@pytest.fixture(scope="session")
def eventually() -> Eventually:
    """A function that waits for a condition, and returns whether it became true in time."""
    return holds_eventually


@pytest.fixture(scope="session")
def tool() -> Callable[[str], str]:
    """The path of a program of the machine; if it is missing, the test is skipped, or fails in CI."""

    def find(name: str) -> str:
        # Debian installs servers in /usr/sbin, which is only in root's PATH.
        if (path := shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")) is None:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{name} is not installed on this machine")
        return path

    return find


def holds_eventually(condition: Callable[[], object], seconds: float = PATIENCE) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def without_progress(errors: str) -> str:
    """The stderr of a check without the lines of its progress, which appear if this machine is slow."""
    return re.sub(r"^tether-relay check: \d+ s: .*\n", "", errors, flags=re.MULTILINE)


def fill(database: Path) -> None:
    """Import `ORGANIZATIONS` into a database, in place of any changed ones."""
    with SQLiteAdministration(database) as administration:
        administration.import_organizations(io.BytesIO(json.dumps(ORGANIZATIONS).encode()))


def clean_environment(measured: bool = False) -> dict[str, str]:
    """The environment of this process, without the settings of tether-relay."""
    ours = ("TETHER_RELAY_",) if measured else ("TETHER_RELAY_", MEASURING)
    return {name: value for name, value in os.environ.items() if not name.upper().startswith(ours)}


def executable(name: str) -> str:
    """A command of this project or of its environment."""
    return str(ROOT / name if "/" in name else Path(sys.executable).with_name(name))


def open_client(port: int) -> httpx.Client:
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=PATIENCE, trust_env=False)


def planted_values(text: str) -> list[str]:
    """The confidential values in a text: the secret, tokens, ids and phone numbers, which must be in no log."""
    return sorted(set(PLANTED.findall(text)))


def leaked(server: Server) -> list[str]:
    """The confidential values in a server's output, except for the token in the request that the demo prints."""
    text = re.sub(r"(?m)^Try it:\n\n  curl .*$", "", server.output)
    secrets = {server.environment.get(name) for name in ("TETHER_RELAY_JWT_SECRET", "TETHER_RELAY_LOG_KEY")}
    parts = {part for token in server.tokens for part in token.split(".")[1:]}
    found = {secret for secret in secrets if secret and secret in text} | parts.intersection(
        re.findall(r"[\w-]+", text)
    )
    return sorted({*planted_values(text), *found})


def wait_until_alive(server: Server) -> None:
    """Return when the server answers /livez, even with a 404; otherwise fail with the server's output."""

    def answers() -> bool:
        try:
            server.client.get("/livez")
        except httpx.TransportError:
            return server.process.poll() is not None
        return True

    if not holds_eventually(answers) or server.process.poll() is not None:
        pytest.fail(f"the server did not start:\n{server.output}")


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
